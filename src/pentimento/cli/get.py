"""Downloading a checkpoint, VAE or LoRA by name."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from pentimento.checkpoint.families import kind
from pentimento.checkpoint.header import read_header
from pentimento.checkpoint.library import Library
from pentimento.cli.columns import columns
from pentimento.cli.progress import bar, hash_shown
from pentimento.download.hub import Remote, fetch, is_there, look_up
from pentimento.download.offers import HUB, OFFERS, Offer, offer_named
from pentimento.words.errors import RequestError

UNKNOWN = "unknown"
USE: Mapping[str, str] = {
    "checkpoints": "--checkpoint {0}",
    "vaes": "--vae {0}",
    "networks": "<lora:{0}:1> in the prompt",
}
"""How a file of a kind is chosen."""


@click.command(epilog="Example: pentimento checkpoints get sd-v1-5-inpainting --accept-licence")
@click.argument("name", required=False)
@click.option("--accept-licence", "accepted", is_flag=True, help="Accept the file's licence without being asked.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be loaded, and where to.")
@click.option(
    "--models-dir",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where to put it; default: as of checkpoints.",
)
@click.option(
    "--endpoint",
    envvar="HF_ENDPOINT",
    default=HUB,
    show_default=True,
    metavar="ADDRESS",
    help="Another hub to load from.",
)
@click.pass_context
def get(
    context: click.Context, name: str | None, accepted: bool, dry_run: bool, models_dir: Path | None, endpoint: str
) -> None:
    """Download NAME into the models folder; without NAME, show what there is.

    Its licence is shown first and has to be accepted. What broke off goes on where it stopped when the same command
    is run again. Files that are given only to some people need a token in HF_TOKEN.
    """
    if name is None:
        _print_offers()
        return
    _check_endpoint(endpoint)
    offer = offer_named(name)
    parent = context.parent
    folder = models_dir or Path(parent.params["models_dir"] if parent else "models")
    place = Library(folder).place(offer.kind) / offer.saved_as
    _print_rows(_facts(offer, place), err=not dry_run)
    if dry_run:
        _print_rows(_answer(look_up(offer, endpoint), place))
        return
    _ask_licence(offer, accepted)
    remote = look_up(offer, endpoint)
    if is_there(place, remote, hash_shown):
        click.echo("It is there already.", err=True)
    else:
        with bar() as shown:
            fetch(offer, remote, place, shown.show, endpoint)
    click.echo(
        f"It is {kind(read_header(place)) or UNKNOWN}. Choose it with {USE[offer.kind].format(offer.name)}.", err=True
    )
    click.echo(place)


def _print_offers() -> None:
    rows = [("NAME", "WHAT", "SIZE", "LICENCE", "SHA256", "FROM")]
    for offer in OFFERS:
        known = (offer.size or UNKNOWN, offer.licence or UNKNOWN, (offer.sha256 or UNKNOWN)[:10])
        rows.append((offer.name, offer.what, *known, offer.repository))
    for line in columns(rows):
        click.echo(line)


def _facts(offer: Offer, place: Path) -> Iterator[tuple[str, str]]:
    yield "file", f"{offer.file} of {offer.repository}"
    yield "what", offer.what
    yield "size", offer.size or UNKNOWN
    yield "sha256", offer.sha256 or UNKNOWN
    yield "licence", f"{offer.licence or UNKNOWN}; read it at {offer.page}"
    yield "known from", ", ".join(offer.sources)
    yield "goes to", str(place)


def _answer(remote: Remote, place: Path) -> Iterator[tuple[str, str]]:
    yield "hub says", f"{remote.size:,} bytes, sha256 {remote.sha256 or UNKNOWN}"
    yield "there", "yes, nothing would be loaded" if is_there(place, remote, hash_shown) else "no"


def _print_rows(rows: Iterator[tuple[str, str]], err: bool = False) -> None:
    for name, value in rows:
        click.echo(f"{name + ':':12} {value}", err=err)


def _ask_licence(offer: Offer, accepted: bool) -> None:
    """Raises RequestError where it is not accepted and nobody can be asked."""
    if accepted:
        return
    if not sys.stdin.isatty():
        raise RequestError(
            f"the licence of {offer.name} ({offer.licence or UNKNOWN}) has not been accepted",
            f"Read it at {offer.page}, then add --accept-licence.",
        )
    click.confirm(f"Do you accept the licence of {offer.name} ({offer.licence or UNKNOWN})?", abort=True, err=True)


def _check_endpoint(endpoint: str) -> None:
    if not endpoint.startswith(("http://", "https://")):
        raise RequestError(f"--endpoint is {endpoint!r}: no address of a hub", f"Give one such as {HUB}.")
