"""Sizes and rectangles: whole numbers of image pixels, origin top left, right and bottom exclusive."""

from typing import NamedTuple

CELL = 8
"""Side of the square of image pixels that one latent cell stands for."""


class Size(NamedTuple):
    """Width and height in image pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"

    @property
    def area(self) -> int:
        return self.width * self.height

    @property
    def cells(self) -> "Size":
        """The same size in latent cells, rounded down."""
        return Size(self.width // CELL, self.height // CELL)

    def rounded(self, multiple: int = CELL) -> "Size":
        """The nearest size whose sides are multiples of `multiple`, at least one of them each way."""
        return Size(
            max(multiple, round(self.width / multiple) * multiple),
            max(multiple, round(self.height / multiple) * multiple),
        )


class Sides(NamedTuple):
    """So many image pixels on each side of a picture."""

    left: int
    top: int
    right: int
    bottom: int

    def __str__(self) -> str:
        return ",".join(map(str, self))


class Box(NamedTuple):
    """A rectangle in image pixels; may reach past the picture's edge where a function says so."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def whole(cls, size: Size) -> "Box":
        return cls(0, 0, size.width, size.height)

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def size(self) -> Size:
        return Size(self.width, self.height)

    def grown(self, pixels: int) -> "Box":
        return Box(self.left - pixels, self.top - pixels, self.right + pixels, self.bottom + pixels)

    def shifted(self, right: int, down: int) -> "Box":
        return Box(self.left + right, self.top + down, self.right + right, self.bottom + down)

    def clipped(self, size: Size) -> "Box":
        """The part of the rectangle that lies on a picture of this size."""
        return Box(max(self.left, 0), max(self.top, 0), min(self.right, size.width), min(self.bottom, size.height))
