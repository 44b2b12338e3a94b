"""What people wear, in figure units: how each kind is cut, and what is sewn on it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pentimento.starter.scenes.body import Build
from pentimento.starter.scenes.figure import Dress
from pentimento.starter.scenes.forms import even, even_polygon, pair
from pentimento.starter.scenes.pieces import Palette, Piece
from pentimento.starter.scenes.shapes import Point, Shape, Shapes, box, ellipse, limb, polygon, smooth

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
    sewn      what is sewn on it
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
    trims = (*PATTERNS[dress.pattern](build, cut, hem), *cut.sewn(build, hem))
    yield Piece(frozenset({"dress"}), outline(build, dress.kind), palette, trims)


def legs(build: Build, cut: Cut, palette: Palette) -> Iterator[Piece]:
    own, x = frozenset({"dress"}), build.hip[0] * 0.54
    shoe = smooth("shoe", (-0.034, 0.955), (0.02, 0.95), (0.062, 0.972), (0.066, 0.998), (0, 1.0), (-0.036, 0.998))
    if cut.legs != "none":
        for side in (-1, 1):
            paint, width = ("skin", 0.058) if cut.legs == "bare" else ("main" if cut.legs == "matching" else "trousers", 0.09)
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


NECKLINES: Mapping[str, Callable[[Build], Shapes]] = {
    "round": lambda build: (ellipse("skin", 0, build.shoulder[1] - 0.028, build.neck + 0.016, 0.03),),
    "wide": lambda build: (
        even("skin", (0, build.shoulder[1] - 0.045), (build.shoulder[0] * 0.62, build.shoulder[1] - 0.026), (0.04, build.shoulder[1] + 0.03), (0, build.shoulder[1] + 0.042)),
    ),
    "v": lambda build: (
        even_polygon("skin", (0, build.shoulder[1] - 0.045), (build.neck + 0.014, build.shoulder[1] - 0.036), (0, build.shoulder[1] + 0.04)),
    ),
    "high": lambda build: (),
}


# ── What is sewn on ──


def sash(paint: str, build: Build, wide: float = 0.034) -> Shape:
    return box(paint, -0.3, build.waist[1] - wide / 2, 0.3, build.waist[1] + wide / 2)


def mantle(build: Build, hem: float) -> Shapes:
    """A stola's: over one shoulder, across the body, falling at the side."""
    (sx, sy), (wx, wy) = build.shoulder, build.waist
    return (
        sash("gold", build),
        smooth("light", (-sx * 1.1, sy - 0.05), (-sx * 0.45, sy - 0.05), (0.02, wy - 0.06), (wx + 0.1, wy + 0.05), (wx + 0.14, hem), (wx + 0.02, hem), (0.03, wy + 0.08), (-sx * 0.75, sy + 0.1)),
        smooth("dark", (-sx * 0.5, sy + 0.06), (-0.02, wy - 0.0), (wx * 0.75, wy + 0.1), (0.07, hem), (0.05, hem), (0.025, wy + 0.1), (-sx * 0.6, sy + 0.1)),
        box("gold", -0.4, hem - 0.034, 0.4, hem + 0.03),
    )


def folds(build: Build, hem: float) -> Shapes:
    """A gown's skirt and sash."""
    wy = build.waist[1]
    fold = polygon("dark", (0.025, wy + 0.06), (0.05, wy + 0.06), (0.13, hem + 0.02), (0.075, hem + 0.02))
    middle = polygon("light", (-0.014, wy + 0.05), (0.014, wy + 0.05), (0.045, hem + 0.02), (-0.045, hem + 0.02))
    return (*pair(fold), middle, sash("dark", build, 0.036))


def jacket(build: Build, hem: float) -> Shapes:
    """A suit's: shirt and tie, lapels, a button."""
    sy, wy = build.shoulder[1], build.waist[1]
    shirt = even_polygon("white", (0, sy - 0.06), (build.neck + 0.03, sy - 0.04), (0, wy - 0.02))
    lapel = polygon("dark", (build.neck + 0.008, sy - 0.05), (build.neck + 0.052, sy - 0.04), (build.neck + 0.05, sy + 0.05), (0, wy + 0.005), (0, wy - 0.03))
    tie = even_polygon("tie", (0, sy - 0.02), (0.015, sy - 0.005), (0.009, sy + 0.015), (0.02, wy - 0.075), (0, wy - 0.045))
    front = limb("dark", (0, wy), (0.012, hem + 0.02), 0.012)
    return (shirt, tie, *pair(lapel), front, ellipse("cream", 0.0, wy + 0.03, 0.012))


def belt(build: Build, hem: float) -> Shapes:
    """A tunic's, and the band at its hem."""
    return (sash("leather", build, 0.036), box("gold", -0.02, build.waist[1] - 0.018, 0.02, build.waist[1] + 0.018), box("dark", -0.4, hem - 0.028, 0.4, hem + 0.03))


def buttons(build: Build, hem: float) -> Shapes:
    """A coat's: collar, the front's edge and three buttons."""
    sy, wy = build.shoulder[1], build.waist[1]
    collar = polygon("light", (0, sy + 0.02), (build.neck + 0.004, sy - 0.06), (build.neck + 0.06, sy - 0.03), (build.neck + 0.04, sy + 0.03), (0.008, sy + 0.06))
    rows = (ellipse("cream", -0.03, y, 0.0145) for y in (sy + 0.1, wy - 0.01, wy + 0.075))
    return (polygon("dark", (0.005, sy), (0.018, sy), (0.03, hem + 0.03), (0.016, hem + 0.03)), *pair(collar), *rows)


def collar(build: Build, hem: float) -> Shapes:
    """A shirt's, with the row of buttons' placket."""
    sy = build.shoulder[1]
    point = polygon("light", (0.0, sy - 0.01), (build.neck + 0.004, sy - 0.055), (build.neck + 0.045, sy - 0.02), (0.03, sy + 0.028))
    return (box("dark", -0.008, sy, 0.008, hem + 0.03), *pair(point))


def waistband(build: Build, hem: float) -> Shapes:
    """A dress's: band at the waist, round collar."""
    sy = build.shoulder[1]
    return (sash("dark", build, 0.026), ellipse("white", 0, sy - 0.026, build.neck + 0.036, 0.052))


# fmt: off
DRESSES: Mapping[str, Cut] = {
    "stola": Cut(0.96, 0.150, 0.012, "short", "none",     "wide",  mantle,    {"woman": 3.0}),
    "gown":  Cut(1.00, 0.235, 0.000, "short", "none",     "wide",  folds,     {"woman": 2.0}),
    "suit":  Cut(0.20, 0.122, 0.008, "long",  "matching", "high",  jacket,    {"man": 2.5, "woman": 0.4}),
    "tunic": Cut(0.42, 0.145, 0.014, "short", "bare",     "v",     belt,      {"man": 1.5, "woman": 0.6, "child": 1.0}),
    "coat":  Cut(0.62, 0.158, 0.018, "long",  "trousers", "high",  buttons,   {"man": 1.2, "woman": 1.0, "child": 1.0}),
    "shirt": Cut(0.10, 0.114, 0.012, "long",  "trousers", "v",     collar,    {"man": 1.5, "woman": 0.5, "child": 1.2}),
    "dress": Cut(0.50, 0.178, 0.004, "half",  "bare",     "round", waistband, {"woman": 1.5, "child": 1.0}),
}
# fmt: on


# ── Patterns ──


def stripes(build: Build, cut: Cut, hem: float) -> Shapes:
    heights = (build.shoulder[1] + 0.045 + 0.092 * i for i in range(8))
    return tuple(box("pattern", -0.4, y, 0.4, y + 0.04) for y in heights if y < hem)


def dots(build: Build, cut: Cut, hem: float) -> Shapes:
    rows = (build.shoulder[1] + 0.05 + 0.062 * i for i in range(12))
    return tuple(
        ellipse("pattern", x + 0.0375 * (i % 2), y, 0.0175)
        for i, y in enumerate(rows)
        if y < hem
        for x in (0.075 * k for k in range(-3, 4))
    )


def trim(build: Build, cut: Cut, hem: float) -> Shapes:
    sy = build.shoulder[1]
    return (box("gold", -0.4, hem - 0.03, 0.4, hem + 0.03), ellipse("gold", 0, sy - 0.034, build.shoulder[0] * 0.72, 0.068))


PATTERNS: Mapping[str, Callable[[Build, Cut, float], Shapes]] = {
    "plain": lambda build, cut, hem: (),
    "stripes": stripes,
    "dots": dots,
    "trim": trim,
}
