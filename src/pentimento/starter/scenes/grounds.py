"""What backdrops are laid out with: bands, rows of the same thing, floors that run back to a vanishing point.

Coordinates are shares of the picture's height: y = 0 top, 1 bottom; x = 0.5 is the middle, and backdrops reach from
−1 to 2, so that pictures up to three times as wide as high are covered.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from pentimento.starter.scenes.shapes import Point, Shape, Shapes, box, polygon

LEFT, RIGHT = -1.0, 2.0


def band(paint: str, top: float, bottom: float) -> Shape:
    return box(paint, LEFT, top, RIGHT, bottom)


def row(shapes: Iterable[Shape], step: float, first: float = 0.5, y: float = 0.0) -> Iterator[Shape]:
    """The same drawing again and again, `step` apart from end to end, one of them at x = `first`."""
    drawing = tuple(shapes)
    x = first - step * round((first - LEFT) / step + 1)
    while x <= RIGHT + step:
        yield from (shape.moved(x, y) for shape in drawing)
        x += step


def scattered(shapes: Shapes, *anchors: Point) -> Iterator[Shape]:
    """The same drawing about each of the anchors."""
    return (shape.moved(x, y) for x, y in anchors for shape in shapes)


def tiles(paint: str, top: float, horizon: float, width: float, rows: tuple[float, ...]) -> Iterator[Shape]:
    """Every second tile of a floor that runs from `top` to the picture's foot, seen by an eye at the `horizon`.

    width  of a tile at the floor's far end
    rows   heights of the tiles' edges, `top` first
    """

    def at(k: int, y: float) -> Point:
        return 0.5 + (k - 0.5) * width * (y - horizon) / (top - horizon), y

    count = round(1.5 / width) + 2
    for i, (far, near) in enumerate(pairwise(rows)):
        for k in range(-count + (count + i) % 2, count + 1, 2):
            yield polygon(paint, at(k, far), at(k + 1, far), at(k + 1, near), at(k, near))
