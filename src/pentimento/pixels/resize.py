"""Bringing pixels to another size, in the ways the reference has for it."""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from pentimento.words.choices import ResizeMode
from pentimento.words.images import Samples, size_of
from pentimento.words.sizes import Box, Size

Pixels: TypeAlias = NDArray[np.uint8]
"""An Image (H × W × 3) or a Mask (H × W); functions give back what they were given."""

Deep = TypeVar("Deep", NDArray[np.uint8], NDArray[np.uint16], Samples)
"""Pixels of either depth."""

Stretch: TypeAlias = Callable[[Any, Size], Any]
"""Pixels → the same at exactly a size, as `stretched` does it by Lanczos."""

COVERS = {ResizeMode.CROP: True, ResizeMode.FILL: False, ResizeMode.LATENT: False}
"""Whether a picture of another shape covers the new canvas wholly, or leaves bars."""


def stretched(pixels: Pixels, size: Size) -> Pixels:
    """The pixels at exactly this size, by Lanczos; untouched if they have it already."""
    if size_of(pixels) == size:
        return pixels
    return np.array(PIL.Image.fromarray(pixels).resize(size, PIL.Image.Resampling.LANCZOS))


def placement(source: Size, target: Size, mode: ResizeMode) -> Box:
    """Where a picture of size `source` comes to lie on a canvas of size `target`, in canvas pixels.

    Crop and resize reaches past the canvas; resize and fill leaves bars on two sides; just resize lies flush.
    """
    if mode is ResizeMode.STRETCH:
        return Box.whole(target)
    wider = target.width / target.height > source.width / source.height
    if wider == COVERS[mode]:
        scaled = Size(target.width, source.height * target.width // source.width)
    else:
        scaled = Size(source.width * target.height // source.height, target.height)
    scaled = Size(max(scaled.width, 1), max(scaled.height, 1))
    return Box.whole(scaled).shifted(target.width // 2 - scaled.width // 2, target.height // 2 - scaled.height // 2)


def resize(pixels: Pixels, size: Size, mode: ResizeMode, stretch: Stretch = stretched) -> Pixels:
    """The pixels on a canvas of this size, exactly as the reference resizes them.

    Resize and fill paints the bars with the reference's mix of the two lines at the edge, 1.125 and −0.125 of
    them, clamped. Latent upscale acts as resize and fill here; latents are resized elsewhere.
    """
    place = placement(size_of(pixels), size, mode)
    scaled = PIL.Image.fromarray(stretch(pixels, place.size))
    if place == Box.whole(size):
        return np.array(scaled)
    canvas = PIL.Image.new(scaled.mode, size)
    canvas.paste(scaled, (place.left, place.top))
    for strip, line in _bars(place, size):
        canvas.paste(scaled.resize(strip.size, PIL.Image.Resampling.BICUBIC, box=line), (strip.left, strip.top))
    return np.array(canvas)


def _bars(place: Box, size: Size) -> list[tuple[Box, Box]]:
    """Each bar on the canvas, with the line without thickness of the scaled picture that it is drawn from."""
    width, height = place.size
    if place.top > 0:
        thick = place.top
        return [
            (Box(0, 0, size.width, thick), Box(0, 0, width, 0)),
            (Box(0, thick + height, size.width, 2 * thick + height), Box(0, height, width, height)),
        ]
    if place.left > 0:
        thick = place.left
        return [
            (Box(0, 0, thick, size.height), Box(0, 0, 0, height)),
            (Box(thick + width, 0, 2 * thick + width, size.height), Box(width, 0, width, height)),
        ]
    return []
