"""Things erased without diffusion."""

from pathlib import Path
from typing import Any

import click

from pentimento.cli.recorded import recorded

FILE = click.Path(path_type=Path)


@click.command(epilog="Example: pentimento erase photo.png wire.png --with telea -o clean.png")
@click.argument("image", type=FILE)
@click.argument("mask", type=FILE)
@click.option(
    *("--with", "--fill", "way"),
    metavar="NAME",
    default="telea",
    show_default=True,
    help="telea, navier-stokes, blur, or a network: a file in models/LaMa or models/MAT.",
)
@click.option(
    "--resize-mask", is_flag=True, help="Scale a mask of another size, but of the same shape, to the picture."
)
@click.option(
    *("-o", "--output"), type=FILE, default="erased.png", show_default=True, help="The picture file to write."
)
@click.option(
    "--models-dir",
    type=FILE,
    metavar="FOLDER",
    default="models",
    show_default=True,
    envvar="PENTIMENTO_MODELS_DIR",
    help="Folder of models.",
)
@click.option("--device", metavar="NAME", default="auto", show_default=True, help="auto, cpu, cuda, cuda:1, mps, …")
@recorded
def erase(image: Path, mask: Path, way: str, resize_mask: bool, **given: Any) -> None:
    """Take away from IMAGE what is white in MASK, without a checkpoint: what surrounds it is continued.

    All else in the picture stays as it is, bit for bit.
    """
    from pentimento.cli.job import kept
    from pentimento.cli.options import request_from
    from pentimento.cli.retouchjob import retouch
    from pentimento.pixels.files import Files
    from pentimento.words.tasks import Task

    files = Files()
    names = {"images": (kept(image, files),), "mask": kept(mask, files)}
    request = request_from({**names, "fill": way, "resize_mask": resize_mask}, {})
    for made in retouch(Task.ERASE, request, files, **given):
        click.echo(made.background, err=True)
