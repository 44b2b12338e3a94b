"""What is sewn on dresses, in figure units: sashes, folds, collars, buttons, and the patterns of the cloth."""

from collections.abc import Callable, Mapping

from pentimento.starter.scenes.body import Build
from pentimento.starter.scenes.forms import even_polygon, pair
from pentimento.starter.scenes.shapes import Shape, Shapes, box, ellipse, limb, polygon, smooth


def sash(paint: str, build: Build, wide: float = 0.034) -> Shape:
    return box(paint, -0.3, build.waist[1] - wide / 2, 0.3, build.waist[1] + wide / 2)


def mantle(build: Build, hem: float) -> Shapes:
    """A stola's: over one shoulder, across the body, falling at the side."""
    (sx, sy), (wx, wy) = build.shoulder, build.waist
    return (
        sash("gold", build),
        smooth(
            "light",
            (-sx * 1.1, sy - 0.05),
            (-sx * 0.45, sy - 0.05),
            (0.02, wy - 0.06),
            (wx + 0.1, wy + 0.05),
            (wx + 0.14, hem),
            (wx + 0.02, hem),
            (0.03, wy + 0.08),
            (-sx * 0.75, sy + 0.1),
        ),
        smooth(
            "dark",
            (-sx * 0.5, sy + 0.06),
            (-0.02, wy - 0.0),
            (wx * 0.75, wy + 0.1),
            (0.07, hem),
            (0.05, hem),
            (0.025, wy + 0.1),
            (-sx * 0.6, sy + 0.1),
        ),
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
    lapel = polygon(
        "dark",
        (build.neck + 0.008, sy - 0.05),
        (build.neck + 0.052, sy - 0.04),
        (build.neck + 0.05, sy + 0.05),
        (0, wy + 0.005),
        (0, wy - 0.03),
    )
    tie = even_polygon(
        "tie", (0, sy - 0.02), (0.015, sy - 0.005), (0.009, sy + 0.015), (0.02, wy - 0.075), (0, wy - 0.045)
    )
    front = limb("dark", (0, wy), (0.012, hem + 0.02), 0.012)
    return (shirt, tie, *pair(lapel), front, ellipse("cream", 0.0, wy + 0.03, 0.012))


def belt(build: Build, hem: float) -> Shapes:
    """A tunic's, and the band at its hem."""
    return (
        sash("leather", build, 0.036),
        box("gold", -0.02, build.waist[1] - 0.018, 0.02, build.waist[1] + 0.018),
        box("dark", -0.4, hem - 0.03, 0.4, hem + 0.03),
    )


def buttons(build: Build, hem: float) -> Shapes:
    """A coat's: collar, the front's edge and three buttons."""
    sy, wy = build.shoulder[1], build.waist[1]
    collar = polygon(
        "light",
        (0, sy + 0.02),
        (build.neck + 0.004, sy - 0.06),
        (build.neck + 0.06, sy - 0.03),
        (build.neck + 0.04, sy + 0.03),
        (0.008, sy + 0.06),
    )
    rows = (ellipse("cream", -0.03, y, 0.0145) for y in (sy + 0.1, wy - 0.01, wy + 0.075))
    return (polygon("dark", (0.005, sy), (0.018, sy), (0.03, hem + 0.03), (0.016, hem + 0.03)), *pair(collar), *rows)


def collar(build: Build, hem: float) -> Shapes:
    """A shirt's, with the row of buttons' placket."""
    sy = build.shoulder[1]
    point = polygon(
        "light", (0.0, sy - 0.01), (build.neck + 0.004, sy - 0.055), (build.neck + 0.045, sy - 0.02), (0.03, sy + 0.028)
    )
    return (box("dark", -0.008, sy, 0.008, hem + 0.03), *pair(point))


def waistband(build: Build, hem: float) -> Shapes:
    """A dress's: band at the waist, round collar."""
    sy = build.shoulder[1]
    return (sash("dark", build, 0.026), ellipse("white", 0, sy - 0.026, build.neck + 0.036, 0.052))


# ── Patterns ──


def plain(build: Build, hem: float) -> Shapes:
    return ()


def stripes(build: Build, hem: float) -> Shapes:
    heights = (build.shoulder[1] + 0.045 + 0.092 * i for i in range(8))
    return tuple(box("pattern", -0.4, y, 0.4, y + 0.04) for y in heights if y < hem)


def dots(build: Build, hem: float) -> Shapes:
    rows = (build.shoulder[1] + 0.05 + 0.062 * i for i in range(12))
    return tuple(
        ellipse("pattern", x + 0.0375 * (i % 2), y, 0.0175)
        for i, y in enumerate(rows)
        if y < hem
        for x in (0.075 * k for k in range(-3, 4))
    )


def trim(build: Build, hem: float) -> Shapes:
    sy = build.shoulder[1]
    return (
        box("gold", -0.4, hem - 0.03, 0.4, hem + 0.03),
        ellipse("gold", 0, sy - 0.034, build.shoulder[0] * 0.72, 0.068),
    )


PATTERNS: Mapping[str, Callable[[Build, float], Shapes]] = {
    "plain": plain,
    "stripes": stripes,
    "dots": dots,
    "trim": trim,
}
