"""The commands that paint: inpaint, img2img, txt2img."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pentimento.cli.options import Sectioned, request_options
from pentimento.cli.recorded import recorded

Command = Callable[..., Any]
FILE = click.Path(path_type=Path)

MODELS_DIR = click.option(
    "--models-dir",
    type=FILE,
    metavar="FOLDER",
    default="models",
    show_default=True,
    envvar="PENTIMENTO_MODELS_DIR",
    help="Folder of checkpoints, VAEs, LoRAs; a webui models folder serves as it is.",
)
DEVICE = click.option(
    "--device", metavar="NAME", default="auto", show_default=True, help="auto, cpu, cuda, cuda:1, mps, …"
)
DTYPE = click.option(
    "--dtype",
    type=click.Choice(["auto", "float32", "float16", "bfloat16"]),
    metavar="NAME",
    default="auto",
    show_default=True,
    envvar="PENTIMENTO_DTYPE",
    help="What the networks compute in: float32, float16 or bfloat16; auto is what proves fastest on this machine.",
)
COMMON = (
    click.option(
        *("-o", "--output"),
        type=FILE,
        default="out",
        show_default=True,
        help="A picture file (.png, .jpg, .webp), or a folder for numbered pictures.",
    ),
    click.option(
        *("--from", "source"),
        type=FILE,
        metavar="PICTURE",
        help="Take every setting from this picture; what else is given here wins.",
    ),
    click.option(
        *("--style", "styles"),
        metavar="NAME",
        multiple=True,
        help="A style of the styles file; may be given several times.",
    ),
    click.option(
        "--styles-file", type=FILE, metavar="FILE", default="styles.csv", show_default=True, help="CSV with styles."
    ),
    MODELS_DIR,
    DEVICE,
    DTYPE,
)


prompts_file = click.option(
    "--prompts-file",
    type=FILE,
    metavar="FILE",
    help="A job for each line: a prompt, or options such as --prompt a cat --seed 3, which win over those given here.",
)


def common(command: Command) -> Command:
    """What every painting command takes beside the request's fields."""
    for option in reversed(COMMON):
        command = option(command)
    return command


@click.command(
    cls=Sectioned,
    short_help="Repaint the white part of a mask in a picture.",
    epilog='Example: pentimento inpaint room.png sofa.png -p "a green armchair"',
)
@click.argument("image", type=FILE)
@click.argument("mask", type=FILE, required=False)
@common
@recorded
@prompts_file
@request_options(picture=True, mask=True)
def inpaint(image: Path, mask: Path | None, **given: Any) -> None:
    """Repaint the white part of MASK in IMAGE.

    All else in the picture stays as it is, bit for bit. With --extend the picture grows, and MASK may be left out.
    """
    if mask is None and not given["extend"]:
        raise click.MissingParameter(param_hint="'MASK'", param_type="argument")
    paint((image,), mask, **given)


@click.command(
    cls=Sectioned,
    short_help="Redraw a whole picture.",
    epilog='Example: pentimento img2img room.png -p "a room in winter" --denoising-strength 0.5',
)
@click.argument("images", type=FILE, nargs=-1, required=True)
@common
@recorded
@prompts_file
@request_options(picture=True, mask=False)
def img2img(images: tuple[Path, ...], **given: Any) -> None:
    """Redraw IMAGES, one or several, as the prompt says."""
    paint(images, None, **given)


@click.command(
    cls=Sectioned,
    short_help="Draw a picture from words.",
    epilog='Example: pentimento txt2img -p "a red cup on a table" --batch-size 4',
)
@common
@recorded
@prompts_file
@request_options(picture=False, mask=False, hires=True)
def txt2img(**given: Any) -> None:
    """Draw a picture from words."""
    paint((), None, **given)


def paint(images: tuple[Path, ...], mask: Path | None, **given: Any) -> None:
    """Import what does the work, and do it."""
    from pentimento.cli.job import run

    run(images, mask, **given)
