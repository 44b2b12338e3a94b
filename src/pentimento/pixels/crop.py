"""What part of a picture is worked on, and at what size; cutting it out and putting it back."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from pentimento.pixels.mask import bounds
from pentimento.pixels.resize import Deep, Pixels, Stretch, placement, stretched
from pentimento.words.choices import ResizeMode
from pentimento.words.images import Mask, size_of
from pentimento.words.sizes import Box, Size


def masked_region(mask: Mask, padding: int, size: Size, above: int = 0) -> Box | None:
    """The part of the picture to work on when only the masked area is wanted; None for an empty mask.

    mask     the mask whose box is taken (the reference takes the blurred one)
    padding  pixels of surroundings on each side
    size     the working size, whose aspect the region is grown to where the picture allows
    above    mask values up to this do not count
    """
    box = bounds(mask, above)
    return expanded(box.grown(padding).clipped(size_of(mask)), size, size_of(mask)) if box else None


def expanded(box: Box, aspect: Size, limit: Size) -> Box:
    """The box grown along one axis to the aspect's shape, pushed back onto a picture of size `limit`.

    Where the picture is too small for that shape, the box ends at its edges and keeps another shape.
    """
    ratio = aspect.width / aspect.height
    if box.width / box.height > ratio:
        top, bottom = _grown(box.top, box.bottom, int(box.width / ratio - box.height), limit.height)
        return box._replace(top=top, bottom=bottom)
    left, right = _grown(box.left, box.right, int(box.height * ratio - box.width), limit.width)
    return box._replace(left=left, right=right)


def _grown(start: int, end: int, by: int, limit: int) -> tuple[int, int]:
    length = end - start + by
    start = max(0, min(start - by // 2, limit - length))
    return start, min(start + length, limit)


@dataclass(frozen=True)
class Crop:
    """The part of a picture that is worked on, and the canvas it is worked on.

    box    the part, in picture pixels, wholly on the picture
    size   the working size
    place  where that part lies on the canvas, in working pixels; around it the edge is repeated
    """

    box: Box
    size: Size
    place: Box

    @classmethod
    def of(cls, box: Box, size: Size) -> Self:
        """A box of the picture, whole, on a canvas that may have another shape."""
        place = placement(box.size, size, ResizeMode.FILL)
        snug = abs(place.width - size.width) <= 1 and abs(place.height - size.height) <= 1
        return cls(box, size, Box.whole(size) if snug else place)

    @classmethod
    def whole(cls, picture: Size, size: Size, mode: ResizeMode) -> Self:
        """The whole picture, or what crop and resize leaves of it."""
        match mode:
            case ResizeMode.FILL:
                return cls.of(Box.whole(picture), size)
            case ResizeMode.CROP:
                return cls(_middle(picture, size), size, Box.whole(size))
            case _:
                return cls(Box.whole(picture), size, Box.whole(size))

    @property
    def scale(self) -> float:
        """Working pixels for each pixel of the picture: above 1 the part is enlarged."""
        return self.place.width / self.box.width

    def cut(self, pixels: Pixels) -> Pixels:
        """The part of a picture or mask, at the working size."""
        return self.fitted(at(pixels, self.box))

    def fitted(self, part: Pixels, stretch: Stretch = stretched) -> Pixels:
        """The part, already cut out, at the working size."""
        part = stretch(part, self.place.size)
        if self.place == Box.whole(self.size):
            return part
        left, top, right, bottom = self.place
        rest = ((top, self.size.height - bottom), (left, self.size.width - right))
        return np.pad(part, rest if part.ndim == 2 else (*rest, (0, 0)), mode="edge")

    def cut_mask(self, mask: Mask) -> Mask:
        """The part of a mask, at the working size."""
        return self.cut(mask)

    def back(self, worked: Pixels, stretch: Stretch = stretched) -> Pixels:
        """Working pixels at the size of the part, ready to be put into `box`: the inverse of `cut`.

        A worked picture a few pixels short of the working size (sides not multiples of 8) is stretched to it.
        """
        return stretch(at(stretched(worked, self.size), self.place), self.box.size)


def at(pixels: Deep, box: Box) -> Deep:
    """The pixels inside a box that lies on the picture; a view, not a copy."""
    return pixels[box.top : box.bottom, box.left : box.right]


def _middle(picture: Size, aspect: Size) -> Box:
    """The largest box of the aspect's shape in the middle of the picture."""
    width = min(picture.width, max(1, round(picture.height * aspect.width / aspect.height)))
    height = min(picture.height, max(1, round(picture.width * aspect.height / aspect.width)))
    return Box(0, 0, width, height).shifted((picture.width - width) // 2, (picture.height - height) // 2)
