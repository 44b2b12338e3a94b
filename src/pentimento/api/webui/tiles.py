"""Pictures side by side without a word, as the dialect's grids are."""

import math
from collections.abc import Sequence

import numpy as np

from pentimento.words.images import Image


def rows_of(count: int, wanted: int = -1, batch: int = 1, *, full: bool = False) -> int:
    """How many rows a grid has.

    wanted  −1 as many as columns, 0 one for each batch, else itself
    full    no place is left empty
    """
    if wanted > 0:
        return min(wanted, count)
    if wanted == 0:
        return min(batch, count)
    square = max(1, round(math.sqrt(count)))
    return max(n for n in range(1, math.isqrt(count) + 1) if count % n == 0) if full else square


def tiled(images: Sequence[Image], columns: int) -> Image:
    """The pictures row by row, each in a place of the largest's size; what is empty is black."""
    height, width = (max(image.shape[side] for image in images) for side in (0, 1))
    rows = math.ceil(len(images) / columns)
    canvas = np.zeros((rows * height, columns * width, 3), np.uint8)
    for number, image in enumerate(images):
        top, left = number // columns * height, number % columns * width
        canvas[top : top + image.shape[0], left : left + image.shape[1]] = image
    return canvas
