"""What the grid command does: axes → cells → pictures → a sheet."""

from pathlib import Path
from random import Random
from typing import Any

import click

from pentimento.cli.job import follow, requested
from pentimento.cli.running import runner
from pentimento.grids.contact import contact_sheet, described
from pentimento.grids.expansion import Cell, Grid, expand, names, read_axes
from pentimento.pixels.codec import SUFFIXES, make_folder, picture_of, save_picture
from pentimento.pixels.files import Files
from pentimento.pixels.sheet import Cell as Shown
from pentimento.pixels.view import image_of
from pentimento.words.errors import OutputError, PentimentoError
from pentimento.words.events import Painted


def run(
    image: Path | None,
    mask: Path | None,
    *,
    rng: Random,
    x: str | None,
    y: str | None,
    z: str | None,
    vary_seeds: str,
    output: Path,
    models_dir: Path,
    device: str,
    **given: Any,
) -> None:
    """Run the grid and write what comes; exits with 1 where a cell failed."""
    files = Files()
    request = requested(files, (image,) if image else (), mask, **given)
    grid = expand(request, *read_axes((x, y, z), rng), rng=rng, vary=vary_seeds)
    sheet, folder = places(output)
    shown = painted(grid, files, folder, models_dir, device)
    save_picture(sheet, picture_of(contact_sheet(grid, shown)), described(grid))
    click.echo(sheet)
    failed = sum(isinstance(shown.get(cell, ""), str) for cell in grid.cells)
    if failed:
        click.echo(f"{failed} of {len(grid.cells)} cells failed", err=True)
        raise SystemExit(1)


def places(output: Path, name: str = "grid") -> tuple[Path, Path]:
    """The sheet's file and the cells' folder: NAME.png and NAME/, or in a folder the next NAME-N.png and NAME-N/."""
    if output.suffix.lower() in SUFFIXES and not output.is_dir():
        sheet = output
    else:
        taken = {path.stem for path in output.glob(f"{name}-*")} if output.is_dir() else set()
        number = next(n for n in range(1, len(taken) + 2) if f"{name}-{n}" not in taken)
        sheet = output / f"{name}-{number}.png"
    folder = sheet.with_suffix("")
    if folder.is_file():
        raise OutputError(f"{folder} is a file, and the cells go into a folder of that name", "Choose another name.")
    make_folder(folder)
    return sheet, folder


def painted(grid: Grid, files: Files, folder: Path, models_dir: Path, device: str) -> dict[Cell, Shown]:
    """Each cell's first picture, or why there is none; every picture is written as it comes."""
    labels = dict(zip(grid.cells, names(grid), strict=True))
    shown: dict[Cell, Shown] = {}
    with runner(models_dir, device) as computing:
        for number, cell in enumerate(grid.in_running_order(), 1):
            assert cell.request

            def keep(made: Painted, cell: Cell = cell) -> None:
                several = f"-{made.number + 1}" if made.number else ""
                place = folder / f"z{cell.z + 1}-y{cell.y + 1}-x{cell.x + 1}{several}.png"
                save_picture(place, made.picture, made.parameters)
                shown.setdefault(cell, image_of(made.picture))

            click.echo(f"{number} of {len(grid.cells)}: {labels[cell]}", err=True)
            try:
                follow(computing.run(cell.request, files), keep)
            except OutputError:
                raise
            except PentimentoError as error:
                shown[cell] = error.message
                click.echo(f"Failed: {error.message}", err=True)
    return shown
