"""What judges look at: a square about the hole."""

from collections.abc import Mapping

import numpy as np
from PIL import Image as Pillow

from pentimento.starter.scenes.canvas import View
from pentimento.words.images import Image, Mask, size_of
from pentimento.words.sizes import Box, Size

SIDE = 64
"""Of the pictures that judges see, in pixels."""

MARGINS: Mapping[str, float] = {"arm": 1.3, "face": 1.3, "third hand": 1.8, "fan": 1.3}
"""Question → side of the square, beside the hole's longer side: whether a hand is one too many, the others tell."""


def square_around(hole: Mask, margin: float) -> Box:
    """The square about a hole, inside the picture as far as the picture is wide and high enough."""
    rows, columns = np.nonzero(hole > 127)
    size = size_of(hole)
    side = round(min(margin * max(np.ptp(rows), np.ptp(columns)) + 1, min(size)))
    left = int(np.clip((columns.min() + columns.max() + 1 - side) / 2, 0, size.width - side))
    top = int(np.clip((rows.min() + rows.max() + 1 - side) / 2, 0, size.height - side))
    return Box(left, top, left + side, top + side)


def cropped(picture: Image, hole: Mask, margin: float) -> Image:
    """What a judge sees of a picture, SIDE × SIDE × 3."""
    square = square_around(hole, margin)
    return np.asarray(Pillow.fromarray(picture).resize((SIDE, SIDE), Pillow.Resampling.BILINEAR, box=square))


def view_around(hole: Mask, margin: float) -> View:
    """The same square of a whole, square picture, to be drawn at any size."""
    square, size = square_around(hole, margin), Size(*reversed(hole.shape))
    x, y = (square.left + square.right) / 2 / size.height, (square.top + square.bottom) / 2 / size.height
    return View(x, y, square.height / size.height)
