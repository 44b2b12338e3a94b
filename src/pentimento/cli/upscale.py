"""A picture enlarged."""

from pathlib import Path

import click

FILE = click.Path(path_type=Path)


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
def upscale(
    image: Path,
    upscaler: str,
    scale: float,
    width: int | None,
    output: Path,
    models_dir: Path,
    device: str,
) -> None:
    """Make IMAGE larger: by a network of the ESRGAN, SwinIR, DAT family and others, or by a filter.

    Depth, transparency and colour profile stay. NAME is a file's name without its ending, or a part of it, or a path.
    """
    from pentimento.checkpoint.library import Library
    from pentimento.checkpoint.pictures import PictureNets
    from pentimento.cli.progress import bar
    from pentimento.engine.enlarge import open_upscaler
    from pentimento.pixels.codec import read_picture, save_picture
    from pentimento.pixels.enlarge import wanted_size
    from pentimento.pixels.files import Files

    picture = read_picture(Files.read(image))
    size = wanted_size(picture.size, width / picture.size.width if width else scale)
    opened = open_upscaler(upscaler, Library(models_dir), PictureNets(device), paths=True)
    with bar() as shown:
        made = opened(picture, size, lambda done, total: shown.show("enlarging", done, total))
    save_picture(output, made, picture.text.get("parameters"))
    click.echo(output)
    click.echo(f"{picture.size} → {size}", err=True)
