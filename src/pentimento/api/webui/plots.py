"""The sheets of an X/Y/Z plot as the dialect hands them out, labelled or bare, and what they say of themselves."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pentimento.api.webui.tiles import tiled
from pentimento.grids.axes import Axis
from pentimento.grids.contact import contact_sheet
from pentimento.grids.expansion import Cell, Grid
from pentimento.infotext.text import compose, quoted
from pentimento.pixels.sheet import Cell as Shown
from pentimento.words.events import Painted
from pentimento.words.images import Image

SEEDS = {"Seed": "seed", "Var. seed": "variation_seed"}
"""Axes whose −1 is drawn → where a picture tells what it became."""
VERSION = ", Version: "


@dataclass(frozen=True)
class Asked:
    """An axis as a client asked for it.

    letter  X, Y or Z
    values  as typed, or those chosen from a list as one record of CSV
    """

    letter: str
    axis: Axis
    values: str

    @classmethod
    def of(cls, letter: str, axis: Axis, values: str | Sequence[str]) -> "Asked":
        return cls(letter, axis, values if isinstance(values, str) else _record(values))

    def told(self, cells: Sequence[Cell], painted: Mapping[Cell, Sequence[Painted]], fixed: bool) -> dict[str, str]:
        """Fields of a sheet's text: the axis, its values, and what seeds that were left open became."""
        if not self.axis.name:
            return {}
        told = {f"{self.letter} Type": self.axis.name, f"{self.letter} Values": self.values}
        if fixed and (field := SEEDS.get(self.axis.name)):
            along = {getattr(cell, self.letter.lower()): cell for cell in reversed(cells)}
            made = [painted[along[place]][0] for place in sorted(along) if along[place] in painted]
            told[f"Fixed {self.letter} Values"] = ", ".join(str(getattr(one, field)) for one in made)
        return told


def sheet_text(grid: Grid, asked: Sequence[Asked], painted: Mapping[Cell, Sequence[Painted]], *, fixed: bool) -> str:
    """What a sheet's file says: how its first picture was made, and what was varied.

    asked  the axes that the sheet shows
    fixed  −1 was drawn once for all cells
    """
    fields = {"Script": "X/Y/Z plot"}
    for axis in asked:
        fields |= axis.told(grid.cells, painted, fixed)
    first = next((painted[cell][0].parameters for cell in grid.cells if cell in painted), "")
    line = ", ".join(f"{key}: {quoted(value)}" for key, value in fields.items())
    before, found, version = first.rpartition(VERSION)
    return f"{before}, {line}{found}{version}" if found else compose("", "", fields)


def drawn(grid: Grid, shown: Mapping[Cell, Shown], *, legend: bool) -> Image:
    """The sheet, labelled or bare; without labels a cell that has no picture is black."""
    if legend:
        return contact_sheet(grid, shown)
    pictures = [one for one in shown.values() if not isinstance(one, str)]
    blank = np.zeros_like(pictures[0]) if pictures else np.zeros((1, 1, 3), np.uint8)
    cells = [shown.get(cell, blank) for cell in grid.cells]
    each = [blank if isinstance(one, str) else one for one in cells]
    size = len(grid.x) * len(grid.y)
    tables = [tiled(each[start : start + size], columns=len(grid.x)) for start in range(0, len(each), size)]
    return tiled(tables, columns=len(tables))


def _record(values: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(values)
    return out.getvalue().strip()
