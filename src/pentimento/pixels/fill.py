"""Masked content "fill": the hole painted with what surrounds it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

import cv2
import numpy as np
import PIL.Image
from PIL import ImageFilter

from pentimento.pixels.overlay import through
from pentimento.words.images import Image, Mask

Fill: TypeAlias = Callable[[Image, Mask], Image]
"""A picture H × W × 3 and its mask H × W, 255 is hole → the picture with its hole filled."""

LAYERS = ((256, 1), (64, 1), (16, 2), (4, 4), (2, 2), (0, 1))
"""Blur radius in pixels, and how often that layer is laid over the ones before."""


def fill(image: Image, mask: Mask) -> Image:
    """The image with its hole filled by its surroundings, blurred ever less, as the reference does it.

    Kept pixels stay as they were, a full mask gives all black.

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


REACH = 5
"""How far around a pixel to be filled its neighbours are weighed."""


def continued(image: Image, mask: Mask, method: int) -> Image:
    """The image with lines and shades continued into its hole from the edge inwards; all above 0 in the mask is hole.

    method  OpenCV's name: Telea 2004 ("An image inpainting technique based on the fast marching method") or Bertalmio
            et al. 2001 ("Navier-Stokes, fluid dynamics, and image and video inpainting")
    A full mask has nothing to continue: all black.
    """
    hole = (mask > 0).astype(np.uint8)
    if hole.all():
        return np.zeros_like(image)
    return cv2.inpaint(image, hole, REACH, method).astype(np.uint8, copy=False)


FILLS: Mapping[str, Fill] = {
    "blur": fill,
    "telea": partial(continued, method=cv2.INPAINT_TELEA),
    "navier-stokes": partial(continued, method=cv2.INPAINT_NS),
}
"""Name → how a hole is filled without a network."""
