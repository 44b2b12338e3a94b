"""Heads and faces. The unit is half the head's height: y = −1 the crown, 1 the chin; x = 0 the middle of the face."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from pentimento.starter.scenes.figure import Face
from pentimento.starter.scenes.forms import even
from pentimento.starter.scenes.pieces import Palette, Piece
from pentimento.starter.scenes.shapes import UNMOVED, Frame, Shape, Shapes, bow, ellipse, limb, smooth

EYE_X, EYE_Y = 0.37, 0.1
BROW_Y, NOSE_Y, MOUTH_Y = -0.27, 0.36, 0.63
FINE = 0.6
"""Width of outlines in a face, beside the ordinary ones."""

TURN = 0.17
"""How far the features of a wholly turned face have moved."""

# fmt: off
SMILE = (smooth("lips", (-0.3, -0.08), (-0.16, 0.03), (0, 0.06), (0.16, 0.03), (0.3, -0.08), (0.2, 0.12), (0, 0.19),
                (-0.2, 0.12)),)
LAUGH = (
    smooth("mouth", (-0.36, -0.12), (0, -0.09), (0.36, -0.12), (0.28, 0.14), (0, 0.29), (-0.28, 0.14)),
    smooth("white", (-0.31, -0.1), (0, -0.08), (0.31, -0.1), (0.22, 0.02), (0, 0.05), (-0.22, 0.02)),
    ellipse("tongue", 0, 0.19, 0.14, 0.07),
)
GASP = (ellipse("mouth", 0, 0.02, 0.17, 0.21), ellipse("tongue", 0, 0.13, 0.1, 0.07))
# fmt: on


@dataclass(frozen=True)
class Expression:
    """How a face feels.

    mouth  about its middle
    brows  rise of their inner and outer ends
    open   height of the eyes, 1 the ordinary, 0 shut
    ink    width of the mouth's outline; 0 where it is a line itself
    """

    mouth: Shapes
    brows: tuple[float, float] = (0.0, 0.0)
    open: float = 1.0
    ink: float = 0.0


# fmt: off
EXPRESSIONS: Mapping[str, Expression] = {
    "neutral":   Expression((limb("lips", (-0.2, 0.0), (0.2, 0.0), 0.1),), (0.0, 0.0), 0.94),
    "smiling":   Expression(SMILE, (0.03, 0.0)),
    "laughing":  Expression(LAUGH, (0.06, 0.02), 0.0, FINE),
    "sad":       Expression((bow("lips", 0.11, (-0.23, 0.11), (0, -0.03), (0.23, 0.11)),), (0.13, -0.1), 0.86),
    "surprised": Expression(GASP, (0.15, 0.15), 1.12, FINE),
}
# fmt: on


@cache
def outline(jaw: float) -> Shape:
    """The bare head: 0 a pointed chin, 1 a square one."""
    cheek, chin = (0.66 + 0.06 * jaw, 0.66), (0.28 + 0.1 * jaw, 0.94)
    return even("skin", (0, -1.0), (0.52, -0.86), (0.86, -0.34), (0.87, 0.18), cheek, chin, (0, 1.0))


EARS = tuple(ellipse("skin", side * 0.9, 0.16, 0.17, 0.22) for side in (-1, 1))
EAR_HOLES = tuple(ellipse("skin dark", side * 0.93, 0.17, 0.08, 0.12) for side in (-1, 1))


def head(jaw: float, palette: Palette) -> Iterator[Piece]:
    yield Piece(frozenset({"head"}), EARS, palette, EAR_HOLES, shade=0)
    yield Piece(frozenset({"head", "face"}), (outline(jaw),), palette)


def features(face: Face, kind: str, turn: float, palette: Palette) -> Iterator[Piece]:
    """Cheeks, nose, mouth, eyes and brows; scrambled where the face is spoilt."""
    own = frozenset({"face", "head"})
    scramble = scrambled(face.spoilt) if face.spoilt else {}
    for name, shapes, frame, ink in drawn(face, kind):
        frame = scramble.get(name, UNMOVED).within(frame)
        moved = Frame.at(turn * TURN * (1.25 if name == "nose" else 1.0), 0)
        yield Piece(own, shapes, palette, ink=ink, shade=0, frame=frame.within(moved))


def drawn(face: Face, kind: str) -> Iterator[tuple[str, Shapes, Frame, float]]:
    """Each feature: its name, its shapes about its middle, where it goes, the width of its outline."""
    expression = EXPRESSIONS[face.expression]
    sides = ((-1, "left"), (1, "right"))
    for side, name in sides:
        yield f"{name} cheek", CHEEK, Frame.at(side * 0.56, 0.46), 0
    yield "nose", NOSES[kind], Frame.at(0, NOSE_Y), 0
    yield "mouth", expression.mouth, Frame.at(0, MOUTH_Y), expression.ink
    for side, name in sides:
        ink = FINE if expression.open else 0
        yield f"{name} eye", eye(kind, expression.open), Frame.at(side * EYE_X, EYE_Y, mirrored=side < 0), ink
        yield f"{name} brow", brow(kind, *expression.brows), Frame.at(side * EYE_X, BROW_Y, mirrored=side < 0), 0


CHEEK: Shapes = (ellipse("blush", 0, 0, 0.17, 0.12),)

NOSES: Mapping[str, Shapes] = {
    "woman": (ellipse("nose", 0, 0, 0.075, 0.055),),
    "man": (bow("nose", 0.09, (-0.1, 0.0), (0.02, 0.05), (0.12, -0.01)),),
    "child": (ellipse("nose", 0, 0, 0.085, 0.06),),
}

BROW_WIDTHS: Mapping[str, float] = {"woman": 0.085, "man": 0.13, "child": 0.085}


@cache
def eye(kind: str, opened: float) -> Shapes:
    """The right one: white, iris, pupil, light and lid; women have a lash at the outer corner; shut ones are a bow."""
    lash = (limb("line", (0.2, -0.14), (0.31, -0.23), 0.07),) if kind == "woman" else ()
    if not opened:
        return (bow("line", 0.1, (-0.21, 0.07), (0, -0.1), (0.21, 0.07)),)
    height = 0.26 * opened
    return (
        ellipse("white", 0, 0, 0.215, height),
        ellipse("iris", -0.01, 0.02, 0.155, min(0.19, height * 0.8)),
        ellipse("line", -0.01, 0.02, 0.085, 0.105),
        ellipse("white", 0.05, -0.06, 0.055, 0.06),
        bow("line", 0.075, (-0.215, -height * 0.45), (0, -height - 0.01), (0.225, -height * 0.45)),
        *lash,
    )


@cache
def brow(kind: str, inner: float, outer: float) -> Shapes:
    rise = (inner + outer) / 2
    return (bow("brow", BROW_WIDTHS[kind], (-0.18, 0.02 - inner), (0.02, -0.06 - rise), (0.22, 0.03 - outer)),)


@cache
def scrambled(spoilt: int) -> Mapping[str, Frame]:
    """Where each feature of a spoilt face has gone: moved, turned and of another size, about its own middle.

    Both eyes are seen from the right one's side: x leads outwards, −2 EYE_X to where the other should be.
    """
    rng = np.random.default_rng([7, spoilt])
    frames: dict[str, Frame] = {}
    sizes, drops = rng.permutation([0.6, 1.0, 1.45]), rng.permutation([-1, 1])
    for side, size, drop in zip(("left", "right"), sizes, drops, strict=False):
        inwards, down = rng.uniform(0.02, 0.36), drop * rng.uniform(0.08, 0.32)
        frames[f"{side} eye"] = Frame.at(-inwards, down, size, rng.uniform(-40, 40))
        frames[f"{side} brow"] = Frame.at(0, rng.uniform(-0.1, 0.25), rng.uniform(0.7, 1.1), rng.uniform(-45, 45))
    nose = rng.uniform(-0.3, 0.3), rng.uniform(-0.3, 0.25)
    frames["nose"] = Frame.at(*nose, rng.uniform(0.9, 1.9), rng.uniform(-90, 90))
    way, lean = rng.choice([-1, 1], 2)
    mouth = way * rng.uniform(0.12, 0.34), rng.uniform(-0.3, 0.06)
    frames["mouth"] = Frame.at(*mouth, rng.uniform(0.7, 1.1), lean * rng.uniform(20, 70))
    return frames
