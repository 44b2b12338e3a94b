"""What was made: pictures, their rounds, the bin."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from pentimento.cli.recorded import DATA_DIR
from pentimento.history import archive, bin, steps
from pentimento.history.history import History, data_folder
from pentimento.history.rounds import At, Round, Tree
from pentimento.words.errors import UnknownRoundError
from pentimento.words.tasks import Task

WORDS = 60
"""Letters of a prompt that are shown."""


@click.group(invoke_without_command=True)
@DATA_DIR
@click.option("--bin", "binned", is_flag=True, help="List what lies in the bin.")
@click.option("--count", default=20, show_default=True, metavar="INTEGER", help="How many are listed.")
@click.pass_context
def history(context: click.Context, data_dir: Path | None, binned: bool, count: int) -> None:
    """List pictures that were worked on, the latest first; their rounds with `show`.

    A round goes by its id or the beginning of it, a candidate by ROUND:NUMBER, counted from 0.
    """
    context.obj = kept = History(data_dir or data_folder())
    if context.invoked_subcommand is None:
        for tree in kept.trees(limit=count, binned=binned):
            click.echo(_tree_line(kept, tree))


@history.command()
@click.argument("id")
@click.pass_obj
def show(kept: History, id: str) -> None:
    """Show a picture's rounds as a tree, or one round with its files."""
    try:
        tree = kept.tree(id)
    except UnknownRoundError:
        _show_round(kept, kept.round(id))
        return
    click.echo(_tree_line(kept, tree))
    for line in _branches(kept.rounds(tree.id), tree.at):
        click.echo(line)


@history.command()
@click.argument("id")
@click.argument("name")
@click.pass_obj
def name(kept: History, id: str, name: str) -> None:
    """Give a picture or a round a name."""
    if _is_tree(kept, id):
        kept.rename_tree(id, name)
    else:
        kept.rename_round(id, name)


@history.command()
@click.argument("candidate")
@click.pass_obj
def choose(kept: History, candidate: str) -> None:
    """Make ROUND:NUMBER what its picture looks like now."""
    at = _at(kept, candidate)
    steps.choose(kept, kept.round(at.round).tree, at)


@history.command()
@click.argument("id")
@click.pass_obj
def undo(kept: History, id: str) -> None:
    """Go back to what a picture's round began from."""
    click.echo(_where(steps.undo(kept, id)))


@history.command()
@click.argument("id")
@click.pass_obj
def redo(kept: History, id: str) -> None:
    """Go on to the round that was left."""
    click.echo(_where(steps.redo(kept, id)))


@history.command()
@click.argument("id")
@click.pass_obj
def delete(kept: History, id: str) -> None:
    """Put a picture, a round or a candidate (ROUND:NUMBER), with what began from it, into the bin."""
    if _is_tree(kept, id):
        bin.bin_tree(kept, id)
    elif ":" in id:
        bin.bin_candidate(kept, _at(kept, id))
    else:
        bin.bin_round(kept, id)


@history.command()
@click.argument("id")
@click.pass_obj
def restore(kept: History, id: str) -> None:
    """Take it out of the bin."""
    if _is_tree(kept, id):
        bin.restore_tree(kept, id)
    elif ":" in id:
        bin.restore_candidate(kept, _at(kept, id))
    else:
        bin.restore_round(kept, id)


@history.command("empty-bin")
@click.pass_obj
def empty_bin(kept: History) -> None:
    """Delete what lies in the bin, for good."""
    click.echo(f"{bin.empty_bin(kept)} rounds and candidates deleted")


@history.command("export")
@click.argument("id")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--gps", is_flag=True, help="Leave in pictures where they were taken.")
@click.pass_obj
def export_(kept: History, id: str, file: Path, gps: bool) -> None:
    """Write a picture with all its rounds to one file."""
    archive.export_tree(kept, id, file, gps=gps)
    click.echo(file)


@history.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def import_(kept: History, file: Path) -> None:
    """Take in a file that `export` wrote."""
    click.echo(_tree_line(kept, archive.import_tree(kept, file)))


def _at(kept: History, candidate: str) -> At:
    """ROUND:NUMBER; a round alone is its first candidate."""
    round, _, number = candidate.partition(":")
    found = kept.round(round)
    return At(found.id, int(number) if number.isdecimal() else found.candidates[0].number)


def _is_tree(kept: History, id: str) -> bool:
    try:
        kept.tree(id)
    except UnknownRoundError:
        return False
    return True


def _tree_line(kept: History, tree: Tree) -> str:
    rounds = f"{tree.rounds} round{'' if tree.rounds == 1 else 's'}"
    latest = _said(kept.round(tree.at.round)) if tree.at else ""
    return f"{tree.id}  {_when(tree.changed)}  {rounds:>10}  {tree.name or latest}".rstrip()


def _branches(rounds: Sequence[Round], at: At | None) -> Iterator[str]:
    """A line for each round, under the one it began from; further in only where a round has several below it."""
    below: dict[str | None, list[Round]] = {}
    for one in rounds:
        below.setdefault(one.parent.round if one.parent else None, []).append(one)
    ahead = [(one, 1) for one in reversed(below.get(None, []))]
    while ahead:
        one, depth = ahead.pop()
        yield "  " * depth + _round_line(one, at)
        following = below.get(one.id, [])
        ahead += [(next_one, depth + (len(following) > 1)) for next_one in reversed(following)]


def _round_line(one: Round, at: At | None) -> str:
    origin = f"  from {one.parent}" if one.parent else ""
    several = f"  {len(one.candidates)} candidates" if len(one.candidates) > 1 else ""
    here = "  *" if at and at.round == one.id else ""
    return f"{one.id}  {one.name or _said(one)}{origin}{several}{here}"


def _show_round(kept: History, one: Round) -> None:
    click.echo(f"round      {one.id}{' (in the bin)' if one.binned else ''}")
    click.echo(f"picture    {one.tree}")
    click.echo(f"began      {one.parent or 'from the picture itself' if one.request.images else 'from words'}")
    click.echo(f"made       {_when(one.created)} on {one.machine or 'an unknown machine'}")
    for label, names in (("image", one.request.images), ("mask", (one.request.mask,) if one.request.mask else ())):
        for file in names:
            click.echo(f"{label:10} {kept.files.path(file)}")
    for candidate in one.candidates:
        click.echo(f"{candidate.number:<10} {kept.files.path(candidate.file)}  seed {candidate.seed}")
        if candidate.unrestored:
            click.echo(f"{'':10} {kept.files.path(candidate.unrestored)}  with its faces as they were")
        if candidate.faces:
            click.echo(f"{'':10} {candidate.faces}")
    click.echo(one.candidates[0].parameters)


def _when(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def _said(one: Round) -> str:
    """What was asked for: in words, or that it was enlarged or erased from."""
    return _short(one.request.prompt) if one.task is Task.PAINT else f"({one.task})"


def _short(prompt: str) -> str:
    line = " ".join(prompt.split())
    return line if len(line) <= WORDS else line[: WORDS - 1] + "…"


def _where(tree: Tree) -> str:
    return str(tree.at or "the picture itself")
