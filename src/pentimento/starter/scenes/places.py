"""Where scenes play: a backdrop, heights to stand at, details that may be there or not, and what people call it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pentimento.starter.scenes import indoors as inside
from pentimento.starter.scenes import outdoors as outside
from pentimento.starter.scenes.colours import LIGHTS
from pentimento.starter.scenes.shapes import Shapes

Span: TypeAlias = tuple[float, float]
"""Heights between which something stands or hangs, as shares of the picture's."""


@dataclass(frozen=True)
class Place:
    """A kind of ground.

    backdrop  what is always there
    details   what may be there, each drawn about its own anchor (0, 0), with the span of heights it hangs or stands at,
              the farthest first
    stand     the heights at which a thing's foot may be; None where everything floats
    shadow    paint of the shadow under what stands
    phrases   how captions name it
    figures   the heights at which the feet of a full figure may be; None where nobody stands
    lights    the lights it may be seen in
    """

    backdrop: Shapes
    details: Mapping[str, tuple[Shapes, float, float]]
    stand: Span | None
    shadow: str
    phrases: tuple[str, ...]
    figures: Span | None = (0.88, 0.96)
    lights: tuple[str, ...] = tuple(LIGHTS)


def studio(wall: str, ground: str, *phrases: str) -> Place:
    """A plain ground, always in the same light, for its colour is what it is called by."""
    return Place(inside.studio(wall, ground), {}, (0.8, 0.93), ground, phrases, lights=("day",))


# fmt: off
STUDIOS: Mapping[str, Place] = {
    "studio":       studio("studio", "stand", "in a studio", "on a plain ground", "on a grey background"),
    "white studio": studio("white", "plaster", "on a white background", "in a white studio", "before a white wall"),
    "blue studio":  studio("azure", "lagoon", "on a light blue background", "before a light blue wall"),
    "rose studio":  studio("blush", "petal", "on a rose background", "before a rose wall"),
    "mint studio":  studio("mint", "sage", "on a mint background", "before a mint wall"),
    "lilac studio": studio("lilac", "mauve", "on a lilac background", "before a lilac wall"),
    "slate studio": studio("dusk wall", "dusk floor", "on a dark background", "on a slate background"),
}
"""Plain grounds of several tints."""

PLACES: Mapping[str, Place] = {
    "meadow": Place(
        outside.MEADOW,
        {"sun": (outside.SUN, 0.12, 0.25), "cloud": (outside.CLOUD, 0.1, 0.3), "hill": (outside.HILL, 0.58, 0.58),
         "tree": (outside.OAK, 0.62, 0.66), "daisies": (outside.DAISIES, 0.74, 0.9)},
        (0.78, 0.92), "turf", ("on the grass", "on a green meadow", "in a meadow"),
    ),
    "beach": Place(
        outside.BEACH,
        {"sun": (outside.SUN, 0.12, 0.25), "cloud": (outside.CLOUD, 0.1, 0.28), "island": (outside.ISLAND, 0.42, 0.42),
         "boat": (outside.BOAT, 0.45, 0.5), "palm": (outside.PALM, 0.66, 0.74)},
        (0.78, 0.92), "shore", ("on the sand", "on the beach", "at the sea", "by the sea"),
    ),
    "forest": Place(
        outside.FOREST,
        {"oak": (outside.OAK, 0.66, 0.72), "birch": (outside.BIRCH, 0.66, 0.74), "bush": (outside.BUSH, 0.7, 0.78)},
        (0.8, 0.92), "fern", ("in the forest", "in a forest", "in the woods", "among tall trees"),
    ),
    "mountains": Place(
        outside.MOUNTAINS,
        {"cloud": (outside.CLOUD, 0.08, 0.22), "pine": (outside.PINE, 0.68, 0.74), "fir": (outside.PINE, 0.66, 0.72)},
        (0.78, 0.92), "turf", ("in the mountains", "before snowy mountains", "with mountains behind"),
    ),
    "street": Place(
        outside.STREET,
        {"lamp": (outside.LAMPPOST, 0.76, 0.77), "tree": (outside.OAK, 0.75, 0.76), "bush": (outside.BUSH, 0.73, 0.75)},
        (0.84, 0.94), "tarmac", ("in the street", "on a street", "in the town", "before a row of houses"),
    ),
    "night sky": Place(
        outside.NIGHT,
        {"moon": (outside.MOON, 0.14, 0.28), "cloud": (outside.NIGHT_CLOUD, 0.16, 0.4),
         "pine": (outside.NIGHT_PINE, 0.7, 0.76)},
        (0.78, 0.92), "night turf", ("at night", "under the night sky", "under the stars", "in the moonlight"),
        lights=("day",),
    ),
    "sky": Place(
        (outside.band("sky", 0, 1),),
        {"sun": (outside.SUN, 0.12, 0.3), "cloud": (outside.CLOUD, 0.1, 0.9)},
        None, "sky", ("in the sky", "in the blue sky", "up in the air"), figures=None,
    ),
    "snow": Place(
        outside.SNOW,
        {"cloud": (outside.CLOUD, 0.1, 0.28), "mountain": (outside.PEAK, 0.48, 0.48),
         "pine": (outside.SNOWY_PINE, 0.62, 0.7)},
        (0.76, 0.92), "drift", ("in the snow", "on the snow", "in winter"),
    ),
    "palace hall": Place(
        inside.PALACE,
        {"banner": (inside.BANNER, 0.1, 0.12), "urn": (inside.URN, 0.78, 0.82)},
        (0.8, 0.93), "flag",
        ("in a palace hall", "in a palace", "in a vast palace with large windows", "in a roman palace",
         "in a hall with columns", "in a marble hall"),
    ),
    "library": Place(
        inside.LIBRARY,
        {"ladder": (inside.LADDER, 0.78, 0.8), "globe": (inside.GLOBE, 0.82, 0.86)},
        (0.84, 0.94), "bark", ("in a library", "in the library", "among shelves of books", "before bookshelves"),
    ),
    "room": Place(
        inside.ROOM,
        {"rug": (inside.RUG, 0.84, 0.88), "window": (inside.WINDOW, 0.26, 0.32), "frame": (inside.FRAME, 0.2, 0.32),
         "plant": (inside.PLANT, 0.72, 0.78)},
        (0.82, 0.93), "bark", ("in a room", "on the floor", "at home"),
    ),
    "table": Place(
        inside.TABLETOP,
        {"window": (inside.WINDOW, 0.24, 0.28), "frame": (inside.FRAME, 0.18, 0.3)},
        (0.76, 0.87), "plank", ("on a wooden table", "on the table", "on a table"), figures=None,
    ),
    **STUDIOS,
}
# fmt: on
