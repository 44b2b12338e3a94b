"""A grid's pictures as a contact sheet: one table for each place on z."""

from collections.abc import Mapping

from pentimento.grids.axes import Axis
from pentimento.grids.expansion import Cell, Grid
from pentimento.pixels.sheet import Cell as Shown
from pentimento.pixels.sheet import Table, sheet
from pentimento.words.images import Image


def contact_sheet(grid: Grid, shown: Mapping[Cell, Shown]) -> Image:
    """The labelled sheet.

    shown  each cell's picture, or why it has none; a cell that was no request says why by itself
    """
    return sheet([_table(grid, z, shown) for z in range(len(grid.z))])


def described(grid: Grid) -> str:
    """What the sheet's own file says: each axis with its values."""
    return "\n".join(
        f"{place}: {axis.name} = {', '.join(point.label for point in axis.points)}"
        for place, axis in zip("XYZ", (grid.x, grid.y, grid.z), strict=True)
        if axis.name
    )


def _table(grid: Grid, z: int, shown: Mapping[Cell, Shown]) -> Table:
    wide, deep = len(grid.x), len(grid.y)
    first = z * wide * deep
    rows = [grid.cells[first + y * wide : first + (y + 1) * wide] for y in range(deep)]
    return Table(
        cells=[[shown.get(cell, cell.problem or "not run") for cell in row] for row in rows],
        columns=_labels(grid.x),
        rows=_labels(grid.y),
        across=grid.x.name,
        down=grid.y.name,
        title=f"{grid.z.name} {grid.z.points[z].label}" if grid.z.name else "",
    )


def _labels(axis: Axis) -> list[str]:
    return [point.label for point in axis.points] if axis.name else []
