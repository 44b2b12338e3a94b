"""Where scenes play: a backdrop, a height to stand at, and details that may be there or not.

Coordinates are shares of the picture's height: y = 0 top, 1 bottom; x = 0.5 is the middle, and backdrops reach from
−1 to 2, so that pictures up to three times as wide as high are covered.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pentimento.starter.scenes.shapes import Shape, Shapes, box, ellipse, smooth, stroke

LEFT, RIGHT = -1.0, 2.0


@dataclass(frozen=True)
class Place:
    """A kind of ground.

    backdrop  what is always there
    details   what may be there, each drawn about its own anchor (0, 0), with the span of heights it hangs or stands at
    stand     the heights at which a thing's foot may be; None where everything floats
    shadow    paint of the shadow under a standing thing
    phrases   how captions name it
    """

    backdrop: Shapes
    details: Mapping[str, tuple[Shapes, float, float]]
    stand: tuple[float, float] | None
    shadow: str
    phrases: tuple[str, ...]


def band(paint: str, top: float, bottom: float) -> Shape:
    return box(paint, LEFT, top, RIGHT, bottom)


CLOUD = (
    ellipse("cloud", -0.08, 0.01, 0.08, 0.05),
    ellipse("cloud", 0.08, 0.015, 0.09, 0.045),
    ellipse("cloud", 0.0, -0.015, 0.09, 0.07),
)
SUN = (ellipse("sun", 0, 0, 0.085),)
HILL = (smooth("hill", (-0.5, 0.05), (-0.3, -0.1), (0, -0.17), (0.3, -0.09), (0.5, 0.05), (0, 0.12)),)
MOUNTAIN = (Shape("far", ((-0.42, 0.08), (-0.12, -0.22), (0.02, -0.1), (0.16, -0.19), (0.48, 0.08))),)
ISLAND = (smooth("hill", (-0.2, 0.012), (-0.08, -0.05), (0.06, -0.06), (0.2, 0.012)),)
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

# fmt: off
PLACES: Mapping[str, Place] = {
    "meadow": Place(
        (band("sky", 0, 1), band("grass", 0.58, 1), band("turf", 0.82, 1)),
        {"hill": (HILL, 0.58, 0.6), "cloud": (CLOUD, 0.1, 0.3), "sun": (SUN, 0.12, 0.25)},
        (0.78, 0.92), "turf", ("on the grass", "on a green meadow", "in a meadow"),
    ),
    "beach": Place(
        (band("sky", 0, 1), band("sea", 0.42, 1), band("shore", 0.57, 1), band("sand", 0.6, 1)),
        {"island": (ISLAND, 0.42, 0.42), "cloud": (CLOUD, 0.1, 0.28), "sun": (SUN, 0.12, 0.25)},
        (0.78, 0.92), "shore", ("on the sand", "on the beach", "at the sea"),
    ),
    "sky": Place(
        (band("sky", 0, 1),),
        {"cloud": (CLOUD, 0.1, 0.9), "sun": (SUN, 0.12, 0.3)},
        None, "sky", ("in the sky", "in the blue sky", "up in the air"),
    ),
    "snow": Place(
        (band("sky", 0, 1), band("snow", 0.56, 1), band("drift", 0.85, 1)),
        {"mountain": (MOUNTAIN, 0.5, 0.52), "cloud": (CLOUD, 0.1, 0.28)},
        (0.76, 0.92), "drift", ("in the snow", "on the snow", "in winter"),
    ),
    "studio": Place(
        (band("studio", 0, 1), band("stand", 0.7, 1)),
        {},
        (0.8, 0.93), "steel", ("in a studio", "on a plain ground", "on a grey background"),
    ),
    "table": Place(
        (band("wall", 0, 1), band("wood", 0.62, 1), band("plank", 0.88, 1)),
        {"window": (WINDOW, 0.24, 0.28), "frame": (FRAME, 0.18, 0.3)},
        (0.76, 0.87), "plank", ("on a wooden table", "on the table", "on a table"),
    ),
    "room": Place(
        (band("cream", 0, 1), band("white", 0.66, 1), band("floor", 0.69, 1)),
        {"window": (WINDOW, 0.26, 0.32), "frame": (FRAME, 0.2, 0.32)},
        (0.82, 0.93), "bark", ("in a room", "on the floor", "at home"),
    ),
}
# fmt: on
