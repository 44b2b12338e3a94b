"""Drawings of the open: whole backdrops, and details about their own anchor (0, 0)."""

from pentimento.starter.scenes.forms import dome, even_polygon
from pentimento.starter.scenes.grounds import band, row, scattered
from pentimento.starter.scenes.shapes import Shape, box, ellipse, fan, polygon, smooth

# fmt: off
CLOUD = (
    ellipse("cloud", -0.08, 0.01, 0.08, 0.05),
    ellipse("cloud", 0.08, 0.015, 0.09, 0.045),
    ellipse("cloud", 0.0, -0.015, 0.09, 0.07),
)
SUN = (ellipse("sun", 0, 0, 0.085),)
HILL = (dome("hill", 0, 0.32, 0.17, x=-0.16), dome("hill", 0, 0.3, 0.11, x=0.18))
PEAK = (
    Shape("far", ((-0.42, 0.08), (-0.12, -0.22), (0.02, -0.1), (0.16, -0.19), (0.48, 0.08))),
    Shape("snow", ((-0.12, -0.22), (-0.2, -0.14), (-0.14, -0.12), (-0.1, -0.15), (-0.06, -0.12), (-0.04, -0.15))),
)
ISLAND = (smooth("hill", (-0.2, 0.012), (-0.08, -0.05), (0.06, -0.06), (0.2, 0.012)),)
BUSH = (
    ellipse("copse", -0.09, -0.05, 0.09, 0.075), ellipse("copse", 0.09, -0.05, 0.09, 0.07),
    ellipse("copse", 0, -0.09, 0.1, 0.09), box("copse", -0.14, -0.05, 0.14, 0.015, 0.03),
    ellipse("leaf", -0.02, -0.11, 0.06, 0.045),
)
OAK = (
    smooth("bark", (-0.035, -0.3), (0.035, -0.3), (0.04, -0.06), (0.08, 0.01), (-0.08, 0.01), (-0.04, -0.06)),
    ellipse("copse", -0.12, -0.32, 0.13, 0.12), ellipse("copse", 0.12, -0.32, 0.13, 0.12),
    ellipse("copse", 0, -0.43, 0.15, 0.14), ellipse("leaf", -0.04, -0.46, 0.09, 0.075),
)
BIRCH = (
    box("white", -0.03, -0.42, 0.03, 0.01, 0.01),
    polygon("night", (-0.03, -0.1), (0.01, -0.11), (-0.03, -0.13)),
    polygon("night", (0.03, -0.2), (-0.01, -0.21), (0.03, -0.23)),
    ellipse("spring", 0, -0.46, 0.13, 0.22), ellipse("sprout", -0.03, -0.52, 0.07, 0.11),
)
PINE = (
    box("bark", -0.03, -0.1, 0.03, 0.01),
    even_polygon("pine", (0, -0.34), (0.17, -0.07)),
    even_polygon("pine", (0, -0.44), (0.14, -0.2)),
    even_polygon("needle", (0, -0.52), (0.11, -0.33)),
)
SNOWY_PINE = (
    *PINE[:2], even_polygon("drift", (0, -0.34), (0.085, -0.2)),
    PINE[2], even_polygon("drift", (0, -0.44), (0.06, -0.34)),
    PINE[3], even_polygon("snow", (0, -0.52), (0.065, -0.41)),
)
DAISIES = (
    *scattered((*fan(ellipse("white", 0, -0.022, 0.013, 0.017), 5), ellipse("sun", 0, 0, 0.014)),
               (-0.12, 0.0), (0.0, 0.035), (0.11, -0.01)),
)
PALM = (
    smooth("bark", (-0.02, 0.0), (0.035, 0.0), (0.03, -0.2), (0.075, -0.42), (0.045, -0.44), (-0.01, -0.2)),
    smooth("copse", (0.06, -0.44), (0.16, -0.52), (0.27, -0.42), (0.28, -0.33), (0.17, -0.42)),
    smooth("copse", (0.06, -0.44), (-0.06, -0.54), (-0.18, -0.46), (-0.2, -0.36), (-0.07, -0.44)),
    smooth("leaf", (0.06, -0.44), (0.12, -0.58), (0.25, -0.58), (0.3, -0.5), (0.17, -0.5)),
    smooth("leaf", (0.06, -0.44), (-0.01, -0.58), (-0.14, -0.6), (-0.2, -0.53), (-0.06, -0.5)),
)
BOAT = (
    polygon("white", (0, -0.2), (0.11, -0.05), (0, -0.05)),
    polygon("cream", (-0.015, -0.17), (-0.015, -0.05), (-0.09, -0.05)),
    smooth("plank", (-0.12, -0.035), (0, -0.035), (0.12, -0.035), (0.07, 0.02), (-0.07, 0.02)),
)
LAMPPOST = (
    box("iron", -0.018, -0.4, 0.018, 0.0), box("iron", -0.05, -0.035, 0.05, 0.01, 0.012),
    polygon("lamp", (-0.05, -0.5), (0.05, -0.5), (0.035, -0.4), (-0.035, -0.4)),
    polygon("iron", (-0.065, -0.5), (0.065, -0.5), (0, -0.56)), box("iron", -0.04, -0.41, 0.04, -0.385),
)
MOON = (ellipse("moon", 0, 0, 0.095), ellipse("crater", 0.035, -0.03, 0.022), ellipse("crater", -0.035, 0.035, 0.028))
NIGHT_CLOUD = tuple(Shape("veil", shape.points) for shape in CLOUD)
NIGHT_PINE = tuple(Shape("night pine", shape.points) for shape in PINE)

MEADOW = (band("sky", 0, 1), band("grass", 0.58, 1), band("turf", 0.82, 1))
BEACH = (
    band("sky", 0, 1), band("sea", 0.42, 1), band("shallow", 0.52, 1),
    *row((smooth("cloud", (-0.26, 0.555), (-0.13, 0.575), (0, 0.555), (0.13, 0.575), (0.26, 0.555), (0.26, 0.61),
                 (-0.26, 0.61)),), 0.5),
    band("shore", 0.59, 1), band("sand", 0.63, 1),
)
SNOW = (band("sky", 0, 1), band("snow", 0.56, 1), band("drift", 0.85, 1))
FOREST = (
    band("glade", 0, 1),
    *row((ellipse("thicket", 0, 0.4, 0.2, 0.32), ellipse("thicket", 0.2, 0.46, 0.16, 0.22)), 0.42, 0.3),
    *row((box("trunk", -0.03, 0, 0.03, 0.64), box("trunk", 0.24, 0, 0.28, 0.62)), 0.56, 0.12),
    band("moss", 0.6, 1),
    polygon("path", (0.43, 0.6), (0.53, 0.6), (0.62, 0.72), (0.56, 0.84), (0.72, 1.0),
            (0.16, 1.0), (0.3, 0.84), (0.46, 0.72)),
    *row((polygon("bark", (-0.07, 0), (0.07, 0), (0.07, 0.7), (0.13, 0.8), (-0.13, 0.8), (-0.07, 0.7)),), 1.16, -0.06),
    *row((ellipse("copse", 0, 0.0, 0.17, 0.13), ellipse("leaf", 0.17, -0.03, 0.15, 0.12)), 0.34, 0.1),
)
MOUNTAINS = (
    band("sky", 0, 1),
    *row((polygon("far", (-0.46, 0.62), (-0.1, 0.22), (0.06, 0.36), (0.18, 0.28), (0.52, 0.62)),), 0.9, 0.3),
    *row((polygon("rock", (-0.42, 0.66), (0.0, 0.14), (0.42, 0.66)),
          polygon("crag", (0.0, 0.14), (0.42, 0.66), (0.06, 0.66), (-0.04, 0.4)),
          polygon("snow", (0.0, 0.14), (0.105, 0.27), (0.05, 0.31), (0.0, 0.27), (-0.06, 0.32), (-0.105, 0.27))),
         1.0, 0.78),
    *row((smooth("hill", (-0.5, 0.64), (-0.2, 0.57), (0.1, 0.55), (0.5, 0.64), (0.5, 0.75), (-0.5, 0.75)),), 0.7, 0.2),
    band("grass", 0.63, 1), band("turf", 0.84, 1),
)
NIGHT = (
    band("dark sky", 0, 1), band("late sky", 0.3, 1), band("last light", 0.52, 1),
    *row(scattered(tuple(fan(polygon("moon", (0, -0.026), (0.008, 0), (-0.008, 0)), 4)),
                   (-0.4, 0.08), (-0.2, 0.25), (-0.06, 0.07), (0.14, 0.2), (0.3, 0.06), (0.44, 0.31)), 1.0),
    *row(scattered((ellipse("moon", 0, 0, 0.009),),
                   (-0.47, 0.4), (-0.3, 0.14), (-0.12, 0.39), (0.04, 0.3), (0.22, 0.37), (0.38, 0.18)), 1.0),
    *row((smooth("late hill", (-0.6, 0.72), (-0.3, 0.6), (0, 0.56), (0.25, 0.61), (0.6, 0.72), (0, 0.8)),), 0.9, 0.25),
    band("night grass", 0.68, 1), band("night turf", 0.86, 1),
)


CASEMENT = (box("white", -0.055, -0.065, 0.055, 0.065), box("pane", -0.038, -0.048, 0.038, 0.048))


def front(wall: str, roof: str, width: float, top: float, door: float, gable: float) -> tuple[Shape, ...]:
    """A house of the street, its left lower corner at (0, 0.68); `door` 0 is at the left, 1 at the right."""
    panes = [width * share for share in ((0.28, 0.72) if width > 0.3 else (0.5,))]
    at = width * (0.2 + 0.6 * door)
    return (
        polygon(roof, (-0.015, top), (width / 2, top - gable), (width + 0.015, top)) if gable > 0.1
        else polygon(roof, (-0.015, top), (0.04, top - gable), (width - 0.04, top - gable),
                     (width + 0.015, top)),
        box(wall, 0, top, width, 0.68),
        *(part for x in panes for y in (top + 0.09, top + 0.25) if y < 0.5 or abs(x - at) > 0.08
          for part in (shape.moved(x, y) for shape in CASEMENT)),
        box("white", at - 0.062, 0.49, at + 0.062, 0.68), box(roof, at - 0.045, 0.507, at + 0.045, 0.68),
    )
# fmt: on


TERRACE = (
    *front("peach", "brick", 0.36, 0.24, 1, 0.16),
    *(shape.moved(0.36, 0) for shape in front("mint", "slate", 0.27, 0.16, 0.5, 0.08)),
    *(shape.moved(0.63, 0) for shape in front("cream", "brick", 0.38, 0.28, 0, 0.1)),
    *(shape.moved(1.01, 0) for shape in front("lilac", "slate", 0.29, 0.2, 0.5, 0.15)),
)
STREET = (
    band("sky", 0, 1),
    *row(TERRACE, 1.3, -0.14),
    band("pavement", 0.68, 1),
    band("kerb", 0.77, 1),
    band("road", 0.795, 1),
)
