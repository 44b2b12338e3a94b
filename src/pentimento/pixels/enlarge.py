"""How large a picture is to be, and enlarging without a network as the reference's extras do: to whole cells."""

from collections.abc import Mapping

import PIL.Image

from pentimento.pixels.codec import MAX_PIXELS, MAX_SIDE
from pentimento.words.errors import PictureError
from pentimento.words.request import Request
from pentimento.words.sizes import CELL, Size

USUAL_FACTOR = 2.0
"""How much larger a picture becomes where nothing is said."""

UPSCALERS: Mapping[str, PIL.Image.Resampling] = {
    "Lanczos": PIL.Image.Resampling.LANCZOS,
    "Nearest": PIL.Image.Resampling.NEAREST,
}
"""Name → the filter it grows a picture with."""


def wanted_size(own: Size, factor: float) -> Size:
    """A picture's size so many times as large, at least one pixel a side.

    raises  PictureError beyond what a picture may be
    """
    return _allowed(Size(max(1, round(own.width * factor)), max(1, round(own.height * factor))))


def asked_size(request: Request, own: Size) -> Size:
    """What a request makes of a picture that is only to be enlarged.

    `hires_width` and `hires_height` exactly; one of them, and the shape is kept; else `hires_scale` times as large.
    raises  PictureError beyond what a picture may be
    """
    width, height = request.hires_width, request.hires_height
    if width and height:
        return _allowed(Size(width, height))
    factor = width / own.width or height / own.height or request.hires_scale or USUAL_FACTOR
    return wanted_size(own, factor)


def whole_cells(own: Size, factor: float) -> Size:
    """The same in the dialect's way: cut to a size of whole cells, at least one a side. Raises PictureError."""
    return _allowed(Size(_cells(own.width * factor), _cells(own.height * factor)))


def _allowed(size: Size) -> Size:
    if max(size) > MAX_SIDE or size.area > MAX_PIXELS:
        raise PictureError(
            f"the picture would be {size}; the limit is {MAX_SIDE} a side and {MAX_PIXELS / 1e6:.0f} megapixels",
            "Choose a smaller scale.",
        )
    return size


def enlarged(image: PIL.Image.Image, factor: float, how: PIL.Image.Resampling) -> PIL.Image.Image:
    """A picture grown by a factor, then by Lanczos to the next smaller size of whole cells; shrunk by Lanczos alone."""
    target = whole_cells(Size(*image.size), factor)
    if image.width < target.width or image.height < target.height:
        grown = (max(1, int(image.width * factor)), max(1, int(image.height * factor)))
        image = image.resize(grown, how)
    return image if image.size == target else image.resize(target, PIL.Image.Resampling.LANCZOS)


def centred(image: PIL.Image.Image, size: Size) -> PIL.Image.Image:
    """The middle of a picture at a size, on black where it does not reach."""
    canvas = PIL.Image.new(image.mode, size)
    canvas.paste(image, (size.width // 2 - image.width // 2, size.height // 2 - image.height // 2))
    return canvas


def _cells(length: float) -> int:
    return max(CELL, int(length // CELL * CELL))
