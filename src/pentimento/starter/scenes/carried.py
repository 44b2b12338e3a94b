"""Drawings of what people carry, each in a box of −1…1."""

from math import cos, pi, radians, sin

from pentimento.starter.scenes.forms import dome, even, even_polygon, pair, slice_of
from pentimento.starter.scenes.shapes import Shapes, arc, box, ellipse, fan, polygon, smooth, stroke

PIVOT = 0.86
"""The height of the rivet that a fan's sticks turn about."""


def hand_fan(pleats: int = 7, spread: float = 144, inner: float = 0.42, outer: float = 1.03) -> Shapes:
    """An open folding fan: sticks from the rivet, and a leaf of pleats, light and dark in turn."""
    step = spread / pleats
    edges = [-spread / 2 + step * i for i in range(pleats + 1)]
    sticks = (stroke("wood", 0.085, (0, PIVOT), (0.5 * sin(radians(a)), PIVOT - 0.5 * cos(radians(a)))) for a in edges)
    leaf = (
        slice_of(paint, 0, PIVOT, low, high, a, a + step)
        for low, high, paints in ((inner, outer, ("main", "dark")), (outer - 0.16, outer - 0.06, ("light", "main")))
        for paint, a in zip((paints * pleats)[:pleats], edges, strict=False)
    )
    guards = (
        polygon(
            "wood",
            *(
                (r * sin(radians(a)) + w * cos(radians(a)), PIVOT - r * cos(radians(a)) + w * sin(radians(a)))
                for r, w in ends
            ),
        )
        for a in (edges[0], edges[-1])
        for ends in [((-0.3, -0.05), (1.03, -0.035), (1.03, 0.035), (-0.3, 0.05))]
    )
    return (*sticks, *leaf, *guards, ellipse("heart", 0, PIVOT, 0.075))


# fmt: off
FAN = hand_fan()

BOOK = (
    polygon("dark", (-0.62, -0.9), (-0.5, -1.0), (0.76, -1.0), (0.76, 0.86), (0.64, 1.0)),
    polygon("cream", (-0.5, -0.86), (-0.4, -0.95), (0.7, -0.95), (0.7, 0.84), (0.6, 0.95)),
    box("main", -0.76, -0.88, 0.62, 1.0, 0.08),
    box("dark", -0.76, -0.88, -0.52, 1.0, 0.08),
    box("light", -0.3, -0.6, 0.4, -0.22, 0.05),
    *(shape.moved(0.05, 0.38) for shape in (ellipse("heart", 0, 0, 0.22),)),
)

SWORD = (
    even_polygon("steel", (0, -1.05), (0.14, -0.82), (0.14, 0.36)),
    polygon("white", (0, -1.05), (0, 0.36), (-0.14, 0.36), (-0.14, -0.82)),
    box("dark", -0.1, 0.4, 0.1, 0.86),
    even("main", (0, 0.3), (0.34, 0.28), (0.52, 0.16), (0.56, 0.34), (0.36, 0.5), (0, 0.5)),
    ellipse("main", 0, 0.88, 0.18, 0.15),
    ellipse("light", -0.04, 0.86, 0.055, 0.05),
)

FLOWER = (
    stroke("leaf", 0.13, (0, -0.3), (0.04, 0.3), (0, 1)),
    smooth("leaf", (0.02, 0.75), (0.3, 0.3), (0.75, 0.25), (0.5, 0.65)),
    smooth("leaf", (0.0, 0.9), (-0.3, 0.5), (-0.72, 0.5), (-0.45, 0.85)),
    ellipse("main", 0, -0.3, 0.4),
    *fan(smooth("main", (0, -0.38), (-0.32, -0.66), (-0.2, -0.98), (0.2, -0.98), (0.32, -0.66)), 6, 0, -0.3),
    *fan(smooth("dark", (0, -0.5), (-0.06, -0.66), (0, -0.78), (0.06, -0.66)), 6, 0, -0.3),
    ellipse("heart", 0, -0.3, 0.26),
)

CUP = (
    stroke("dark", 0.17, *arc(0.64, 0.1, 0.28, 0.34, -pi / 2, pi / 2 + 0.3)),
    even("main", (0, -0.68), (0.75, -0.65), (0.68, 0.3), (0.42, 0.92), (0, 1)),
    smooth("dark", (0.72, -0.45), (0.66, 0.3), (0.4, 0.9), (0, 0.98), (0.3, 0.5), (0.4, -0.2)),
    ellipse("light", 0, -0.62, 0.74, 0.22),
    ellipse("bark", 0, -0.59, 0.58, 0.14),
)

LANTERN = (
    stroke("bark", 0.1, *arc(0, -0.8, 0.16, 0.18, pi / 2, 2.5 * pi, 32)),
    even_polygon("main", (0.14, -0.72), (0.56, -0.4), (0.56, -0.3)),
    polygon("dark", (0.02, -0.72), (0.14, -0.72), (0.56, -0.4), (0.56, -0.3), (0.2, -0.3)),
    box("sun", -0.46, -0.3, 0.46, 0.74),
    ellipse("heart", 0, 0.28, 0.36, 0.4),
    even("lamp", (0, -0.12), (0.17, 0.26), (0.13, 0.52), (0, 0.58)),
    *pair(box("dark", 0.36, -0.3, 0.48, 0.74)),
    box("main", -0.6, 0.7, 0.6, 0.98, 0.08),
    box("dark", -0.52, 0.88, 0.52, 0.98, 0.04),
)

UMBRELLA = (
    stroke("bark", 0.1, (0, -0.9), (0, 0.78), *arc(0.17, 0.78, 0.17, 0.17, pi - 0.3, 0.1, 10)),
    dome("main", 0.05, 0.98, 0.95, (0.82, -0.08), (0.62, -0.05), (0.4, 0.06), (0.18, -0.06), (-0.18, -0.06),
         (-0.4, 0.06), (-0.62, -0.05), (-0.82, -0.08)),
    smooth("light", (-0.38, -0.02), (-0.28, -0.5), (0, -0.88), (0.28, -0.5), (0.38, -0.02), (0, -0.1)),
    smooth("dark", (0.96, 0.0), (0.7, -0.06), (0.5, 0.02), (0.46, -0.3), (0.3, -0.75), (0.75, -0.5)),
)

BALLOON = (
    stroke("steel", 0.07, *((0.05 * sin(pi * k / 6), 0.44 + 0.047 * k) for k in range(13))),
    polygon("dark", (0, 0.36), (0.13, 0.52), (-0.13, 0.52)),
    even("main", (0, -1), (0.6, -0.72), (0.72, -0.25), (0.42, 0.22), (0, 0.42)),
    smooth("dark", (0.71, -0.2), (0.42, 0.22), (0, 0.42), (-0.35, 0.26), (0.2, 0.1), (0.5, -0.3)),
    smooth("light", (-0.45, -0.55), (-0.2, -0.8), (-0.1, -0.72), (-0.35, -0.35), (-0.48, -0.3)),
)

APPLE = (
    stroke("bark", 0.12, (0, -0.5), (0.03, -0.75), (0.12, -1)),
    smooth("leaf", (0.1, -0.72), (0.35, -0.98), (0.7, -0.92), (0.45, -0.66)),
    even("main", (0, -0.5), (0.45, -0.64), (0.85, -0.3), (0.8, 0.35), (0.4, 0.95), (0, 0.9)),
    smooth("dark", (0.84, 0.0), (0.78, 0.4), (0.4, 0.94), (0, 0.9), (-0.4, 0.92), (0.25, 0.6), (0.6, 0.1)),
    smooth("light", (-0.6, -0.3), (-0.35, -0.48), (-0.3, -0.3), (-0.55, 0.08), (-0.66, 0.0)),
)
# fmt: on
