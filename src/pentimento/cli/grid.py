"""Grids: settings tried against each other."""

from pathlib import Path
from random import Random
from typing import Any

import click

from pentimento.cli.options import Sectioned, request_options
from pentimento.cli.paint import FILE, common
from pentimento.cli.recorded import recorded

AXIS = "NAME=VALUES"
KINDS = "Values: 1,3,7 or 0:1:0.25 or 0:1[5] or random[4] or * for every choice; prompt=old|new1|new2 replaces a word."


@click.command(
    cls=Sectioned,
    short_help="Try settings against each other, in one sheet.",
    epilog="Example: pentimento grid room.png sofa.png -p chair --x denoising_strength=0:1:0.25 --y cfg_scale=1,7,15",
)
@click.argument("image", type=FILE, required=False)
@click.argument("mask", type=FILE, required=False)
@click.option("--x", metavar=AXIS, help=f"The setting that changes from column to column. {KINDS}")
@click.option("--y", metavar=AXIS, help="… from row to row.")
@click.option("--z", metavar=AXIS, help="… from table to table.")
@click.option("--vary-seeds", metavar="AXES", default="", help="Axes along which the seed counts on, such as xy.")
@common
@recorded
@request_options(picture=True, mask=True, hires=True)
def grid(image: Path | None, mask: Path | None, **given: Any) -> None:
    """Run every combination of the axes' values; write a labelled sheet and the cells.

    With IMAGE and MASK it inpaints, with IMAGE alone it redraws, with neither it draws from words. Any setting can be
    an axis. A cell that fails is left blank with its reason, and the others go on.
    """
    from pentimento.cli.gridjob import run

    run(image, mask, rng=Random(), **given)
