"""What the grid command does: axes → cells → pictures → a sheet."""

from pathlib import Path
from random import Random
from typing import Any

import click

from pentimento.cli.job import follow, requested
from pentimento.cli.record import Keeping
from pentimento.cli.running import runner
from pentimento.grids.contact import contact_sheet, described
from pentimento.grids.expansion import Cell, Grid, expand, names, read_axes
from pentimento.jobs.runner import Runner
from pentimento.pixels.codec import SUFFIXES, make_folder, picture_of, save_picture
from pentimento.pixels.files import Files
from pentimento.pixels.sheet import Cell as Shown
from pentimento.pixels.view import image_of
from pentimento.words.errors import OutputError, PentimentoError
from pentimento.words.events import Painted
from pentimento.words.request import with_seeds


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
    dtype: str,
    history: bool,
    data_dir: Path | None,
    metadata: bool,
    gps: bool,
    **given: Any,
) -> None:
    """Run the grid and write what comes; exits with 1 where a cell failed."""
    files = Files()
    request = requested(files, (image,) if image else (), mask, **given)
    grid = expand(request, *read_axes((x, y, z), rng), rng=rng, vary=vary_seeds)
    sheet, folder = places(output)
    keeping = Keeping(history, data_dir, metadata, gps)
    with runner(models_dir, device, dtype) as computing:
        shown = painted(grid, files, folder, computing, keeping)
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


def painted(grid: Grid, files: Files, folder: Path, computing: Runner, keeping: Keeping) -> dict[Cell, Shown]:
    """Each cell's first picture, or why there is none; every picture is written as it comes."""
    labels = dict(zip(grid.cells, names(grid), strict=True))
    shown: dict[Cell, Shown] = {}
    for number, cell in enumerate(grid.in_running_order(), 1):
        assert cell.request
        request = with_seeds(cell.request)

        def place(made: Painted, cell: Cell = cell) -> Path:
            several = f"-{made.number + 1}" if made.number else ""
            return folder / f"z{cell.z + 1}-y{cell.y + 1}-x{cell.x + 1}{several}.png"

        keep = keeping.keeper(place, [request], files, tell=lambda _: None)
        click.echo(f"{number} of {len(grid.cells)}: {labels[cell]}", err=True)
        try:
            made = follow(computing.run(request, files), keep)
        except OutputError:
            raise
        except PentimentoError as error:
            shown[cell] = error.message
            click.echo(f"Failed: {error.message}", err=True)
        else:
            shown[cell] = image_of(made[0].picture)
    return shown
