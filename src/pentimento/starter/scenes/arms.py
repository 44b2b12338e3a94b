"""Arms and hands, drawn on the right of the picture and mirrored for the left; y = 0…1 is the figure's height."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import cos, radians, sin

from pentimento.starter.scenes.body import Build
from pentimento.starter.scenes.figure import Arm, ThirdHand
from pentimento.starter.scenes.pieces import Palette, Piece, thing_palette
from pentimento.starter.scenes.shapes import Frame, Point, Shape, Shapes, ellipse, limb, smooth
from pentimento.starter.scenes.things import THINGS

HAND = 0.071
"""Length of a hand from the wrist, for a limb 0.06 thick."""


@dataclass(frozen=True)
class Pose:
    """How an arm is held: degrees of upper arm and forearm from straight down, outwards; how the hand is shown.

    holds    things may be held so
    phrases  how captions say it of one arm
    """

    upper: float
    fore: float
    hand: str
    holds: bool
    phrases: tuple[str, ...] = ()


# fmt: off
POSES: Mapping[str, Pose] = {
    "down":       Pose( 13,    7, "relaxed", False),
    "away":       Pose( 34,   24, "relaxed", False),
    "on the hip": Pose( 52,  -58, "relaxed", False, ("hand on the hip", "with a hand on the hip")),
    "raised":     Pose( 58,  168, "open",    True,  ("waving", "with a raised hand")),
    "high":       Pose(142,  172, "open",    True,  ("with a raised arm", "waving")),
    "crossed":    Pose( 16,  -80, "relaxed", True,  ("with a hand at the waist", "with an arm before the body")),
    "at chest":   Pose( 17, -122, "fist",    True,  ("with a hand at the chest", "with a hand on the heart")),
    "out":        Pose( 32,   84, "open",    True,  ("with an outstretched hand", "reaching out")),
    "up":         Pose( 26,  148, "open",    True,  ("with a lifted hand",)),
}

CARRIED: Mapping[str, tuple[str, ...]] = {
    "hand fan": ("up", "out", "crossed", "raised"),
    "book":     ("up", "out", "crossed"),
    "sword":    ("up", "out", "raised", "high"),
    "flower":   ("up", "out", "raised", "crossed"),
    "cup":      ("up", "out", "crossed", "at chest"),
    "lantern":  ("up", "out", "raised", "high"),
    "umbrella": ("up", "raised"),
    "balloon":  ("up", "out", "raised"),
    "apple":    ("up", "out", "raised", "crossed", "high", "at chest"),
    "ball":     ("up", "out", "raised", "crossed", "high"),
    "star":     ("up", "out", "raised", "crossed", "high"),
}
"""The poses in which each thing is held so that it hides no face."""
# fmt: on

BEHIND = ("umbrella", "balloon")
"""Held behind the head, not before it."""

WRONG_PLACES: Mapping[str, tuple[float, float, float]] = {
    "below the arm": (0.55, 0.35, 72),
    "at the hip": (0.55, 1.0, 60),
    "from the waist": (0.4, 0.75, 96),
    "at the shoulder": (0.5, 0.1, 118),
}
"""Where a third hand begins: share of the shoulder's half width, share of the way from shoulder to waist; its angle."""

SLEEVES: Mapping[str, tuple[float, float]] = {
    "short": (0.72, 0.0),
    "half": (1.0, 0.25),
    "long": (1.0, 0.9),
}
"""How much of the upper arm and of the forearm a sleeve covers."""


def towards(start: Point, degrees: float, length: float) -> Point:
    return start[0] + length * sin(radians(degrees)), start[1] + length * cos(radians(degrees))


def shoulder_of(build: Build) -> Point:
    return build.shoulder[0] - 0.42 * build.limb, build.shoulder[1] + 0.5 * build.limb


def angles_of(value: Arm) -> tuple[float, float]:
    pose = POSES[value.pose]
    return pose.upper + value.bend[0], pose.fore + value.bend[1]


def joints_of(build: Build, value: Arm) -> tuple[Point, Point, Point]:
    """Shoulder, elbow, wrist."""
    upper, fore = angles_of(value)
    start = shoulder_of(build)
    elbow = towards(start, upper, build.upper)
    return start, elbow, towards(elbow, fore, build.fore)


def hand_frame(build: Build, wrist: Point, angle: float) -> Frame:
    return Frame.at(*wrist, HAND * build.limb / 0.06, -angle)


def arm(build: Build, value: Arm, sleeve: str, palette: Palette) -> Iterator[Piece]:
    """An arm on the right: skin, sleeve, what it holds, hand."""
    upper, fore = angles_of(value)
    start, elbow, wrist = joints_of(build, value)
    skin = (limb("skin", start, elbow, build.limb), limb("skin", elbow, wrist, build.limb, build.limb * 0.8))
    yield Piece(frozenset(), skin, palette)
    yield sleeved(build, sleeve, (start, elbow), (upper, fore), palette)
    at = hand_frame(build, wrist, fore)
    if value.held:
        if value.held.kind not in BEHIND:
            yield held_by(build, value)
        yield Piece(frozenset({"hand", "held"}), HANDS["fist"], palette, KNUCKLES, frame=at)
    shown = HANDS[POSES[value.pose].hand]
    yield Piece(frozenset({"held" if value.held else "hand"}), shown, palette, frame=at, unseen=bool(value.held))


def sleeved(
    build: Build, sleeve: str, joints: tuple[Point, Point], angles: tuple[float, float], palette: Palette
) -> Piece:
    """The sleeve over an arm, with a cuff where it ends."""
    (start, elbow), (upper, fore) = joints, angles
    above, below = SLEEVES[sleeve]
    wide = build.limb * 1.28
    end, angle = towards(start, upper, build.upper * above), upper
    shapes = [limb("sleeve", start, end, wide)]
    if below:
        end, angle = towards(elbow, fore, build.fore * below), fore
        shapes.append(limb("sleeve", elbow, end, wide))
    cuff = Frame.at(*end, 1, -angle).shape(Shape("cuff", ((-0.05, 0), (0.05, 0), (0.05, 0.05), (-0.05, 0.05))))
    return Piece(frozenset({"dress"}), tuple(shapes), palette, (cuff,))


def held_by(build: Build, value: Arm) -> Piece:
    """What an arm on the right holds: in the fist by its grip, leaning outwards."""
    if value.held is None:
        raise ValueError("an arm that holds nothing was asked for what it holds")
    model = THINGS[value.held.kind]
    x, y = model.grip or (0.0, 0.0)
    half = model.held_size / 2
    fist = hand_frame(build, joints_of(build, value)[2], angles_of(value)[1]).point((0, 0.5))
    origin = Frame.at(*fist, half, model.tilt).point((-x, -y))
    frame = Frame.at(*origin, half, model.tilt)
    return Piece(frozenset({"held"}), model.shapes, thing_palette(value.held.colour), frame=frame)


def third_hand(build: Build, value: ThirdHand, sleeve: str, palette: Palette) -> Iterator[Piece]:
    """A forearm and a hand where none belongs, on the right; the body hides where it begins."""
    across, along, angle = WRONG_PLACES[value.place]
    angle += value.turn
    (sx, sy), (_, wy) = build.shoulder, build.waist
    root = sx * across, sy + 0.03 + (wy - sy) * along
    wrist = towards(root, angle, build.fore * 1.15)
    own = frozenset({"third hand"})
    yield Piece(own, (limb("skin", root, wrist, build.limb, build.limb * 0.8),), palette)
    if SLEEVES[sleeve][1] > 0.5:
        covered = limb("sleeve", root, towards(root, angle, build.fore), build.limb * 1.28)
        yield Piece(own | {"dress"}, (covered,), palette)
    at = hand_frame(build, wrist, angle)
    yield Piece(own, HANDS["open"], palette, frame=at)


# ── Hands: the wrist at (0, 0), the fingers' tips at y = 1, the thumb on the left ──


def fingers(spread: float) -> Iterator[Shape]:
    """Four, from the palm."""
    for length, share in zip((0.98, 1.12, 1.1, 0.94), (-1, -1 / 3, 1 / 3, 1), strict=True):
        yield limb("skin", (0, 0.3), towards((0, 0.1), spread * share, length), 0.3, 0.25)


# fmt: off
MITTEN = smooth("skin", (-0.4, -0.1), (-0.5, 0.4), (-0.36, 0.9), (0, 1.06), (0.36, 0.9), (0.48, 0.4), (0.4, -0.1))
HANDS: Mapping[str, Shapes] = {
    "relaxed": (MITTEN, limb("skin", (-0.24, 0.28), (-0.62, 0.62), 0.34, 0.27)),
    "open":    (*fingers(33), ellipse("skin", 0, 0.35, 0.42, 0.44),
                limb("skin", (-0.2, 0.25), (-0.78, 0.52), 0.34, 0.26)),
    "fist":    (ellipse("skin", 0, 0.5, 0.52, 0.48), ellipse("skin", -0.36, 0.5, 0.26, 0.3)),
}
# fmt: on
KNUCKLES: Shapes = tuple(limb("skin dark", (-0.06, y), (end, y), 0.09) for y, end in ((0.42, 0.44), (0.66, 0.4)))
