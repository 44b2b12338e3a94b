"""Flat shapes: closed polygons with a paint. Coordinates have x to the right and y down; the unit is the caller's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import atan2, cos, hypot, pi, radians, sin
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """A closed polygon and the name of its paint."""

    paint: str
    points: tuple[Point, ...]

    def moved(self, x: float, y: float, scale_x: float = 1, scale_y: float = 1) -> "Shape":
        """Scaled about the origin, then shifted."""
        return Shape(self.paint, tuple((x + px * scale_x, y + py * scale_y) for px, py in self.points))


class Frame(NamedTuple):
    """Where a drawing in its own units lies in another's: x → x + ax·px + bx·py, y → y + ay·px + by·py."""

    x: float = 0.0
    y: float = 0.0
    ax: float = 1.0
    ay: float = 0.0
    bx: float = 0.0
    by: float = 1.0

    @classmethod
    def at(cls, x: float, y: float, scale: float = 1.0, turn: float = 0.0, mirrored: bool = False) -> "Frame":
        """Origin at (x, y), scaled, turned by degrees clockwise on the screen, mirrored left to right before that."""
        c, s = scale * cos(radians(turn)), scale * sin(radians(turn))
        return cls(x, y, -c, -s, -s, c) if mirrored else cls(x, y, c, s, -s, c)

    def point(self, point: Point) -> Point:
        px, py = point
        return self.x + self.ax * px + self.bx * py, self.y + self.ay * px + self.by * py

    def points(self, shape: Shape) -> list[Point]:
        x, y, ax, ay, bx, by = self
        return [(x + ax * px + bx * py, y + ay * px + by * py) for px, py in shape.points]

    def shape(self, shape: Shape) -> Shape:
        return Shape(shape.paint, tuple(self.points(shape)))

    def shapes(self, shapes: "Shapes") -> "Shapes":
        return tuple(map(self.shape, shapes))

    def within(self, outer: "Frame") -> "Frame":
        """The same frame seen from outside, where its surroundings themselves lie in `outer`."""
        x, y = outer.point((self.x, self.y))
        return Frame(
            x,
            y,
            outer.ax * self.ax + outer.bx * self.ay,
            outer.ay * self.ax + outer.by * self.ay,
            outer.ax * self.bx + outer.bx * self.by,
            outer.ay * self.bx + outer.by * self.by,
        )


UNMOVED = Frame()

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
    ring = np.array(points)
    around = np.stack([np.roll(ring, 1 - k, axis=0) for k in range(4)])
    curve = np.einsum("jk,knd->njd", spline(count), around)
    return Shape(paint, tuple((x, y) for x, y in curve.reshape(-1, 2).tolist()))


@cache
def spline(count: int) -> NDArray[np.float64]:
    """Count × 4: weights of four points for a curve between the second and third, where it is at 0, 1/count, …"""
    t = np.arange(count) / count
    return np.stack(
        [-t / 2 + t**2 - t**3 / 2, 1 - 2.5 * t**2 + 1.5 * t**3, t / 2 + 2 * t**2 - 1.5 * t**3, (t**3 - t**2) / 2],
        axis=1,
    )


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
    return (turned(shape, 360 * i / count, x, y) for i in range(count))


def turned(shape: Shape, degrees: float, x: float = 0, y: float = 0) -> Shape:
    """Turned clockwise about a point."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    points = ((x + (px - x) * c - (py - y) * s, y + (px - x) * s + (py - y) * c) for px, py in shape.points)
    return Shape(shape.paint, tuple(points))


def limb(paint: str, start: Point, end: Point, width: float, narrow: float | None = None) -> Shape:
    """A straight limb with round ends, `width` thick at the start and `narrow` at the end."""
    (ax, ay), (bx, by) = start, end
    toward = atan2(by - ay, bx - ax)
    near, far = width / 2, (width if narrow is None else narrow) / 2
    return Shape(
        paint,
        (
            *arc(ax, ay, near, near, toward + pi / 2, toward + 1.5 * pi, 12),
            *arc(bx, by, far, far, toward - pi / 2, toward + pi / 2, 12),
        ),
    )


def bow(paint: str, width: float, start: Point, middle: Point, end: Point) -> Shape:
    """A bent line of even width with round ends, passing `middle` half-way (quadratic Bézier)."""
    (sx, sy), (mx, my), (ex, ey) = start, middle, end
    cx, cy = 2 * mx - (sx + ex) / 2, 2 * my - (sy + ey) / 2
    line = [
        ((1 - t) ** 2 * sx + 2 * t * (1 - t) * cx + t * t * ex, (1 - t) ** 2 * sy + 2 * t * (1 - t) * cy + t * t * ey)
        for t in (i / 12 for i in range(13))
    ]
    sides = stroke(paint, width, *line).points
    a, b = atan2(ey - cy, ex - cx), atan2(cy - sy, cx - sx)
    ends = (
        arc(ex, ey, width / 2, width / 2, a + pi / 2, a - pi / 2, 7),
        arc(sx, sy, width / 2, width / 2, b - pi / 2, b - 1.5 * pi, 7),
    )
    return Shape(paint, (*sides[:13], *ends[0], *sides[13:], *ends[1]))
