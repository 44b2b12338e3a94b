"""People by lot: who they are, what they wear, how they hold their arms; tables of shares and draws from them."""

from collections.abc import Mapping

from numpy.random import Generator

from pentimento.starter.scenes.arms import CARRIED
from pentimento.starter.scenes.colours import COLOURS, EYES, HAIRS, SKINS
from pentimento.starter.scenes.dress import DRESSES
from pentimento.starter.scenes.face import EXPRESSIONS
from pentimento.starter.scenes.figure import SIDES, Arm, Dress, Face, Hair, Held
from pentimento.starter.scenes.lots import chance, pick, pick_by
from pentimento.starter.scenes.sewing import PATTERNS

KINDS: Mapping[str, float] = {"woman": 0.45, "man": 0.32, "child": 0.23}

HAIR_STYLES: Mapping[str, Mapping[str, float]] = {
    "woman": {"straight": 0.42, "curly": 0.2, "bun": 0.13, "ponytail": 0.13, "braid": 0.12},
    "man": {"straight": 0.62, "curly": 0.22, "bald": 0.16},
    "child": {"straight": 0.5, "curly": 0.2, "ponytail": 0.15, "braid": 0.15},
}

HAIR_LENGTHS: Mapping[str, Mapping[str, float]] = {
    "woman": {"short": 0.28, "shoulder-length": 0.28, "long": 0.44},
    "man": {"short": 0.9, "shoulder-length": 0.1},
    "child": {"short": 0.5, "shoulder-length": 0.3, "long": 0.2},
}

ALIKE = frozenset({("dark", "brown"), ("brown", "brown"), ("dark", "black"), ("fair", "white")})
"""Skin and hair that pixels could hardly tell apart."""

BEARDED = 0.3
"""Share of men with a beard."""

FACES: Mapping[str, float] = {"smiling": 0.34, "neutral": 0.22, "laughing": 0.16, "sad": 0.14, "surprised": 0.14}

FABRICS: Mapping[str, float] = {"plain": 0.5, "stripes": 0.16, "dots": 0.17, "trim": 0.17}

GESTURES: Mapping[str, float] = {
    "down": 0.28,
    "away": 0.08,
    "on the hip": 0.14,
    "raised": 0.13,
    "high": 0.05,
    "crossed": 0.12,
    "at chest": 0.06,
    "out": 0.08,
    "up": 0.06,
}

NEAR_GESTURES: Mapping[str, float] = {pose: GESTURES[pose] for pose in GESTURES if pose not in ("out", "away")}
"""Those of people who stand beside another."""

TOO_HIGH: Mapping[str, tuple[str, ...]] = {"child": ("high",)}
"""Poses in which short arms would hide the face."""

BEND = 7.0
"""Degrees by which joints differ from their pose, at most."""


def skin_and_hair(rng: Generator, kind: str) -> tuple[str, Hair]:
    skin = pick(rng, list(SKINS))
    old = () if kind != "child" else ("grey", "white")
    colour = pick(rng, [colour for colour in HAIRS if (skin, colour) not in ALIKE and colour not in old])
    style = pick_by(rng, HAIR_STYLES[kind])
    length = pick_by(rng, HAIR_LENGTHS[kind])
    beard = kind == "man" and chance(rng, BEARDED + 0.4 * (style == "bald"))
    return skin, Hair(style, colour, length, beard)


def face(rng: Generator) -> Face:
    return Face(pick(rng, list(EYES)), pick_by(rng, {name: FACES[name] for name in EXPRESSIONS}))


def dress(rng: Generator, kind: str) -> Dress:
    worn = {name: cut.worn_by[kind] for name, cut in DRESSES.items() if kind in cut.worn_by}
    pattern = pick_by(rng, {name: FABRICS[name] for name in PATTERNS})
    return Dress(pick_by(rng, worn), pick(rng, list(COLOURS)), pattern)


def gestures_of(kind: str, gestures: Mapping[str, float]) -> Mapping[str, float]:
    return {pose: share for pose, share in gestures.items() if pose not in TOO_HIGH.get(kind, ())}


def arms(rng: Generator, gestures: Mapping[str, float]) -> tuple[Arm, Arm]:
    """Both, empty-handed."""
    left, right = (Arm(pick_by(rng, gestures), bends(rng)) for _ in SIDES)
    return left, right


def bends(rng: Generator) -> tuple[float, float]:
    shoulder, elbow = rng.uniform(-BEND, BEND, 2).round(1).tolist()
    return shoulder, elbow


def holding(rng: Generator, kinds: Mapping[str, float], holder: str, beside: str) -> Arm:
    """An arm with something in its hand, in another colour than what it is held before."""
    kind = pick_by(rng, kinds)
    poses = [pose for pose in CARRIED[kind] if pose not in TOO_HIGH.get(holder, ())]
    colour = pick(rng, [colour for colour in COLOURS if colour != beside])
    return Arm(pick(rng, poses), bends(rng), Held(kind, colour))
