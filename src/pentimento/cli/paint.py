"""The commands that paint: inpaint, img2img, txt2img."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pentimento.cli.options import request_from, request_options
from pentimento.cli.output import Output
from pentimento.cli.progress import follow
from pentimento.infotext import settings_from
from pentimento.pixels.codec import read_picture
from pentimento.pixels.files import Files
from pentimento.prompt.styles import apply_styles, read_styles
from pentimento.words.errors import RequestError
from pentimento.words.events import Painted
from pentimento.words.request import Request

Command = Callable[..., Any]
FILE = click.Path(path_type=Path)


def common(command: Command) -> Command:
    """What every painting command takes beside the request's fields."""
    options = (
        click.option("-o", "--output", type=FILE, default="out", show_default=True, help="A picture file or a folder."),
        click.option("--from", "source", type=FILE, help="Take every setting from this picture; options go before."),
        click.option(
            "--style", "styles", multiple=True, help="A style of the styles file; may be given several times."
        ),
        click.option("--styles-file", type=FILE, default="styles.csv", show_default=True, help="CSV with styles."),
        click.option(
            "--models-dir",
            type=FILE,
            default="models",
            show_default=True,
            envvar="PENTIMENTO_MODELS_DIR",
            help="Folder of checkpoints, VAEs, LoRAs; a webui models folder serves as it is.",
        ),
        click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda, cuda:1, mps"),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command(epilog='Example: pentimento inpaint room.png sofa.png -p "a green armchair" -o new.png')
@click.argument("image", type=FILE)
@click.argument("mask", type=FILE)
@common
@request_options(picture=True, mask=True)
def inpaint(image: Path, mask: Path, **given: Any) -> None:
    """Repaint the white part of MASK in IMAGE."""
    files = Files()
    paint(files, {"images": (files.add(image),), "mask": files.add(mask)}, **given)


@click.command(epilog='Example: pentimento img2img room.png -p "a room in winter" --denoising-strength 0.5')
@click.argument("images", type=FILE, nargs=-1, required=True)
@common
@request_options(picture=True, mask=False)
def img2img(images: tuple[Path, ...], **given: Any) -> None:
    """Redraw IMAGES, one or several, as the prompt says."""
    files = Files()
    names = tuple(files.add(image) for image in images)
    paint(files, {"images": names}, **given)


@click.command(epilog='Example: pentimento txt2img -p "a red cup on a table" --batch-size 4')
@common
@request_options(picture=False, mask=False)
def txt2img(**given: Any) -> None:
    """Draw a picture from words."""
    paint(Files(), {}, **given)


def paint(
    files: Files,
    pictures: dict[str, Any],
    *,
    output: Path,
    source: Path | None,
    styles: tuple[str, ...],
    styles_file: Path,
    models_dir: Path,
    device: str,
    **given: Any,
) -> None:
    """Make the request, run it, write what comes."""
    settings = settings_from(_parameters(source)) if source else {}
    request = _styled(request_from({**settings, **pictures}, given), styles, styles_file)

    from pentimento.runners.inline import InlineRunner

    place = Output(output, request.batch_size * request.batch_count)
    runner = InlineRunner(models_dir, device=device)

    def keep(painted: Painted) -> None:
        click.echo(place.write(painted))

    done = follow(runner.run(request, files), keep)
    for report in dict.fromkeys(str(said) for one in done for said in (one.mask, one.background) if said):
        click.echo(report, err=True)


def _parameters(source: Path) -> str:
    picture = read_picture(Files.read(source))
    if "parameters" not in picture.text:
        raise RequestError(f"{source} holds no settings", "Choose a picture made by Pentimento or webui.")
    return picture.text["parameters"]


def _styled(request: Request, names: tuple[str, ...], file: Path) -> Request:
    """The request with the styles' texts in its prompts."""
    if not names:
        return request
    known = read_styles(file)
    if unknown := [name for name in names if name not in known]:
        raise RequestError(f"no style {unknown[0]!r} in {file}", f"It has {', '.join(known) or 'none'}.")
    return request.model_copy(
        update={
            "prompt": apply_styles(request.prompt, [known[name].prompt for name in names]),
            "negative_prompt": apply_styles(request.negative_prompt, [known[name].negative_prompt for name in names]),
        }
    )
