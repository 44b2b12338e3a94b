"""Hair, in the units of the head: what lies behind the body, on the head, and before the shoulders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from math import cos, pi, sin

from pentimento.starter.scenes.figure import Hair
from pentimento.starter.scenes.forms import even, pair
from pentimento.starter.scenes.shapes import Shape, Shapes, ellipse, smooth

LENGTHS: Mapping[str, float] = {"short": 0.75, "shoulder-length": 1.45, "long": 2.5}
"""How far below the head's middle the hair ends."""


@dataclass(frozen=True)
class Locks:
    """back: behind the body; cap: on the head, with its trims; front: before the shoulders."""

    back: Shapes = ()
    cap: Shapes = ()
    trims: Shapes = ()
    front: Shapes = ()


# fmt: off
CROWN = ((-0.98, 0.2), (-1.05, -0.3), (-0.84, -0.9), (-0.3, -1.22), (0.3, -1.22), (0.84, -0.9), (1.05, -0.3),
    (0.98, 0.2))
SIDE_PARTING = smooth("hair", *CROWN, (0.86, 0.02), (0.74, -0.36), (0.3, -0.46), (-0.36, -0.82), (-0.5, -0.5),
    (-0.78, -0.3), (-0.88, 0.02))
FRINGE = smooth("hair", *CROWN, (0.87, 0.1), (0.8, -0.3), (0.4, -0.38), (0, -0.4), (-0.4, -0.38), (-0.8, -0.3),
    (-0.87, 0.1))
MIDDLE_PARTING = even("hair", (0, -1.18), (0.42, -1.2), (0.86, -0.88), (1.05, -0.3), (0.99, 0.24), (0.87, 0.06),
    (0.72, -0.34), (0.34, -0.68), (0, -0.92))
CROP = smooth("hair", (-0.93, 0.04), (-0.99, -0.4), (-0.9, -0.92), (-0.45, -1.26), (0.15, -1.34), (0.7, -1.16),
    (0.97, -0.75), (0.98, -0.3),
              (0.93, 0.04), (0.84, -0.14), (0.72, -0.5), (0.2, -0.6), (-0.3, -0.56), (-0.66, -0.64), (-0.82, -0.14))
SWEPT = smooth("hair", *CROWN, (0.86, -0.08), (0.7, -0.46), (0.32, -0.7), (0, -0.76), (-0.32, -0.7),
    (-0.7, -0.46), (-0.86, -0.08))
GLEAM = (smooth("hair light", (-0.62, -0.72), (-0.3, -0.98), (-0.05, -1.04), (-0.14, -0.94), (-0.4, -0.78),
    (-0.58, -0.58)),)
BEARD = (smooth("hair", (-0.92, 0.1), (-0.8, 0.36), (-0.42, 0.42), (0, 0.4), (0.42, 0.42), (0.8, 0.36),
    (0.92, 0.1), (0.86, 0.62), (0.5, 1.06),
                (0, 1.22), (-0.5, 1.06), (-0.86, 0.62)),)
# fmt: on


@cache
def locks(hair: Hair, kind: str) -> Locks:
    return STYLES[hair.style](LENGTHS[hair.length], kind)


def straight(end: float, kind: str) -> Locks:
    if end < 1:
        if kind == "man":
            return Locks(cap=(CROP,), trims=GLEAM)
        return Locks(back=(bell(0.8, 1.02),), cap=(SIDE_PARTING if kind == "woman" else FRINGE,), trims=GLEAM)
    return Locks((bell(end, 1.06),), (FRINGE if kind == "child" else MIDDLE_PARTING,), GLEAM, strands(end))


def bell(end: float, width: float) -> Shape:
    """Hair falling evenly from the crown."""
    return even(
        "hair",
        (0, -1.15),
        (0.8, -0.9),
        (width, -0.2),
        (width + 0.06, end * 0.55),
        (width - 0.02, end),
        (0.5, end + 0.1),
        (0, end),
    )


# fmt: off
def strands(end: float) -> Shapes:
    """Hair that falls before the shoulders, on both sides."""
    return tuple(pair(smooth(
        "hair", (0.84, -0.3), (1.06, -0.2), (1.14, 0.16), (1.14, end * 0.5), (1.1, end * 0.88), (0.86, end),
            (0.64, end * 0.88), (0.74, end * 0.5), (0.78, 0.36), (0.8, 0.0)
    )))


def curly(end: float, kind: str) -> Locks:
    turns = [pi * (-0.62 + 0.155 * k) for k in range(9)]
    crown = tuple(ellipse("hair", 0.86 * sin(a), -0.38 - 0.72 * cos(a), 0.36 if i % 2 else 0.4) for i,
        a in enumerate(turns))
    brow = tuple(ellipse("hair", x, -0.72 - 0.08 * (1 - abs(x)), 0.27) for x in (-0.6, -0.2, 0.2, 0.6))
    cap = (*crown[2:-2], *brow)
    if kind == "man" and end < 1:
        return Locks(back=crown[1:-1], cap=cap)
    falls = max(0.5, end - 0.3)
    heights = [0.1 + 0.42 * k for k in range(int((falls - 0.1) / 0.42) + 1)]
    sides = pair(*(ellipse("hair", 0.95 + 0.1 * (i % 2), y, 0.36) for i, y in enumerate(heights)))
    if end < 1:
        return Locks((*crown, *sides), cap)
    front = pair(*(ellipse("hair", 1.0 + 0.06 * (i % 2), y, 0.29) for i, y in enumerate(heights) if y > 0.3))
    core = even("hair", (0, -1.0), (0.9, -0.6), (1.0, 0.2), (0.95, falls), (0, falls))
    return Locks((core, *crown, *sides), cap, front=tuple(front))


def bun(end: float, kind: str) -> Locks:
    return Locks(back=(ellipse("hair", 0, -1.34, 0.46, 0.42),), cap=(SWEPT,), trims=GLEAM)


def ponytail(end: float, kind: str) -> Locks:
    tip = min(max(end, 1.1), 1.7)
    tail = smooth("hair", (0.5, -0.95), (0.95, -1.02), (1.42, -0.6), (1.56, 0.1), (1.4, tip * 0.7), (1.5, tip),
        (1.16, tip * 0.86), (1.08, 0.3), (1.02, -0.3))
    return Locks(back=(tail,), cap=(SWEPT, ellipse("hair", 0.8, -0.84, 0.22)), trims=GLEAM)


def braid(end: float, kind: str) -> Locks:
    count = max(3, round((max(end, 1.45) - 0.6) / 0.3))
    links = tuple(ellipse("hair" if i % 2 else "hair dark", 0.84 - 0.03 * i, 0.72 + 0.3 * i, 0.23,
        0.2) for i in range(count))
    tuft = smooth("hair", (0, -0.18), (0.16, 0.12), (0, 0.3),
        (-0.18, 0.12)).moved(0.84 - 0.03 * count, 0.72 + 0.3 * count)
    root = smooth("hair", (0.8, -0.2), (1.04, -0.1), (1.06, 0.5), (0.86, 0.75), (0.72, 0.5), (0.86, 0.2))
    return Locks(back=(bell(0.6, 1.0),), cap=(MIDDLE_PARTING,), trims=GLEAM, front=(root, tuft, *links))
# fmt: on


def bald(end: float, kind: str) -> Locks:
    return Locks()


STYLES: Mapping[str, Callable[[float, str], Locks]] = {
    "straight": straight,
    "curly": curly,
    "bun": bun,
    "ponytail": ponytail,
    "braid": braid,
    "bald": bald,
}
