"""Things erased without diffusion."""

from pathlib import Path

import click

FILE = click.Path(path_type=Path)


@click.command(epilog="Example: pentimento erase photo.png wire.png --with telea -o clean.png")
@click.argument("image", type=FILE)
@click.argument("mask", type=FILE)
@click.option(
    *("--with", "way"),
    metavar="NAME",
    default="telea",
    show_default=True,
    help="telea, navier-stokes, blur, or a network: a file in models/LaMa or models/MAT.",
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
def erase(image: Path, mask: Path, way: str, output: Path, models_dir: Path, device: str) -> None:
    """Take away from IMAGE what is white in MASK, without a checkpoint: what surrounds it is continued.

    All else in the picture stays as it is, bit for bit.
    """
    from pentimento.checkpoint.library import Library
    from pentimento.checkpoint.pictures import PictureNets
    from pentimento.engine.erase import erased, open_fill
    from pentimento.pixels.codec import read_picture, save_picture
    from pentimento.pixels.files import Files
    from pentimento.pixels.mask import without_faint
    from pentimento.pixels.view import mask_of

    picture, drawn = (read_picture(Files.read(path)) for path in (image, mask))
    fill = open_fill(way, Library(models_dir), PictureNets(device))
    made = erased(picture, without_faint(mask_of(drawn, round=False)), fill)
    save_picture(output, made, picture.text.get("parameters"))
    click.echo(output)
