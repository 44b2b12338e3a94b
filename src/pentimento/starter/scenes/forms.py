"""Forms that more than one drawing is made of: even curves, domes, arches, slices of a ring, pairs."""

from collections.abc import Iterator
from math import pi, radians

from pentimento.starter.scenes.shapes import Point, Shape, arc, smooth


def even(paint: str, *right: Point, x: float = 0, count: int = 10) -> Shape:
    """A closed curve, the same on both sides of an upright axis; points of its right half, top to bottom."""
    left = [(2 * x - px, py) for px, py in reversed(right) if px != x]
    return smooth(paint, *right, *left, count=count)


def even_polygon(paint: str, *right: Point, x: float = 0) -> Shape:
    """A polygon, the same on both sides of an upright axis; corners of its right half, top to bottom."""
    return Shape(paint, (*right, *((2 * x - px, py) for px, py in reversed(right) if px != x)))


def pair(*shapes: Shape) -> Iterator[Shape]:
    """Each shape, and its mirror image on the other side of x = 0."""
    for shape in shapes:
        yield shape
        yield shape.moved(0, 0, -1, 1)


def dome(paint: str, y: float, rx: float, ry: float, *underside: Point, x: float = 0) -> Shape:
    """The upper half of an ellipse, closed from right to left through the points of its underside."""
    return Shape(paint, (*arc(x, y, rx, ry, pi, 2 * pi, 32), *underside))


def arch(paint: str, left: float, top: float, right: float, bottom: float, rise: float | None = None) -> Shape:
    """An upright opening, round above; `rise` is the height of its round part, half its width where left out."""
    half = (right - left) / 2
    rise = half if rise is None else rise
    return dome(paint, top + rise, half, rise, (right, bottom), (left, bottom), x=(left + right) / 2)


def slice_of(paint: str, x: float, y: float, inner: float, outer: float, start: float, end: float) -> Shape:
    """A piece of a ring about (x, y), between two radii and two angles: degrees, 0 is up, rising clockwise."""
    a, b = radians(start - 90), radians(end - 90)
    return Shape(paint, (*arc(x, y, outer, outer, a, b, 12), *arc(x, y, inner, inner, b, a, 12)))
