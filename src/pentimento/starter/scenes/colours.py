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
    "wall":   (216, 194, 198),
    "floor":  (196, 158, 126),
    "carpet": (216, 190, 170),
    "wood":   (206, 160, 112),
    "plank":  (188, 141,  94),
    "studio": (204, 211, 222),
    "stand":  (184, 192, 206),
    "snow":   (244, 247, 251),
    "drift":  (219, 230, 242),
    "rose":        (238, 160, 160),
    "beak":        (236, 164,  72),
    "lamp":        (255, 214,  96),
    "copse":       ( 96, 142,  84),
    "spring":      (156, 190,  92),
    "sprout":      (184, 210, 116),
    "pine":        ( 66, 116,  98),
    "needle":      ( 80, 134, 108),
    "shallow":     (140, 206, 212),
    "glade":       (214, 230, 190),
    "thicket":     (186, 212, 160),
    "trunk":       (164, 150, 122),
    "moss":        (150, 184, 104),
    "fern":        (118, 156,  88),
    "path":        (224, 206, 160),
    "rock":        (150, 160, 180),
    "crag":        (130, 140, 164),
    "dark sky":    ( 66,  78, 140),
    "late sky":    ( 84,  98, 160),
    "last light":  (116, 124, 180),
    "moon":        (255, 244, 204),
    "crater":      (240, 222, 170),
    "veil":        (132, 142, 192),
    "late hill":   ( 70,  92, 128),
    "night grass": ( 68, 104, 112),
    "night turf":  ( 58,  92, 104),
    "peach":       (232, 160, 140),
    "mint":        (200, 226, 208),
    "lilac":       (220, 210, 232),
    "brick":       (190, 106,  86),
    "slate":       (112, 124, 150),
    "pane":        (160, 196, 212),
    "pavement":    (218, 212, 204),
    "kerb":        (190, 184, 180),
    "road":        (168, 168, 176),
    "tarmac":      (146, 146, 156),
    "iron":        ( 74,  78,  92),
    "pot":         (206, 132,  98),
    "stone":       (234, 229, 228),
    "column":      (186, 180, 196),
    "marble":      (230, 226, 234),
    "alcove":      (206, 198, 214),
    "window":      (200, 228, 242),
    "garden":      (176, 208, 160),
    "tile":        (236, 230, 230),
    "flag":        (198, 186, 202),
    "wine":        (150,  66,  80),
    "gold":        (222, 178,  92),
    "olive":       (164, 166, 120),
    "teal":        (120, 160, 160),
    "ochre":       (218, 184, 124),
    "shelf":       (172, 128,  94),
    "case":        (140, 104,  82),
    "parquet":     (184, 144, 112),
    "plaster":     (230, 226, 218),
    "duck egg":    (194, 212, 212),
    "azure":       (176, 212, 236),
    "lagoon":      (150, 190, 218),
    "blush":       (240, 188, 190),
    "petal":       (222, 164, 168),
    "sage":        (172, 204, 184),
    "mauve":       (196, 182, 214),
    "dusk wall":   ( 96, 104, 124),
    "dusk floor":  ( 80,  88, 108),
    "night pine":  ( 52,  78, 104),
    "tome":        (202, 136, 112),
    "claret":      (174, 104, 106),
    "denim":       (136, 148, 172),
    "linen":       (230, 214, 186),
}

SKINS: Mapping[str, RGB] = {
    "fair":  (252, 224, 204),
    "light": (241, 198, 164),
    "tan":   (216, 162, 116),
    "brown": (168, 112,  76),
    "dark":  (122,  80,  60),
}

HAIRS: Mapping[str, RGB] = {
    "black":  ( 46,  40,  48),
    "brown":  ( 98,  56,  34),
    "blonde": (240, 204, 108),
    "red":    (196,  78,  34),
    "grey":   (150, 150, 160),
    "white":  (240, 238, 234),
    "blue":   ( 62, 112, 200),
    "pink":   (240, 130, 178),
}

EYES: Mapping[str, RGB] = {
    "brown": (104,  62,  36),
    "blue":  ( 58, 128, 204),
    "green": ( 62, 142,  88),
    "grey":  (112, 122, 136),
    "black": ( 44,  38,  46),
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
