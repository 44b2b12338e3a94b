"""The reference's way to put the original back: an 8-bit overlay, laid over what was made.

The arithmetic is Pillow's, premultiplied 8-bit alpha and all; `paste.py` has the exact way.
"""

from typing import TypeAlias

import numpy as np
import PIL.Image
from numpy.typing import NDArray
from PIL import ImageFilter

from pentimento.pixels.crop import at
from pentimento.pixels.resize import Pixels, Stretch, resize, stretched
from pentimento.words.choices import ResizeMode
from pentimento.words.images import Image, Mask, size_of
from pentimento.words.sizes import Box, Size

Overlay: TypeAlias = NDArray[np.uint8]
"""H × W × 4, RGBA, alpha not premultiplied: opaque where the original is kept."""


def through(image: Image, alpha: Mask) -> PIL.Image.Image:
    """The image on an empty premultiplied canvas (Pillow's RGBa), seen through `alpha`."""
    canvas = PIL.Image.new("RGBa", size_of(image))
    canvas.paste(PIL.Image.fromarray(image).convert("RGBA").convert("RGBa"), mask=PIL.Image.fromarray(alpha))
    return canvas


def overlay_of(image: Image, mask: Mask) -> Overlay:
    """What is laid over the result: the original, transparent where the mask repaints. Sizes agree."""
    return np.array(through(image, 255 - mask).convert("RGBA"))


def cut_with_bars(pixels: Pixels, box: Box, size: Size, stretch: Stretch = stretched) -> Pixels:
    """The part of a picture or mask in a box, at the working size, as the reference cuts it for "only masked"."""
    return resize(at(pixels, box), size, ResizeMode.FILL, stretch)


def composited(worked: Image, overlay: Overlay, box: Box | None, stretch: Stretch = stretched) -> Image:
    """What was made, with the overlay on top.

    box      where the worked pixels belong on the overlay (only masked); the result has the overlay's size
    None     the worked picture is the whole; an overlay of another size is laid to its top left, cut if larger
    """
    below = PIL.Image.fromarray(worked).convert("RGBA")
    if box is not None:
        part = PIL.Image.fromarray(resize(worked, box.size, ResizeMode.CROP, stretch))
        below = PIL.Image.new("RGBA", size_of(overlay))
        below.paste(part, (box.left, box.top))
    below.alpha_composite(PIL.Image.fromarray(overlay))
    return np.array(below.convert("RGB"))


def soft_overlay_mask(cells: Mask, size: Size, box: Box | None, picture: Size) -> Mask:
    """Soft inpainting's mask at one value a latent cell, brought to where the overlay needs it.

    cells    h × w, 255 where the result is new
    size     the working size; the mask is filled out to it and blurred by 4 pixels
    box      only masked: where that lies in the picture, outside of it 0; None: the mask keeps the working size
    picture  size of the picture, wanted only with a box
    """
    worked = PIL.Image.fromarray(resize(cells, size, ResizeMode.FILL)).filter(ImageFilter.GaussianBlur(4))
    if box is None:
        return np.array(worked)
    canvas = PIL.Image.new("L", picture)
    canvas.paste(PIL.Image.fromarray(resize(np.array(worked), box.size, ResizeMode.CROP)), (box.left, box.top))
    return np.array(canvas)
