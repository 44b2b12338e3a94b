"""Outpainting: a picture grown on its sides, and the mask that asks for what is new."""

from dataclasses import replace

import numpy as np

from pentimento.words.images import Mask, Picture
from pentimento.words.sizes import Sides


def grown(picture: Picture, sides: Sides) -> Picture:
    """The picture with so many pixels more on each side, its edge repeated there; what was there is untouched."""
    return replace(picture, samples=np.pad(picture.samples, (*_widths(sides), (0, 0)), mode="edge"))


def grown_mask(mask: Mask, sides: Sides) -> Mask:
    """The mask, ready softened, with all that is new at 255: its edge stays hard, so that no old pixel is mixed."""
    return np.pad(mask, _widths(sides), constant_values=255)


def _widths(sides: Sides) -> tuple[tuple[int, int], tuple[int, int]]:
    return (sides.top, sides.bottom), (sides.left, sides.right)
