"""The paints: eight colours a person asks for by name, and the fixed tints of everything else."""

from collections.abc import Mapping
from typing import TypeAlias

RGB: TypeAlias = tuple[int, int, int]
"""Red, green, blue: 0…255, sRGB."""

# fmt: off
COLOURS: Mapping[str, RGB] = {
    "red":    (214,  48,  49),
    "orange": (245, 135,  31),
    "yellow": (250, 209,  51),
    "green":  ( 56, 150,  76),
    "blue":   ( 41, 105, 205),
    "purple": (127,  68, 176),
    "pink":   (245, 144, 184),
    "black":  ( 48,  48,  56),
}

TINTS: Mapping[str, RGB] = {
    "white":  (252, 250, 244),
    "cream":  (246, 233, 206),
    "bark":   (122,  82,  54),
    "leaf":   ( 98, 160,  66),
    "night":  ( 60,  58,  74),
    "glass":  (196, 226, 238),
    "steel":  (172, 178, 188),
    "heart":  (252, 222, 120),
    "sky":    (183, 222, 243),
    "cloud":  (243, 248, 252),
    "sun":    (255, 231, 150),
    "hill":   (176, 210, 150),
    "far":    (164, 194, 205),
    "grass":  (158, 203, 110),
    "turf":   (143, 190,  98),
    "sand":   (241, 219, 171),
    "shore":  (226, 199, 148),
    "sea":    (112, 188, 202),
    "wall":   (238, 221, 206),
    "floor":  (196, 158, 126),
    "carpet": (216, 190, 170),
    "wood":   (206, 160, 112),
    "plank":  (188, 141,  94),
    "studio": (226, 226, 230),
    "stand":  (208, 208, 215),
    "snow":   (244, 247, 251),
    "drift":  (219, 230, 242),
    "rose":        (238, 160, 160),
    "beak":        (236, 164,  72),
    "lamp":        (255, 214,  96),
}

LIGHTS: Mapping[str, tuple[RGB, float]] = {
    "day":     ((255, 255, 255), 0.0),
    "morning": ((255, 246, 200), 0.22),
    "dusk":    ((232, 142, 140), 0.26),
    "evening": (( 92, 104, 168), 0.30),
}
"""The light of the hour: what the surroundings' paints are mixed with, and how much."""
# fmt: on

SHADES: Mapping[str, tuple[RGB, float]] = {
    "main": ((0, 0, 0), 0.0),
    "light": ((255, 255, 255), 0.38),
    "dark": ((30, 20, 60), 0.26),
}
"""Paints of a thing's own colour: what it is mixed with, and how much."""


def mixed(colour: RGB, other: RGB, share: float) -> RGB:
    """`colour` with a `share` in [0, 1] of `other` stirred in."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def paint(name: str, own: RGB) -> RGB:
    """The colour of one shape of a thing whose own colour is `own`: a shade of it, or a fixed tint."""
    if name in SHADES:
        return mixed(own, *SHADES[name])
    return TINTS[name]
