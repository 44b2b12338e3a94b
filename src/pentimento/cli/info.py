"""What a file is."""

from collections.abc import Iterator
from pathlib import Path

import click

MODELS = (".bin", ".ckpt", ".pt", ".pth", ".safetensors")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--hash", "hashed", is_flag=True, help="Compute the file's hash if it is not known yet.")
def info(file: Path, hashed: bool) -> None:
    """Tell what FILE is: a checkpoint or add-on, or a picture with settings in it."""
    from pentimento.checkpoint.folder import is_folder

    rows = _model(file, hashed) if file.suffix.lower() in MODELS or is_folder(file) else _picture(file)
    for name, value in rows:
        click.echo(f"{name + ':':20} {value}")


def _model(file: Path, hashed: bool) -> Iterator[tuple[str, object]]:
    from dataclasses import asdict

    from pentimento.checkpoint.families import identify, kind
    from pentimento.checkpoint.folder import read_description, stored_bytes, weights_file
    from pentimento.checkpoint.hashes import cached_hash
    from pentimento.cli.progress import hash_shown
    from pentimento.words.errors import UnsupportedModelError

    header, sidecar = read_description(file)
    weights = weights_file(file)
    yield "file", file
    yield "kind", kind(header) or "unknown"
    yield "size", f"{stored_bytes(file):,} bytes, {len(header.shapes)} tensors"
    yield "sha256", hash_shown(weights) if hashed else cached_hash(weights) or "not computed (use --hash)"
    try:
        facts = asdict(identify(header, sidecar))
    except UnsupportedModelError as error:
        yield "can paint", f"no: {error.message}"
        facts = {}
    yield from ((name.replace("_", " "), value) for name, value in facts.items())
    yield from sorted(header.metadata.items())


def _picture(file: Path) -> Iterator[tuple[str, object]]:
    from pentimento.pixels.codec import read_picture
    from pentimento.pixels.files import Files
    from pentimento.words.errors import PictureError
    from pentimento.words.reports import MACHINE

    data = Files.read(file)
    try:
        picture = read_picture(data)
    except PictureError as error:
        raise PictureError(f"{file}: {error.message}", f"{error.hint} Models end in {', '.join(MODELS)}.") from error
    yield "file", file
    yield "size", picture.size
    yield "samples", f"{picture.samples.dtype.itemsize * 8} bit, {picture.samples.shape[2]} channels"
    yield "colour profile", "yes" if picture.icc else "no"
    yield "made on", picture.text.get(MACHINE, "not recorded")
    yield "settings", "\n" + picture.text["parameters"] if "parameters" in picture.text else "none"
