"""Enlarging without a network, to sizes of whole cells, as the reference's extras do."""

from collections.abc import Mapping

import PIL.Image

from pentimento.words.sizes import CELL, Size

UPSCALERS: Mapping[str, PIL.Image.Resampling] = {
    "Lanczos": PIL.Image.Resampling.LANCZOS,
    "Nearest": PIL.Image.Resampling.NEAREST,
}
"""Name → the filter it grows a picture with."""


def enlarged(image: PIL.Image.Image, factor: float, upscaler: str) -> PIL.Image.Image:
    """A picture grown by a factor, then by Lanczos to the next smaller size of whole cells; shrunk by Lanczos alone."""
    target = Size(_cells(image.width * factor), _cells(image.height * factor))
    if image.width < target.width or image.height < target.height:
        grown = (max(1, int(image.width * factor)), max(1, int(image.height * factor)))
        image = image.resize(grown, UPSCALERS[upscaler])
    return image if image.size == target else image.resize(target, PIL.Image.Resampling.LANCZOS)


def centred(image: PIL.Image.Image, size: Size) -> PIL.Image.Image:
    """The middle of a picture at a size, on black where it does not reach."""
    canvas = PIL.Image.new(image.mode, size)
    canvas.paste(image, (size.width // 2 - image.width // 2, size.height // 2 - image.height // 2))
    return canvas


def _cells(length: float) -> int:
    return max(CELL, int(length // CELL * CELL))
