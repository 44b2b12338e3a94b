"""The things that stand in scenes. Each is drawn once, in its own colour, in a box of −1…1 with y = 1 on the ground."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, pi, sin

from pentimento.starter.scenes.shapes import Point, Shape, Shapes, arc, box, ellipse, fan, polygon, smooth, stroke


@dataclass(frozen=True)
class Model:
    """How a kind of thing looks, in any of the eight colours, and how large it is beside or in the hand of a figure.

    shapes     back to front, in a box of −1…1, y = 1 its foot
    height     beside a figure: the height of the box as a share of a grown figure's height
    floats     it hangs in the air rather than standing on the ground
    grip       where in the box a hand holds it; None where it is not carried
    held_size  in a hand: the height of the box as a share of the figure's height, standing
    tilt       in a hand: degrees that it leans outwards, about the grip, from how it is drawn
    """

    shapes: Shapes
    height: float
    floats: bool = False
    grip: Point | None = None
    held_size: float = 0.0
    tilt: float = 0.0


def star_points(spikes: int, outer: float, inner: float) -> tuple[tuple[float, float], ...]:
    return tuple(
        (r * cos(a), 0.05 + r * sin(a))
        for i in range(2 * spikes)
        for r, a in [(outer if i % 2 == 0 else inner, pi * i / spikes - pi / 2)]
    )


def dome(paint: str, y: float, rx: float, ry: float, *underside: tuple[float, float]) -> Shape:
    """The upper half of an ellipse, closed from right to left through the points of its underside."""
    return Shape(paint, (*arc(0, y, rx, ry, pi, 2 * pi, 32), *underside))


BALL = (
    ellipse("main", 0, 0.1, 0.9),
    smooth("dark", (0.83, 0.36), (0.45, 0.84), (-0.1, 0.96), (-0.55, 0.76), (0.15, 0.72), (0.62, 0.35)),
    smooth("light", (-0.83, 0.06), (-0.3, -0.2), (0.4, -0.2), (0.8, -0.12), (0.4, 0.12), (-0.3, 0.12), (-0.81, 0.3)),
    ellipse("white", -0.35, -0.42, 0.17, 0.12),
)

CUP = (
    ellipse("dark", 0.68, 0.12, 0.32, 0.4),
    ellipse("cream", 0.66, 0.12, 0.15, 0.22),
    smooth(
        "main",
        (-0.75, -0.65),
        (0, -0.68),
        (0.75, -0.65),
        (0.68, 0.3),
        (0.42, 0.92),
        (0, 1),
        (-0.42, 0.92),
        (-0.68, 0.3),
    ),
    smooth("dark", (0.72, -0.45), (0.66, 0.3), (0.4, 0.9), (0, 0.98), (0.3, 0.5), (0.4, -0.2)),
    ellipse("light", 0, -0.62, 0.74, 0.22),
    ellipse("bark", 0, -0.59, 0.58, 0.14),
)

PETAL = smooth("main", (0, -0.38), (-0.3, -0.66), (-0.2, -0.98), (0.2, -0.98), (0.3, -0.66))
FLOWER = (
    stroke("leaf", 0.13, (0, -0.3), (0.04, 0.3), (0, 1)),
    smooth("leaf", (0.02, 0.75), (0.3, 0.3), (0.75, 0.25), (0.5, 0.65)),
    smooth("leaf", (0.0, 0.9), (-0.3, 0.5), (-0.72, 0.5), (-0.45, 0.85)),
    ellipse("main", 0, -0.3, 0.4),
    *fan(PETAL, 6, 0, -0.3),
    ellipse("heart", 0, -0.3, 0.26),
)

BALLOON = (
    stroke("steel", 0.05, (0, 0.45), (0.08, 0.65), (-0.05, 0.82), (0.03, 1)),
    polygon("dark", (0, 0.36), (0.13, 0.52), (-0.13, 0.52)),
    smooth(
        "main",
        (0, -1),
        (0.6, -0.72),
        (0.72, -0.25),
        (0.42, 0.22),
        (0, 0.42),
        (-0.42, 0.22),
        (-0.72, -0.25),
        (-0.6, -0.72),
    ),
    smooth("dark", (0.71, -0.2), (0.42, 0.22), (0, 0.42), (-0.35, 0.26), (0.2, 0.1), (0.5, -0.3)),
    smooth("light", (-0.45, -0.55), (-0.2, -0.8), (-0.1, -0.72), (-0.35, -0.35), (-0.48, -0.3)),
)

APPLE = (
    stroke("bark", 0.12, (0, -0.5), (0.03, -0.75), (0.12, -1)),
    smooth("leaf", (0.1, -0.72), (0.35, -0.98), (0.7, -0.92), (0.45, -0.66)),
    smooth(
        "main",
        (0, -0.5),
        (0.45, -0.64),
        (0.85, -0.3),
        (0.8, 0.35),
        (0.4, 0.95),
        (0, 0.9),
        (-0.4, 0.95),
        (-0.8, 0.35),
        (-0.85, -0.3),
        (-0.45, -0.64),
    ),
    smooth("dark", (0.84, 0.0), (0.78, 0.4), (0.4, 0.94), (0, 0.9), (-0.4, 0.92), (0.25, 0.6), (0.6, 0.1)),
    smooth("light", (-0.6, -0.3), (-0.35, -0.48), (-0.3, -0.3), (-0.55, 0.08), (-0.66, 0.0)),
)

UMBRELLA = (
    stroke("bark", 0.1, (0, -0.9), (0, 0.2), (0, 0.8), (0.1, 0.93), (0.26, 0.93), (0.33, 0.78)),
    dome(
        "main",
        0.05,
        0.98,
        0.95,
        (0.82, -0.08),
        (0.62, -0.05),
        (0.4, 0.06),
        (0.18, -0.06),
        (-0.18, -0.06),
        (-0.4, 0.06),
        (-0.62, -0.05),
        (-0.82, -0.08),
    ),
    smooth("light", (-0.38, -0.02), (-0.28, -0.5), (0, -0.88), (0.28, -0.5), (0.38, -0.02), (0, -0.1)),
    smooth("dark", (0.96, 0.0), (0.7, -0.06), (0.5, 0.02), (0.46, -0.3), (0.3, -0.75), (0.75, -0.5)),
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

FISH = (
    smooth("dark", (0.5, 0), (0.98, -0.55), (0.86, 0), (0.98, 0.55)),
    smooth("dark", (-0.3, -0.4), (0.05, -0.85), (0.42, -0.75), (0.35, -0.3)),
    smooth(
        "main",
        (-0.98, 0.05),
        (-0.6, -0.42),
        (-0.05, -0.56),
        (0.4, -0.36),
        (0.68, 0),
        (0.4, 0.38),
        (-0.05, 0.56),
        (-0.6, 0.42),
    ),
    smooth("light", (-0.8, 0.28), (-0.3, 0.22), (0.3, 0.2), (0.55, 0.18), (0.3, 0.42), (-0.05, 0.53), (-0.55, 0.42)),
    smooth("dark", (-0.15, -0.05), (0.2, -0.15), (0.28, 0.1), (0.05, 0.25)),
    ellipse("white", -0.55, -0.1, 0.15),
    ellipse("night", -0.58, -0.1, 0.08),
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

# fmt: off
THINGS: Mapping[str, Model] = {
    "ball":     Model(BALL, 0.28, grip=(0.0, 0.9), held_size=0.17),
    "cup":      Model(CUP, 0.24, grip=(0.72, 0.15), held_size=0.15),
    "flower":   Model(FLOWER, 0.4, grip=(0.03, 0.62), held_size=0.3, tilt=12),
    "balloon":  Model(BALLOON, 0.5, floats=True, grip=(0.0, 0.95), held_size=0.46),
    "apple":    Model(APPLE, 0.22, grip=(0.0, 0.85), held_size=0.14),
    "umbrella": Model(UMBRELLA, 0.6, grip=(0.0, 0.72), held_size=0.62),
    "house":    Model(HOUSE, 1.1),
    "star":     Model(STAR, 0.34, floats=True, grip=(0.0, 0.7), held_size=0.22),
    "fish":     Model(FISH, 0.3, floats=True),
    "tree":     Model(TREE, 1.2),
    "car":      Model(CAR, 0.6),
    "mushroom": Model(MUSHROOM, 0.34),
}
# fmt: on
