"""Composition: `one AND other:0.6` → parts of the guidance sum, each with its weight."""

import re
from typing import NamedTuple

AND = re.compile(r"\bAND\b")
NUMBER = re.compile(r"[+-]?(?:\d+\.?|\d*\.\d+)")


class Part(NamedTuple):
    """A prompt of its own and its weight in the guidance sum; 1 is plain."""

    text: str
    weight: float = 1.0


def split_and(text: str, *, trailing_weight: bool) -> tuple[Part, ...]:
    """A positive prompt's parts, at least one.

    A part's weight stands at its end after a colon. Space at the end is dropped, space at the beginning kept.

    trailing_weight  a prompt without AND has a weight too, so that `ratio 16:9` weighs 9 (Q-2)
    """
    texts = AND.split(text)
    weighted = trailing_weight or len(texts) > 1
    return tuple(_part(text) if weighted else Part(text.rstrip()) for text in texts)


def _part(text: str) -> Part:
    before, colon, after = text.rpartition(":")
    number = after.strip()
    if colon and NUMBER.fullmatch(number):
        return Part(before.rstrip(), float(number))
    return Part(text.rstrip())
