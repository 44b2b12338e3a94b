"""A picture enlarged."""

from pathlib import Path
from typing import Any

import click

from pentimento.cli.recorded import recorded

FILE = click.Path(path_type=Path)
MOST = 8
"""Times that a request can say; for more it names the width."""


@click.command(epilog="Example: pentimento upscale photo.png --upscaler 4x_foolhardy --scale 2 -o large.png")
@click.argument("image", type=FILE)
@click.option("--upscaler", metavar="NAME", default="Lanczos", show_default=True, help="Lanczos, Nearest, or a file.")
@click.option(
    "--scale", type=click.FloatRange(0, 16, min_open=True), default=2, show_default=True, help="How many times larger."
)
@click.option("--width", type=click.IntRange(1, 16384), help="This wide instead, in pixels; the height follows.")
@click.option(
    *("-o", "--output"), type=FILE, default="upscaled.png", show_default=True, help="The picture file to write."
)
@click.option(
    "--models-dir",
    type=FILE,
    metavar="FOLDER",
    default="models",
    show_default=True,
    envvar="PENTIMENTO_MODELS_DIR",
    help="Folder of models; upscalers lie in ESRGAN, RealESRGAN, SwinIR, DAT, HAT, ScuNET.",
)
@click.option("--device", metavar="NAME", default="auto", show_default=True, help="auto, cpu, cuda, cuda:1, mps, …")
@recorded
def upscale(image: Path, upscaler: str, scale: float, width: int | None, **given: Any) -> None:
    """Make IMAGE larger: by a network of the ESRGAN, SwinIR, DAT family and others, or by a filter.

    Depth, transparency and colour profile stay. NAME is a file's name without its ending, or a part of it, or a path.
    """
    from pentimento.cli.job import kept
    from pentimento.cli.options import request_from
    from pentimento.cli.retouchjob import retouch
    from pentimento.pixels.codec import read_picture
    from pentimento.pixels.enlarge import wanted_size
    from pentimento.pixels.files import Files
    from pentimento.words.tasks import Task

    files = Files()
    name = kept(image, files)
    own = read_picture(files[name]).size
    wide = width or wanted_size(own, scale).width
    how = {"hires_width": wide} if width or scale > MOST else {"hires_scale": scale}
    request = request_from({"images": (name,), "hires_upscaler": upscaler, **how}, {})
    for made in retouch(Task.UPSCALE, request, files, **given):
        click.echo(f"{own} → {made.picture.size}", err=True)
