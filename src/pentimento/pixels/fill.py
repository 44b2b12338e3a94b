"""Masked content "fill": the hole painted with what surrounds it, blurred ever less."""

import numpy as np
import PIL.Image
from PIL import ImageFilter

from pentimento.pixels.overlay import through
from pentimento.words.images import Image, Mask

LAYERS = ((256, 1), (64, 1), (16, 2), (4, 4), (2, 2), (0, 1))
"""Blur radius in pixels, and how often that layer is laid over the ones before."""


def fill(image: Image, mask: Mask) -> Image:
    """The image with its hole filled from the surroundings; kept pixels as they were, a full mask all black.

    image  H × W × 3
    mask   H × W, 255 is hole; soft values let that much less of the image through
    """
    known = through(image, 255 - mask)
    filled = PIL.Image.new("RGBA", known.size)
    for radius, times in LAYERS:
        layer = known.filter(ImageFilter.GaussianBlur(radius)).convert("RGBA")
        for _ in range(times):
            filled.alpha_composite(layer)
    return np.array(filled.convert("RGB"))
