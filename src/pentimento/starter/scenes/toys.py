"""Drawings of toys and of what stands out of doors, each in a box of −1…1."""

from math import cos, pi, sin

from pentimento.starter.scenes.forms import dome
from pentimento.starter.scenes.shapes import Shape, box, ellipse, polygon, smooth, stroke


def star_points(spikes: int, outer: float, inner: float) -> tuple[tuple[float, float], ...]:
    return tuple(
        (r * cos(a), 0.05 + r * sin(a))
        for i in range(2 * spikes)
        for r, a in [(outer if i % 2 == 0 else inner, pi * i / spikes - pi / 2)]
    )


# fmt: off
BALL = (
    ellipse("main", 0, 0.1, 0.9),
    smooth("dark", (0.83, 0.36), (0.45, 0.84), (-0.1, 0.96), (-0.55, 0.76), (0.15, 0.72), (0.62, 0.35)),
    smooth("light", (-0.83, 0.06), (-0.3, -0.2), (0.4, -0.2), (0.8, -0.12), (0.4, 0.12), (-0.3, 0.12), (-0.81, 0.3)),
    ellipse("white", -0.35, -0.42, 0.17, 0.12),
)

HOUSE = (
    box("cream", -0.7, -0.15, 0.7, 1),
    box("bark", 0.36, -0.85, 0.56, -0.3),
    polygon("main", (0, -0.98), (0.95, -0.08), (-0.95, -0.08)),
    polygon("dark", (0, -0.98), (0.95, -0.08), (0.45, -0.08)),
    box("dark", 0.1, 0.4, 0.5, 1, 0.06),
    box("main", 0.14, 0.44, 0.46, 1, 0.05),
    box("glass", -0.5, 0.18, -0.1, 0.58),
    stroke("white", 0.06, (-0.3, 0.18), (-0.3, 0.58)),
    stroke("white", 0.06, (-0.5, 0.38), (-0.1, 0.38)),
)

STAR = (
    Shape("main", star_points(5, 1.0, 0.46)),
    Shape("dark", (*star_points(5, 1.0, 0.46)[1:6], (0, 0.05))),
    Shape("light", ((0, 0.05), *star_points(5, 0.98, 0.46)[8:10], star_points(5, 0.98, 0.46)[0])),
)

TREE = (
    smooth("bark", (-0.12, 0.1), (0.12, 0.1), (0.13, 0.7), (0.24, 1), (-0.24, 1), (-0.13, 0.7)),
    ellipse("main", -0.42, -0.08, 0.46),
    ellipse("main", 0.42, -0.08, 0.46),
    ellipse("main", 0, -0.48, 0.52),
    smooth("dark", (0.86, -0.0), (0.6, 0.34), (0, 0.3), (-0.6, 0.32), (0.0, 0.12), (0.5, 0.02)),
    smooth("light", (-0.4, -0.5), (-0.1, -0.88), (0.1, -0.8), (-0.15, -0.5), (-0.35, -0.3)),
)

WHEEL = (ellipse("night", 0, 0, 0.24), ellipse("steel", 0, 0, 0.11))
CAR = (
    smooth("main", (-0.62, 0.05), (-0.42, -0.48), (0.1, -0.55), (0.5, -0.4), (0.7, 0.05), (0, 0.15)),
    smooth("glass", (-0.48, 0.02), (-0.34, -0.34), (-0.05, -0.4), (-0.05, 0.02)),
    smooth("glass", (0.06, 0.02), (0.06, -0.4), (0.36, -0.3), (0.52, 0.02)),
    box("main", -0.98, 0.0, 0.98, 0.74, 0.24),
    box("dark", -0.94, 0.5, 0.94, 0.74, 0.12),
    box("light", -0.8, 0.1, 0.8, 0.22, 0.05),
    ellipse("heart", -0.9, 0.3, 0.08, 0.1),
    *(shape.moved(x, 0.74) for x in (-0.52, 0.52) for shape in WHEEL),
)

MUSHROOM = (
    smooth("cream", (-0.28, 0.0), (0.28, 0.0), (0.3, 0.6), (0.42, 1), (0, 1), (-0.42, 1), (-0.3, 0.6)),
    dome("main", 0.1, 0.95, 1.0, (0.6, 0.22), (0, 0.28), (-0.6, 0.22)),
    smooth("dark", (0.94, 0.1), (0.6, 0.22), (0, 0.28), (-0.6, 0.22), (0.1, 0.08), (0.7, -0.25)),
    ellipse("white", -0.42, -0.3, 0.17),
    ellipse("white", 0.12, -0.56, 0.15, 0.13),
    ellipse("white", 0.46, -0.12, 0.15),
)
# fmt: on
