"""Folders of pictures."""

from pathlib import Path
from typing import Any

import click

from pentimento.cli.options import Sectioned, request_options
from pentimento.cli.paint import FILE, common
from pentimento.cli.recorded import recorded


@click.command(
    cls=Sectioned,
    short_help="Repaint every picture of a folder.",
    epilog='Example: pentimento batch photos masks -p "an empty beach" -o cleaned',
)
@click.argument("folder", type=FILE)
@click.argument("masks", type=FILE, required=False)
@common
@recorded
@request_options(picture=True, mask=True)
def batch(folder: Path, masks: Path | None, **given: Any) -> None:
    """Run the same job on every picture in FOLDER.

    MASKS is one mask for all, or a folder with a mask of the same name for each picture (any suffix; room_mask.png
    belongs to room.jpg too). Without it whole pictures are redrawn, or grown with --extend. Each picture has its own
    seed: the one given and its place in the folder. A picture that fails is told of in the table at the end, and the
    others go on.
    """
    from pentimento.cli.batchjob import run

    run(folder, masks, **given)
