"""What each masked content begins with."""

from pathlib import Path
from typing import Any

import click

from pentimento.cli.options import Sectioned, request_options
from pentimento.cli.paint import FILE, common


@click.command(
    cls=Sectioned,
    short_help="Show what each masked content begins with.",
    epilog="Example: pentimento start-states room.png sofa.png -o states.png",
)
@click.argument("image", type=FILE)
@click.argument("mask", type=FILE)
@common
@request_options(picture=True, mask=True)
def start_states(image: Path, mask: Path, **given: Any) -> None:
    """Show what the hole holds before the first step, for each of the four masked contents.

    The latents are decoded, so the pictures are what the checkpoint is given. Written as one strip and four files.
    """
    _run(image, mask, **given)


def _run(image: Path, mask: Path, *, output: Path, models_dir: Path, device: str, dtype: str, **given: Any) -> None:
    from pentimento.cli.gridjob import places
    from pentimento.cli.job import requested
    from pentimento.pixels.codec import picture_of, save_picture
    from pentimento.pixels.files import Files
    from pentimento.pixels.sheet import Table, sheet
    from pentimento.runners.inline import InlineRunner

    files = Files()
    request = requested(files, (image,), mask, **given)
    runner = InlineRunner(models_dir, device=device, dtype=dtype)
    shown = dict(runner.start_states(request, files))
    strip, folder = places(output, "states")
    for content, picture in shown.items():
        save_picture(folder / f"{content}.png".replace(" ", "-"), picture_of(picture), None)
    table = Table([list(shown.values())], columns=list(map(str, shown)), across="masked content before the first step")
    save_picture(strip, picture_of(sheet([table])), None)
    click.echo(strip)
