"""Pictures as the networks see them: 8-bit RGB, and masks."""

import numpy as np
import PIL.Image
import PIL.ImageColor
from numpy.typing import NDArray

from pentimento.words.images import Image, Mask, Picture, Samples

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
"""Pillow's names for pictures of so many channels."""


def image_of(picture: Picture, background: str = "#ffffff") -> Image:
    """The picture as 8-bit RGB, transparency flattened on a background colour, in Pillow's 8-bit arithmetic."""
    seen = pillow_of(picture)
    if not picture.has_alpha:
        return np.array(seen.convert("RGB"))
    seen = seen.convert("RGBA")
    canvas = PIL.Image.new("RGBA", seen.size, background)
    canvas.paste(seen, mask=seen)
    return np.array(canvas.convert("RGB"))


def unflattened(image: Image, alpha: Mask, background: str = "#ffffff") -> Image:
    """The colours that, so opaque, look like the image on a background colour; where alpha is 0, the image's own.

    image  H × W × 3; alpha H × W, 255 opaque
    """
    ground = np.array(PIL.ImageColor.getrgb(background)[:3], np.float32)
    share = alpha[..., None].astype(np.float32) / np.float32(255)
    colours = np.divide(image - ground * (1 - share), share, out=image.astype(np.float32), where=share > 0)
    return np.rint(colours.clip(0, 255)).astype(np.uint8)


def mask_of(picture: Picture, *, round: bool) -> Mask:
    """The picture read as a mask: its alpha where it has any transparency, else its luminance.

    round  alpha becomes 255 above 128 and 0 below (luminance is never rounded)
    """
    seen = pillow_of(picture)
    alpha = np.array(seen)[..., -1] if picture.has_alpha else None
    if alpha is None or alpha.min() == 255:
        return np.array(seen.convert("L"))
    return np.where(alpha > 128, 255, 0).astype(np.uint8) if round else alpha


def pillow_of(picture: Picture) -> PIL.Image.Image:
    samples = eight_bit(picture.samples)
    return PIL.Image.fromarray(samples.squeeze(2) if samples.shape[2] == 1 else samples, MODES[samples.shape[2]])


def eight_bit(samples: Samples) -> NDArray[np.uint8]:
    """Samples at 8 bit, 65535 becoming 255, rounded."""
    if samples.dtype == np.uint8:
        return samples.astype(np.uint8, copy=False)
    return ((samples.astype(np.uint32) + 128) // 257).astype(np.uint8)
