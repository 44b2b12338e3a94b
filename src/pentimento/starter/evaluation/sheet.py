"""Contact sheets: before | mask | after, red where a judge refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from pentimento.words.images import Image, Mask

SIDE = 112
GAP = 8
COLUMNS = 4
MOST = 80
"""Rows of pictures on a sheet; the rest is counted and not shown."""

REFUSED, PAPER = (214, 48, 49), (255, 255, 255)


@dataclass(frozen=True)
class Shown:
    """One case of a sheet."""

    before: Image
    hole: Mask
    after: Image
    approved: bool


def save_sheet(file: Path, rows: Sequence[Shown]) -> None:
    rows = rows[:MOST]
    width, height = 3 * SIDE + GAP, SIDE + GAP
    sheet = Pillow.new("RGB", (COLUMNS * width + GAP, -(-len(rows) // COLUMNS) * height + GAP), PAPER)
    pen = ImageDraw.Draw(sheet)
    for i, row in enumerate(rows):
        x, y = i % COLUMNS * width + GAP, i // COLUMNS * height + GAP
        for k, picture in enumerate((row.before, veiled(row), row.after)):
            sheet.paste(Pillow.fromarray(picture).resize((SIDE, SIDE), Pillow.Resampling.LANCZOS), (x + k * SIDE, y))
        if not row.approved:
            pen.rectangle((x - 3, y - 3, x + 3 * SIDE + 2, y + SIDE + 2), outline=REFUSED, width=3)
    file.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(file, quality=90)


def veiled(row: Shown) -> Image:
    """The picture with its hole light."""
    return np.where(row.hole[..., None] > 127, row.before // 4 + 191, row.before).astype(np.uint8)
