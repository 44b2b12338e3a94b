"""What people wear, in figure units: how each kind is cut, and what is sewn on it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pentimento.starter.scenes.body import Build
from pentimento.starter.scenes.figure import Dress
from pentimento.starter.scenes.forms import even, even_polygon
from pentimento.starter.scenes.pieces import Palette, Piece
from pentimento.starter.scenes.sewing import PATTERNS, belt, buttons, collar, folds, jacket, mantle, waistband
from pentimento.starter.scenes.shapes import Point, Shapes, ellipse, limb, polygon, smooth

SOLES = 0.985


@dataclass(frozen=True)
class Cut:
    """How a dress is cut.

    hem       how far down it reaches: 0 the hip, 1 the ground
    flare     half its width at the hem
    loose     how much wider than the waist it is there
    sleeve    a key of `arms.SLEEVES`
    legs      `trousers`, `matching` trousers, `bare` or `none`
    neckline  a key of `NECKLINES`
    sewn      draws what is sewn on it
    worn_by   kinds of people, with how often they wear it
    """

    hem: float
    flare: float
    loose: float
    sleeve: str
    legs: str
    neckline: str
    sewn: Callable[[Build, float], Shapes]
    worn_by: Mapping[str, float]


def hem_of(build: Build, cut: Cut) -> float:
    return build.hip[1] + cut.hem * (SOLES - 0.02 - build.hip[1])


@cache
def outline(build: Build, kind: str) -> Shapes:
    """Bodice and skirt in one, shoulders closed: arms lie before it."""
    cut = DRESSES[kind]
    (sx, sy), (wx, wy), (hx, hy) = build.shoulder, build.waist, build.hip
    hem = hem_of(build, cut)
    bodice = even(
        "main",
        (0, sy - 0.034),
        (build.neck + 0.012, sy - 0.036),
        (sx * 0.74, sy - 0.012),
        (sx * 0.98, sy + 0.03),
        (sx * 0.9, sy + 0.085),
        (wx + cut.loose, wy),
        (wx + cut.loose - 0.004, wy + 0.02),
        (0, wy + 0.03),
    )
    wide = max(hx, wx + cut.loose)
    skirt = polygon(
        "main",
        (-wx - cut.loose, wy),
        (wx + cut.loose, wy),
        *curve((wx + cut.loose, wy), (wide, hy), (cut.flare, hem)),
        *((cut.flare * x, hem + 0.016 * (1 - x * x)) for x in (0.75, 0.4, 0, -0.4, -0.75)),
        *reversed([(-x, y) for x, y in curve((wx + cut.loose, wy), (wide, hy), (cut.flare, hem))]),
    )
    return bodice, skirt


def curve(start: Point, middle: Point, end: Point) -> list[Point]:
    """A bend from start, near the middle, to end (quadratic Bézier)."""
    t = [i / 8 for i in range(1, 9)]
    return [
        (
            (1 - u) ** 2 * start[0] + 2 * u * (1 - u) * middle[0] + u * u * end[0],
            (1 - u) ** 2 * start[1] + 2 * u * (1 - u) * middle[1] + u * u * end[1],
        )
        for u in t
    ]


def worn(build: Build, dress: Dress, palette: Palette) -> Iterator[Piece]:
    """Legs and shoes, then the dress."""
    cut = DRESSES[dress.kind]
    yield from legs(build, cut, palette)
    hem = hem_of(build, cut)
    trims = (*PATTERNS[dress.pattern](build, hem), *cut.sewn(build, hem))
    yield Piece(frozenset({"dress"}), outline(build, dress.kind), palette, trims)


LEGS: Mapping[str, tuple[str, float]] = {
    "bare": ("skin", 0.058),
    "matching": ("main", 0.09),
    "trousers": ("trousers", 0.09),
}
"""Paint and thickness."""


def legs(build: Build, cut: Cut, palette: Palette) -> Iterator[Piece]:
    own, x = frozenset({"dress"}), build.hip[0] * 0.54
    shoe = smooth("shoe", (-0.034, 0.955), (0.02, 0.95), (0.062, 0.972), (0.066, 0.998), (0, 1.0), (-0.036, 0.998))
    if cut.legs != "none":
        for side in (-1, 1):
            paint, width = LEGS[cut.legs]
            leg = limb(paint, (side * x, build.hip[1]), (side * (x + 0.006), 0.965), width * 1.1, width * 0.86)
            yield Piece(own, (leg,), palette)
    for side in (-1, 1):
        yield Piece(own, (shoe.moved(side * (x + 0.004), 0, side * 1.1, 1),), palette)


def neck(build: Build, kind: str, palette: Palette) -> Piece:
    """Neck and what the neckline leaves bare, as one."""
    top = build.head_y + 0.6 * build.head
    sy = build.shoulder[1]
    throat = limb("skin", (0, top), (0, sy - 0.015), build.neck * 2)
    shadow = ellipse("skin dark", 0, build.head_y + build.head * 0.96, build.neck * 1.25, 0.022)
    return Piece(frozenset({"neck"}), (throat, *NECKLINES[DRESSES[kind].neckline](build)), palette, (shadow,))


def round_neck(build: Build) -> Shapes:
    return (ellipse("skin", 0, build.shoulder[1] - 0.028, build.neck + 0.016, 0.03),)


def wide_neck(build: Build) -> Shapes:
    sx, sy = build.shoulder
    return (even("skin", (0, sy - 0.045), (sx * 0.62, sy - 0.026), (0.04, sy + 0.03), (0, sy + 0.042)),)


def v_neck(build: Build) -> Shapes:
    sy = build.shoulder[1]
    return (even_polygon("skin", (0, sy - 0.045), (build.neck + 0.014, sy - 0.036), (0, sy + 0.04)),)


def high_neck(build: Build) -> Shapes:
    return ()


NECKLINES: Mapping[str, Callable[[Build], Shapes]] = {
    "round": round_neck,
    "wide": wide_neck,
    "v": v_neck,
    "high": high_neck,
}


# fmt: off
DRESSES: Mapping[str, Cut] = {
    "stola": Cut(0.96, 0.150, 0.012, "short", "none",     "wide",  mantle,    {"woman": 3.0}),
    "gown":  Cut(1.00, 0.235, 0.000, "short", "none",     "wide",  folds,     {"woman": 2.0}),
    "suit":  Cut(0.20, 0.122, 0.008, "long",  "matching", "high",  jacket,    {"man": 2.5, "woman": 0.4}),
    "tunic": Cut(0.42, 0.145, 0.014, "short", "bare",     "v",     belt,      {"man": 1.5, "woman": 0.6,
        "child": 1.0}),
    "coat":  Cut(0.62, 0.158, 0.018, "long",  "trousers", "high",  buttons,   {"man": 1.2, "woman": 1.0,
        "child": 1.0}),
    "shirt": Cut(0.10, 0.114, 0.012, "long",  "trousers", "v",     collar,    {"man": 1.5, "woman": 0.5,
        "child": 1.2}),
    "dress": Cut(0.50, 0.178, 0.004, "half",  "bare",     "round", waistband, {"woman": 1.5, "child": 1.0}),
}
# fmt: on
