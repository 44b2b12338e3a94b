"""What people say of figures and things: for each fact, its phrasings. Nothing here says what is not there."""

from collections.abc import Mapping
from typing import TypeAlias

from pentimento.starter.scenes.arms import POSES
from pentimento.starter.scenes.figure import SIDES, Arm, Dress, Face, Figure, Hair, Held
from pentimento.starter.scenes.scene import Thing

Sayings: TypeAlias = Mapping[str, tuple[str, ...]]
"""Fact → phrasings that follow a subject, as `with black hair`."""

KINDS: Sayings = {"woman": ("woman", "woman", "lady"), "man": ("man",), "child": ("child", "kid")}

NAMES: Sayings = {"hand fan": ("hand fan", "hand fan", "fan", "open hand fan")}
"""Other names of things; a thing's own name where there is none."""

STYLES: Sayings = {
    "flat": ("flat illustration", "flat colours", "flat picture book drawing"),
    "inked": ("ink outlines", "inked drawing", "picture book drawing with outlines", "line art"),
    "soft": ("soft shading", "soft illustration", "softly shaded picture book drawing"),
}
ANY_STYLE = ("picture book", "illustration", "simple drawing", "cartoon")

LIGHTS: Sayings = {
    "day": ("in daylight", "by day"),
    "morning": ("in the morning", "morning light"),
    "dusk": ("at dusk", "at sunset"),
    "evening": ("in the evening", "evening light"),
}

FRAMINGS: Sayings = {
    "half": ("half-length", "upper body", "portrait"),
    "full": ("full body", "full figure", "standing"),
}

EXPRESSIONS: Sayings = {
    "smiling": ("smiling", "with a smile", "happy"),
    "neutral": ("with a calm face", "calm"),
    "laughing": ("laughing", "with a big laugh"),
    "sad": ("sad", "with a sad face"),
    "surprised": ("surprised", "with a surprised face"),
}

SKINS: Sayings = {
    "fair": ("with fair skin", "pale"),
    "light": ("with light skin",),
    "tan": ("with tan skin", "tanned"),
    "brown": ("with brown skin",),
    "dark": ("with dark skin", "dark-skinned"),
}

PATTERNS: Sayings = {
    "plain": ("{colour} {dress}",),
    "stripes": ("striped {colour} {dress}", "{colour} {dress} with stripes", "{colour} {dress}"),
    "dots": ("dotted {colour} {dress}", "{colour} {dress} with dots", "{colour} {dress}"),
    "trim": ("{colour} {dress} with a golden trim", "{colour} {dress}"),
}

HAIR_STYLES: Sayings = {
    "straight": ("{length} {colour} hair", "{colour} hair", "{length} straight {colour} hair"),
    "curly": ("curly {colour} hair", "{length} curly {colour} hair", "{colour} curls"),
    "bun": ("{colour} hair in a bun", "a {colour} bun", "{colour} hair"),
    "ponytail": ("a {colour} ponytail", "{colour} hair in a ponytail", "{colour} hair"),
    "braid": ("a {colour} braid", "braided {colour} hair", "{colour} hair"),
}

BOTH: Sayings = {
    "on the hip": ("with hands on the hips",),
    "crossed": ("with arms before the body",),
    "high": ("with both arms raised",),
    "raised": ("waving with both hands", "with raised hands"),
    "out": ("with outstretched arms",),
    "down": ("with arms down",),
}
"""What is said where both arms do the same."""

HOLDING = ("holding a {thing}", "holding a {thing}", "with a {thing} in hand", "with a {thing}")


def hair(value: Hair) -> tuple[str, ...]:
    """As it follows `with`; a bald head is said otherwise."""
    beards = (f"a {value.colour} beard", "a beard") if value.beard else ()
    if value.style == "bald":
        return (*beards, "a bald head")
    forms = HAIR_STYLES[value.style]
    own = tuple(form.format(length=value.length, colour=value.colour) for form in forms)
    return (*own, *(f"{own[0]} and a beard" for _ in beards))


def dress(value: Dress) -> tuple[str, ...]:
    return tuple(form.format(colour=value.colour, dress=value.kind) for form in PATTERNS[value.pattern])


def face(value: Face) -> tuple[str, ...]:
    return () if value.spoilt else EXPRESSIONS[value.expression]


def held(value: Held) -> tuple[str, ...]:
    """With its colour and without."""
    names = NAMES.get(value.kind, (value.kind,))
    return (*names, *(f"{value.colour} {name}" for name in names))


def thing(value: Thing) -> str:
    return f"{value.colour} {value.kind}"


def gestures(figure: Figure) -> tuple[str, ...]:
    """What empty hands do; nothing where an arm is missing or hangs."""
    free = [arm for side in SIDES if (arm := figure.arm(side)) and not arm.held]
    if len(free) == 2 and free[0].pose == free[1].pose and free[0].pose in BOTH:
        return BOTH[free[0].pose]
    return tuple(phrase for arm in free for phrase in gesture(arm))


def gesture(arm: Arm) -> tuple[str, ...]:
    return POSES[arm.pose].phrases


def every_phrase() -> tuple[str, ...]:
    """All wordings of this file and the poses'."""
    tables = (KINDS, NAMES, STYLES, LIGHTS, FRAMINGS, EXPRESSIONS, SKINS, PATTERNS, HAIR_STYLES, BOTH)
    told = tuple(phrase for table in tables for phrases in table.values() for phrase in phrases)
    poses = tuple(phrase for pose in POSES.values() for phrase in pose.phrases)
    return (*told, *poses, *ANY_STYLE, *HOLDING, "a beard", "a bald head and", "wearing", "in", "with", "eyes")


def is_open(arm: Arm) -> bool:
    """Its fingers are spread."""
    return POSES[arm.pose].hand == "open"
