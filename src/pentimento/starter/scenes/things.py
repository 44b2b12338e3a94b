"""The things that stand in scenes. Each is drawn once, in its own colour, in a box of −1…1 with y = 1 on the ground."""

from collections.abc import Mapping
from dataclasses import dataclass

from pentimento.starter.scenes.animals import BIRD, CAT, DOG, FISH
from pentimento.starter.scenes.carried import APPLE, BALLOON, BOOK, CUP, FAN, FLOWER, LANTERN, SWORD, UMBRELLA
from pentimento.starter.scenes.furniture import CHAIR, TABLE, VASE
from pentimento.starter.scenes.shapes import Point, Shapes
from pentimento.starter.scenes.toys import BALL, CAR, HOUSE, MUSHROOM, STAR, TREE


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


# fmt: off
THINGS: Mapping[str, Model] = {
    "hand fan": Model(FAN, 0.3, grip=(0.0, 0.88), held_size=0.34, tilt=14),
    "book":     Model(BOOK, 0.26, grip=(0.1, 0.6), held_size=0.22),
    "sword":    Model(SWORD, 0.5, grip=(0.0, 0.64), held_size=0.5, tilt=24),
    "flower":   Model(FLOWER, 0.4, grip=(0.03, 0.62), held_size=0.3, tilt=12),
    "cup":      Model(CUP, 0.24, grip=(0.72, 0.15), held_size=0.15),
    "lantern":  Model(LANTERN, 0.34, grip=(0.0, -0.86), held_size=0.26),
    "umbrella": Model(UMBRELLA, 0.6, grip=(0.0, 0.72), held_size=0.62),
    "balloon":  Model(BALLOON, 0.5, floats=True, grip=(0.0, 0.95), held_size=0.46),
    "apple":    Model(APPLE, 0.22, grip=(0.0, 0.85), held_size=0.14),
    "ball":     Model(BALL, 0.28, grip=(0.0, 0.9), held_size=0.17),
    "star":     Model(STAR, 0.34, floats=True, grip=(0.0, 0.4), held_size=0.22),
    "cat":      Model(CAT, 0.34),
    "dog":      Model(DOG, 0.42),
    "bird":     Model(BIRD, 0.26),
    "fish":     Model(FISH, 0.3, floats=True),
    "vase":     Model(VASE, 0.36),
    "chair":    Model(CHAIR, 0.5),
    "table":    Model(TABLE, 0.46),
    "house":    Model(HOUSE, 1.1),
    "tree":     Model(TREE, 1.2),
    "car":      Model(CAR, 0.6),
    "mushroom": Model(MUSHROOM, 0.34),
}
# fmt: on
