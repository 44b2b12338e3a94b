"""`pentimento demo`: the bundled picture, repainted by the starter model."""

import json
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from pentimento.checkpoint.library import BUILTIN
from pentimento.cli.job import events, follow
from pentimento.cli.options import request_from
from pentimento.cli.paint import DEVICE, DTYPE
from pentimento.pixels.codec import read_picture, save_picture
from pentimento.pixels.files import Files
from pentimento.pixels.resize import stretched
from pentimento.pixels.view import image_of
from pentimento.words.errors import UnknownModelError
from pentimento.words.events import Painted
from pentimento.words.images import Image, Picture, size_of
from pentimento.words.sizes import Size

BUNDLED = BUILTIN.parent
"""Where demo.png, demo-mask.png and demo.json, the settings, lie."""
SHOWN = 384
"""Height of the strip, about, in pixels."""
GAP = 8
"""White pixels between the pictures of the strip."""


@click.command()
@click.option(
    *("-o", "--output"),
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    default="out/demo",
    show_default=True,
    help="Where the pictures go.",
)
@DEVICE
@DTYPE
def demo(output: Path, device: str, dtype: str) -> None:
    """Repaint a bundled picture with the starter model.

    Writes before.png, mask.png, after-1.png to after-4.png, and strip.png:
    before | mask | after.
    """
    settings = json.loads((BUNDLED / "demo.json").read_bytes())
    if not (BUILTIN / f"{settings['checkpoint']}.safetensors").is_file():
        raise UnknownModelError(
            f"the starter model is not in {BUILTIN}",
            "Install the package anew, or train it with make starter-train (45 minutes).",
        )
    files = Files()
    before, mask = BUNDLED / "demo.png", BUNDLED / "demo-mask.png"
    request = request_from({"images": (files.add(before),), "mask": files.add(mask), **settings}, {})

    def keep(painted: Painted) -> None:
        save_picture(output / f"after-{painted.number + 1}.png", painted.picture, painted.parameters)

    painted = follow(events([request], files, Path("models"), device, dtype), keep)
    pictures = [read_picture(Files.read(path)) for path in (before, mask)]
    for name, picture in zip(("before", "mask"), pictures, strict=True):
        save_picture(output / f"{name}.png", picture, None)
    strip = output / "strip.png"
    save_picture(strip, Picture(beside([image_of(picture) for picture in (*pictures, painted[0].picture)])), None)
    click.echo(f"{request.prompt}: {len(painted)} candidates in {output}, before | mask | after in {strip}")


def beside(images: Sequence[Image]) -> Image:
    """Pictures of one size in a row, enlarged so that they can be looked at, white between them."""
    own = size_of(images[0])
    factor = max(1, SHOWN // own.height)
    images = [stretched(image, Size(own.width * factor, own.height * factor)) for image in images]
    gap = np.full((images[0].shape[0], GAP, 3), 255, np.uint8)
    row = [part for image in images for part in (gap, image)]
    return np.concatenate(row[1:], axis=1)
