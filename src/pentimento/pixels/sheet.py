"""Contact sheets: pictures in rows and columns under labels that can be read, drawn with Pillow."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import PIL.Image
from PIL import ImageDraw, ImageFont

from pentimento.words.images import Image, size_of
from pentimento.words.sizes import Size

PAPER, INK, PALE, EMPTY, FAULT = "#faf8f4", "#26221d", "#8a8378", "#ece8e0", "#a3412c"
"""Background, labels, names of axes, a cell without a picture, and why it has none."""

MOST_LINES = 6
LARGEST = 16384
"""Longest side of a sheet in pixels; the cells are made smaller to keep it."""

Cell: TypeAlias = "Image | str"
"""A picture, or why there is none."""


@dataclass(frozen=True, eq=False)
class Table:
    """One table of the sheet.

    cells                  rows of columns; rows may have cells of any size
    columns, rows          a label for each; empty for none
    across, down           what the columns' and the rows' labels are values of
    title                  stands above it
    """

    cells: Sequence[Sequence[Cell]]
    columns: Sequence[str] = ()
    rows: Sequence[str] = ()
    across: str = ""
    down: str = ""
    title: str = ""


def sheet(tables: Sequence[Table]) -> Image:
    """The tables side by side, all cells of one size; pictures are scaled down where the whole grows too large."""
    cell = _cell_size(tables)
    drawn = [_drawn(table, cell) for table in tables]
    gap = _letter(cell)
    canvas = PIL.Image.new(
        "RGB", (sum(d.width for d in drawn) + gap * (len(drawn) - 1), max(d.height for d in drawn)), PAPER
    )
    left = 0
    for picture in drawn:
        canvas.paste(picture, (left, 0))
        left += picture.width + gap
    return np.array(canvas)


def _cell_size(tables: Sequence[Table]) -> Size:
    """The largest picture's, or as much of it as leaves the sheet within bounds, with its labels."""
    pictures = [size_of(cell) for table in tables for row in table.cells for cell in row if not isinstance(cell, str)]
    width = max((size.width for size in pictures), default=256)
    height = max((size.height for size in pictures), default=256)
    columns = sum(len(table.cells[0]) + bool(table.rows) for table in tables)
    rows = max(len(table.cells) for table in tables) + 1
    share = min(1.0, LARGEST / (columns * width * 1.1), LARGEST / (rows * height * 1.1))
    return Size(max(int(width * share), 16), max(int(height * share), 16))


def _letter(cell: Size) -> int:
    """Size of the labels' letters in pixels."""
    return max(13, min(cell) // 18)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _drawn(table: Table, cell: Size) -> PIL.Image.Image:
    letter = _letter(cell)
    gap, margin = max(2, letter // 4), letter
    labels = [wrapped(label, cell.width, letter) for label in table.columns]
    band = max((len(lines) for lines in labels), default=0) * _line(letter)
    titles = [text for text in (table.title, table.across) if text]
    top = margin + len(titles) * _line(letter) + band + (gap * 2 if titles or band else 0)
    beside = [wrapped(label, cell.width * 3 // 4, letter) for label in table.rows]
    names = [table.down] if table.down else []
    widest = max((_width(line, letter) for lines in (*beside, names) for line in lines), default=0)
    left = margin + (widest + margin if widest else 0)
    size = (
        max(
            left + len(table.cells[0]) * (cell.width + gap) - gap,
            left + max((_width(t, letter) for t in titles), default=0),
        )
        + margin,
        top + len(table.cells) * (cell.height + gap) - gap + margin,
    )
    canvas = PIL.Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(canvas)
    for k, text in enumerate(titles):
        middle = left + (len(table.cells[0]) * (cell.width + gap) - gap) // 2
        pen.text(
            (max(middle, left + _width(text, letter) // 2), margin + k * _line(letter)), text, PALE, _font(letter), "ma"
        )
    for column, lines in enumerate(labels):
        middle = left + column * (cell.width + gap) + cell.width // 2
        _write(pen, lines, middle, top - 2 * gap - len(lines) * _line(letter), letter, INK, "ma")
    if names:
        pen.text((margin, top - 2 * gap), table.down, PALE, _font(letter), "ls")
    for row, cells in enumerate(table.cells):
        high = top + row * (cell.height + gap)
        if beside:
            lines = beside[row]
            _write(pen, lines, margin, high + (cell.height - len(lines) * _line(letter)) // 2, letter, INK, "la")
        for column, content in enumerate(cells):
            _put(canvas, pen, content, left + column * (cell.width + gap), high, cell, letter)
    return canvas


def _put(
    canvas: PIL.Image.Image, pen: ImageDraw.ImageDraw, content: Cell, left: int, top: int, cell: Size, letter: int
) -> None:
    """A picture in the middle of its cell, or the reason why there is none."""
    if not isinstance(content, str):
        picture = PIL.Image.fromarray(content)
        picture.thumbnail(cell, PIL.Image.Resampling.LANCZOS)
        canvas.paste(picture, (left + (cell.width - picture.width) // 2, top + (cell.height - picture.height) // 2))
        return
    pen.rectangle((left, top, left + cell.width - 1, top + cell.height - 1), fill=EMPTY)
    small = max(11, letter * 3 // 4)
    lines = wrapped(content, cell.width - 2 * letter, small, max(1, cell.height // _line(small) - 1))
    _write(pen, lines, left + cell.width // 2, top + (cell.height - len(lines) * _line(small)) // 2, small, FAULT, "ma")


def _write(pen: ImageDraw.ImageDraw, lines: Sequence[str], x: int, y: int, letter: int, ink: str, anchor: str) -> None:
    for k, line in enumerate(lines):
        pen.text((x, y + k * _line(letter)), line, ink, _font(letter), anchor)


def _line(letter: int) -> int:
    return letter * 5 // 4


def _width(text: str, letter: int) -> int:
    return int(_font(letter).getlength(text) + 1)


def wrapped(text: str, width: int, letter: int, most: int = MOST_LINES) -> list[str]:
    """The text in lines that fit a width in pixels: broken between words, or within one that is too long.

    most  lines; what is left over becomes an ellipsis
    """
    lines: list[str] = []
    line = ""
    for word in text[:2000].split():
        for piece in _pieces(word, width, letter):
            together = f"{line} {piece}" if line else piece
            if not line or _width(together, letter) <= width:
                line = together
            else:
                lines.append(line)
                line = piece
    lines.append(line)
    return lines if len(lines) <= most else [*lines[: most - 1], _shortened(lines[most - 1], width, letter)]


def _pieces(word: str, width: int, letter: int) -> list[str]:
    """A word, in as many pieces as it takes."""
    pieces = [""]
    for character in word:
        if pieces[-1] and _width(pieces[-1] + character, letter) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _shortened(line: str, width: int, letter: int) -> str:
    while line and _width(f"{line}…", letter) > width:
        line = line[:-1]
    return f"{line}…"
