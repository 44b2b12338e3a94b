"""What judges look at: a square about the hole."""

import numpy as np
from PIL import Image as Pillow

from pentimento.starter.scenes.canvas import View
from pentimento.words.images import Image, Mask, size_of
from pentimento.words.sizes import Box, Size

SIDE = 64
"""Of the pictures that judges see, in pixels."""

MARGIN = 1.3
"""Side of the square, beside the hole's longer side: what is around it tells what belongs there."""


def square_around(hole: Mask) -> Box:
    """The square about a hole, inside the picture as far as the picture is wide and high enough."""
    rows, columns = np.nonzero(hole > 127)
    size = size_of(hole)
    side = round(min(MARGIN * max(np.ptp(rows), np.ptp(columns)) + 1, min(size)))
    left = int(np.clip((columns.min() + columns.max() + 1 - side) / 2, 0, size.width - side))
    top = int(np.clip((rows.min() + rows.max() + 1 - side) / 2, 0, size.height - side))
    return Box(left, top, left + side, top + side)


def cropped(picture: Image, hole: Mask) -> Image:
    """What a judge sees of a picture, SIDE × SIDE × 3."""
    square = square_around(hole)
    return np.asarray(Pillow.fromarray(picture).resize((SIDE, SIDE), Pillow.Resampling.BILINEAR, box=square))


def view_around(hole: Mask) -> View:
    """The same square of a whole, square picture, to be drawn at any size."""
    square, size = square_around(hole), Size(*reversed(hole.shape))
    x, y = (square.left + square.right) / 2 / size.height, (square.top + square.bottom) / 2 / size.height
    return View(x, y, square.height / size.height)
