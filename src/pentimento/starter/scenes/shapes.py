"""Flat shapes: closed polygons with a paint. Coordinates have x to the right and y down; the unit is the caller's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """A closed polygon and the name of its paint."""

    paint: str
    points: tuple[Point, ...]

    def moved(self, x: float, y: float, scale_x: float = 1, scale_y: float = 1) -> "Shape":
        """Scaled about the origin, then shifted."""
        return Shape(self.paint, tuple((x + px * scale_x, y + py * scale_y) for px, py in self.points))


Shapes: TypeAlias = tuple[Shape, ...]
"""Painted in order, the first at the back."""


def polygon(paint: str, *points: Point) -> Shape:
    return Shape(paint, points)


def ellipse(paint: str, x: float, y: float, rx: float, ry: float | None = None) -> Shape:
    """Centre and radii; a circle where `ry` is left out."""
    return Shape(paint, arc(x, y, rx, rx if ry is None else ry, 0, 2 * pi, 48))


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float, count: int = 24) -> tuple[Point, ...]:
    """Points along an ellipse; angles in radians, 0 to the right, rising clockwise on the screen."""
    angles = (start + (end - start) * i / (count - 1) for i in range(count))
    return tuple((x + rx * cos(a), y + ry * sin(a)) for a in angles)


def box(paint: str, left: float, top: float, right: float, bottom: float, radius: float = 0) -> Shape:
    """A rectangle, its corners rounded by `radius`."""
    if not radius:
        return polygon(paint, (left, top), (right, top), (right, bottom), (left, bottom))
    corners = (
        arc(right - radius, top + radius, radius, radius, -pi / 2, 0, 10),
        arc(right - radius, bottom - radius, radius, radius, 0, pi / 2, 10),
        arc(left + radius, bottom - radius, radius, radius, pi / 2, pi, 10),
        arc(left + radius, top + radius, radius, radius, pi, 1.5 * pi, 10),
    )
    return Shape(paint, sum(corners, ()))


def smooth(paint: str, *points: Point, count: int = 10) -> Shape:
    """A closed curve through all points (uniform Catmull-Rom spline)."""
    n = len(points)
    curve = (
        catmull_rom([points[(i + k - 1) % n] for k in range(4)], j / count) for i in range(n) for j in range(count)
    )
    return Shape(paint, tuple(curve))


def catmull_rom(around: Sequence[Point], t: float) -> Point:
    """The point at `t` in [0, 1] between the second and third of four points."""
    weights = (
        -t / 2 + t**2 - t**3 / 2,
        1 - 2.5 * t**2 + 1.5 * t**3,
        t / 2 + 2 * t**2 - 1.5 * t**3,
        (t**3 - t**2) / 2,
    )
    return (
        sum(w * p[0] for w, p in zip(weights, around, strict=True)),
        sum(w * p[1] for w, p in zip(weights, around, strict=True)),
    )


def stroke(paint: str, width: float, *points: Point) -> Shape:
    """A line of even width through the points, butt ends."""
    left, right = [], []
    for i, (x, y) in enumerate(points):
        (ax, ay), (bx, by) = points[max(i - 1, 0)], points[min(i + 1, len(points) - 1)]
        length = hypot(bx - ax, by - ay) or 1
        nx, ny = -(by - ay) / length * width / 2, (bx - ax) / length * width / 2
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return Shape(paint, (*left, *reversed(right)))


def fan(shape: Shape, count: int, x: float = 0, y: float = 0) -> Iterable[Shape]:
    """`count` copies of a shape, turned evenly about a point."""
    for i in range(count):
        c, s = cos(2 * pi * i / count), sin(2 * pi * i / count)
        turned = ((x + (px - x) * c - (py - y) * s, y + (px - x) * s + (py - y) * c) for px, py in shape.points)
        yield Shape(shape.paint, tuple(turned))
