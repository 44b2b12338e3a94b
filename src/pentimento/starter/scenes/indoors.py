"""Drawings of rooms and halls: whole backdrops, and details about their own anchor (0, 0)."""

from itertools import accumulate

from pentimento.starter.scenes.forms import arch, even, even_polygon, pair
from pentimento.starter.scenes.grounds import band, row, tiles
from pentimento.starter.scenes.shapes import Shape, Shapes, box, ellipse, polygon, smooth, stroke

# fmt: off
WINDOW = (
    box("white", -0.15, -0.17, 0.15, 0.17),
    box("sky", -0.125, -0.145, 0.125, 0.145),
    stroke("white", 0.02, (0, -0.15), (0, 0.15)),
    stroke("white", 0.02, (-0.13, 0), (0.13, 0)),
)
FRAME = (
    box("plank", -0.11, -0.09, 0.11, 0.09),
    box("cream", -0.085, -0.065, 0.085, 0.065),
    smooth("hill", (-0.085, 0.065), (-0.03, 0.0), (0.03, 0.02), (0.085, 0.065)),
)
FRONDS = (
    *pair(smooth("copse", (0, -0.12), (0.06, -0.26), (0.17, -0.3), (0.2, -0.24), (0.1, -0.2), (0.03, -0.1))),
    *pair(smooth("leaf", (0, -0.12), (0.08, -0.18), (0.18, -0.17), (0.19, -0.12), (0.1, -0.13))),
    even("leaf", (0, -0.36), (0.045, -0.26), (0.03, -0.12)),
)
PLANT = (*FRONDS, even_polygon("pot", (0.08, -0.13), (0.055, 0.01)), box("brick", -0.09, -0.145, 0.09, -0.105, 0.01))
URN = (
    *(shape.moved(0, -0.12) for shape in FRONDS),
    even("gold", (0, -0.25), (0.1, -0.24), (0.07, -0.13), (0.03, -0.09), (0.03, -0.06), (0, -0.06)),
    box("white", -0.11, -0.265, 0.11, -0.23, 0.01), box("gold", -0.075, -0.07, 0.075, 0.01),
)
BANNER = (
    box("gold", -0.1, -0.01, 0.1, 0.015, 0.01),
    polygon("wine", (-0.085, 0.0), (0.085, 0.0), (0.085, 0.34), (0, 0.4), (-0.085, 0.34)),
    ellipse("gold", 0, 0.16, 0.045),
)
RUG = (ellipse("wine", 0, 0, 0.4, 0.07), ellipse("carpet", 0, 0, 0.34, 0.05))
LADDER = (
    *(stroke("wood", 0.024, (x - 0.08, y), (x + 0.08, y))
      for x, y in ((0.03, -0.1), (0.075, -0.22), (0.12, -0.34), (0.16, -0.46))),
    polygon("plank", (-0.1, 0.0), (-0.07, 0.0), (0.13, -0.54), (0.1, -0.54)),
    polygon("plank", (0.06, 0.0), (0.09, 0.0), (0.29, -0.54), (0.26, -0.54)),
)
GLOBE = (
    stroke("plank", 0.026, (0, -0.14), (0, -0.02)), box("plank", -0.08, -0.025, 0.08, 0.01, 0.012),
    ellipse("plank", 0, -0.22, 0.115), ellipse("sea", 0, -0.22, 0.095),
    smooth("hill", (-0.07, -0.27), (-0.01, -0.3), (0.03, -0.25), (-0.02, -0.21), (-0.03, -0.16), (-0.075, -0.21)),
)

ROOM = (band("duck egg", 0, 1), band("white", 0.66, 1), band("floor", 0.69, 1))
TABLETOP = (band("wall", 0, 1), band("wood", 0.62, 1), band("plank", 0.88, 1))

HALL_WINDOW = (
    arch("white", -0.2, 0.12, 0.2, 0.6),
    arch("window", -0.17, 0.15, 0.17, 0.58),
    smooth("garden", (-0.17, 0.5), (-0.08, 0.46), (0.03, 0.5), (0.17, 0.47), (0.17, 0.58), (-0.17, 0.58)),
    box("white", -0.011, 0.14, 0.011, 0.58), box("white", -0.17, 0.32, 0.17, 0.342),
    box("stone", -0.22, 0.58, 0.22, 0.615),
)
COLUMN = (
    box("stone", -0.06, 0.08, 0.06, 0.78), box("white", -0.045, 0.12, -0.015, 0.72),
    box("column", 0.022, 0.12, 0.06, 0.72),
    box("white", -0.09, 0.07, 0.09, 0.12, 0.015), box("stone", -0.075, 0.115, 0.075, 0.14),
    box("white", -0.08, 0.72, 0.08, 0.755, 0.015), box("column", -0.095, 0.75, 0.095, 0.8),
)
HALL_FLOOR = (0.7, 0.742, 0.8, 0.885, 1.01)
PALACE = (
    band("marble", 0, 1), band("alcove", 0.07, 0.66),
    *row(HALL_WINDOW, 0.62),
    band("stone", 0.66, 0.7), band("tile", 0.7, 1), *tiles("flag", 0.7, 0.4, 0.16, HALL_FLOOR),
    *row(COLUMN, 0.62, 0.19), band("white", 0.0, 0.045), band("gold", 0.045, 0.07),
)


def shelf(bottom: float, height: float, start: int) -> tuple[Shape, ...]:
    """A board's row of books, 1 wide, from (0, `bottom`) to the right."""
    widths = (0.06, 0.075, 0.05, 0.09, 0.065, 0.055, 0.08, 0.06, 0.07, 0.055, 0.085, 0.06, 0.07, 0.065)
    paints = ("tome", "olive", "teal", "ochre", "claret", "denim", "linen")
    edges = (0.03, *(0.03 + edge for edge in accumulate(widths)))
    heights = tuple(height * share for share in (0.72, 0.91, 0.81, 1.0))
    return tuple(
        box(paints[(3 * i + start) % 7], edges[i], bottom - heights[(i + start) % 4], edges[i + 1] - 0.007, bottom)
        for i in range(len(widths))
    )


BOOKCASE: Shapes = (
    *(part for bottom, start in ((0.22, 0), (0.45, 2), (0.68, 5))
      for part in (*shelf(bottom, 0.17, start), box("shelf", 0, bottom, 1.01, bottom + 0.03))),
    box("shelf", -0.03, 0, 0.03, 0.76),
)
LIBRARY = (
    band("case", 0, 1), *row(BOOKCASE, 1.0, 0.0), band("shelf", 0.7, 0.76),
    band("floor", 0.76, 1), band("parquet", 0.86, 1),
)
# fmt: on


def studio(wall: str, ground: str) -> Shapes:
    """A plain ground: the wall, and the floor before it."""
    return (band(wall, 0, 1), band(ground, 0.7, 1))
