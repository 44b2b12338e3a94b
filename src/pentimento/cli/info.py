"""What a file is."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import click

from pentimento.checkpoint.families import identify, kind
from pentimento.checkpoint.hashes import cached_hash, file_hash
from pentimento.checkpoint.header import Header, read_header
from pentimento.checkpoint.library import CHECKPOINTS, EMBEDDINGS
from pentimento.checkpoint.sidecar import read_sidecar
from pentimento.pixels.codec import read_picture
from pentimento.pixels.files import Files
from pentimento.words.errors import UnsupportedModelError

MODELS = {*CHECKPOINTS, *EMBEDDINGS, ".pth"}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--hash", "hashed", is_flag=True, help="Compute the file's hash if it is not known yet.")
def info(file: Path, hashed: bool) -> None:
    """Tell what FILE is: a checkpoint or add-on, or a picture with settings in it."""
    rows = _model(file, hashed) if file.suffix.lower() in MODELS else _picture(file)
    for name, value in rows:
        click.echo(f"{name + ':':20} {value}")


def _model(file: Path, hashed: bool) -> Iterator[tuple[str, object]]:
    header = read_header(file)
    yield "file", file
    yield "kind", kind(header) or "unknown"
    yield "size", f"{file.stat().st_size:,} bytes, {len(header.shapes)} tensors"
    yield "sha256", file_hash(file) if hashed else cached_hash(file) or "not computed (use --hash)"
    yield from _facts(file, header).items()
    yield from sorted(header.metadata.items())


def _facts(file: Path, header: Header) -> Mapping[str, object]:
    """What identification tells of a checkpoint that can be run; nothing of other files."""
    try:
        facts = asdict(identify(header, read_sidecar(file)))
    except UnsupportedModelError:
        return {}
    return {name.replace("_", " "): value for name, value in facts.items()}


def _picture(file: Path) -> Iterator[tuple[str, object]]:
    picture = read_picture(Files.read(file))
    yield "file", file
    yield "size", picture.size
    yield "samples", f"{picture.samples.dtype.itemsize * 8} bit, {picture.samples.shape[2]} channels"
    yield "colour profile", "yes" if picture.icc else "no"
    yield "settings", "\n" + picture.text["parameters"] if "parameters" in picture.text else "none"
