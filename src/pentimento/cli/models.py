"""The checkpoints that can paint."""

from pathlib import Path

import click

from pentimento.checkpoint.folder import stored_bytes
from pentimento.checkpoint.hashes import short_hash
from pentimento.checkpoint.library import BUILTIN, Library, ModelFile
from pentimento.cli.progress import hash_shown
from pentimento.words.errors import ModelFileError


@click.command()
@click.option(
    "--models-dir",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    default="models",
    show_default=True,
    envvar="PENTIMENTO_MODELS_DIR",
    help="Folder of checkpoints; a webui models folder serves as it is.",
)
@click.option("--hash", "hashed", is_flag=True, help="Compute hashes that are not known yet.")
def checkpoints(models_dir: Path, hashed: bool) -> None:
    """List the checkpoints that can paint: name, hash, size and kind.

    The name, or any part of it, or the hash, is what --checkpoint takes.
    """
    files = Library(models_dir, builtin=BUILTIN).checkpoints()
    rows = [(file.name, _hash(file, hashed), _size(file), _kind(file)) for file in files]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)] if rows else []
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    if not models_dir.is_dir():
        click.echo(
            f"There is no folder {models_dir}: put checkpoints into it, or name one with --models-dir.", err=True
        )


def _hash(file: ModelFile, hashed: bool) -> str:
    if hashed:
        return short_hash(hash_shown(file.weights))
    return file.shorthash or "-" * 10


def _size(file: ModelFile) -> str:
    return f"{stored_bytes(file.path) / 2**20:,.0f} MiB"


def _kind(file: ModelFile) -> str:
    try:
        return file.kind or "unknown"
    except ModelFileError as error:
        return f"unusable: {error.message}"
