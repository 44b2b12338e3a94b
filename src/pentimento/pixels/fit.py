"""A mask of another size than its picture, brought to it."""

import numpy as np
import PIL.Image

from pentimento.pixels.view import pillow_of
from pentimento.words.errors import MaskSizeError
from pentimento.words.images import Picture
from pentimento.words.sizes import Size


def fitted(mask: Picture, size: Size) -> Picture:
    """The mask scaled to a picture's size; it stays itself where it has that size already.

    raises  MaskSizeError where their shapes differ by more than the rounding of one pixel
    """
    if mask.size == size:
        return mask
    if not _same_shape(mask.size, size):
        raise MaskSizeError(
            size, mask.size, f"Their shapes differ, so scaling would distort the mask: draw it at {size}."
        )
    samples = np.array(pillow_of(mask).resize(size, PIL.Image.Resampling.BILINEAR))
    return Picture(samples[..., None] if samples.ndim == 2 else samples)


def _same_shape(mask: Size, picture: Size) -> bool:
    """Whether one could be the other scaled: its height is right to a pixel of the coarser of the two."""
    wanted = mask.width * picture.height / picture.width
    return abs(mask.height - wanted) <= max(1.0, mask.width / picture.width)
