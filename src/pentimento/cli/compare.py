"""Two pictures side by side."""

from pathlib import Path

import click

FILE = click.Path(path_type=Path)


@click.command(epilog="Example: pentimento compare before.png after.png --mask mask.png -o strip.png")
@click.argument("one", type=FILE, metavar="A")
@click.argument("other", type=FILE, metavar="B")
@click.option("--mask", type=FILE, help="Tell inside (white) and outside apart.")
@click.option(*("-o", "--output"), type=FILE, help="Write both and a map of their differences, side by side.")
def compare(one: Path, other: Path, mask: Path | None, output: Path | None) -> None:
    """Tell how far B is from A: the largest and mean difference, the share of samples that differ, PSNR."""
    from pentimento.pixels.codec import picture_of, read_picture, save_picture
    from pentimento.pixels.compare import difference, differences, heat_map
    from pentimento.pixels.files import Files
    from pentimento.pixels.sheet import Table, sheet
    from pentimento.pixels.view import image_of, mask_of
    from pentimento.words.errors import MaskSizeError

    first, second = (read_picture(Files.read(path)) for path in (one, other))
    apart, full = differences(first, second)
    whole = difference(apart, full)
    click.echo(f"{'all:':9} {whole}")
    hole = mask_of(read_picture(Files.read(mask)), round=False) if mask else None
    if hole is not None:
        if hole.shape != apart.shape[:2]:
            raise MaskSizeError(first.size, picture_of(hole).size)
        click.echo(f"{'inside:':9} {difference(apart, full, hole > 0)}")
        click.echo(f"{'outside:':9} {difference(apart, full, hole == 0)}")
    if output:
        labels = [one.name, other.name, f"difference; white is {whole.largest} of {full}"]
        table = Table([[image_of(first), image_of(second), heat_map(apart, hole)]], columns=labels, across=str(whole))
        save_picture(output, picture_of(sheet([table])), None)
        click.echo(output)
