"""Emphasis: `(more)`, `[less]`, `(so much:1.3)` and BREAK → fragments with weights, and back."""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TypeAlias

import numpy as np

from pentimento.words.choices import Emphasis
from pentimento.words.errors import PromptError

STRONGER = 1.1
FACTORS = {"(": STRONGER, "[": 1 / STRONGER}
OPENERS = {")": "(", "]": "["}

TOKEN = re.compile(
    r"""
    \\ [()\[\]\\]?                              # a bracket or backslash taken literally; else the backslash is dropped
  | [(\[)\]]
  | : \s*+ (?P<weight> [+-]? [\d.]++ ) \s*+ \)  # closes a round bracket with a weight
  | :
  | [^\\()\[\]:]++
    """,
    re.VERBOSE,
)
BREAK = re.compile(r"\bBREAK\b")
SPECIAL = re.compile(r"[\\()\[\]]|(?<=B)(?=REAK)")


@dataclass(frozen=True)
class Fragment:
    """Text of one weight; 1 is plain, more is stronger, negative is against."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True)
class Break:
    """The word BREAK: what follows begins a new chunk of 75 tokens."""


Piece: TypeAlias = Fragment | Break


def read_emphasis(text: str, mode: Emphasis, *, break_in_brackets: bool) -> tuple[Piece, ...]:
    """The pieces of a prompt under an emphasis mode; under `None` nothing is parsed, BREAK included."""
    if mode is Emphasis.NONE:
        return (Fragment(text),)
    return parse_emphasis(text, break_in_brackets=break_in_brackets)


def parse_emphasis(text: str, *, break_in_brackets: bool = True) -> tuple[Piece, ...]:
    r"""Fragments with their weights, in order; never empty, and neighbours of one weight are one fragment.

    `(…)` multiplies by 1.1, `[…]` by 1/1.1, `(…:w)` by w; a bracket left open reaches to the end, one that closes
    nothing is text; `\` before a bracket or backslash makes it text.

    break_in_brackets  BREAK inside brackets is a break too; else it becomes the word with a negative weight
    raises             PromptError for a weight that is no finite number, such as `(a:1.2.3)`
    """
    pieces: list[str | Break] = []
    spans: list[tuple[int, int, float]] = []  # from piece, to piece (exclusive), factor: in the order of closing
    opened: dict[str, list[int]] = {"(": [], "[": []}

    for token in TOKEN.finditer(text):
        word = token[0]
        if word in opened:
            opened[word].append(len(pieces))
        elif token["weight"] and opened["("]:
            spans.append((opened["("].pop(), len(pieces), _weight(token)))
        elif word in OPENERS and opened[OPENERS[word]]:
            opener = OPENERS[word]
            spans.append((opened[opener].pop(), len(pieces), FACTORS[opener]))
        elif word[0] == "\\":
            pieces.append(word[1:])
        else:
            pieces.extend(_split_at_breaks(word))

    spans += [(start, len(pieces), FACTORS[opener]) for opener, starts in opened.items() for start in starts]
    weighted = zip(pieces, _weights(pieces, spans), strict=True)
    return tuple(_merged(weighted, break_in_brackets)) or (Fragment(""),)


def print_emphasis(pieces: Iterable[Piece]) -> str:
    r"""A prompt that `parse_emphasis` reads as these pieces; weights must be finite.

    Whatever `parse_emphasis` returned comes back equal. Brackets and backslashes are escaped; the word BREAK
    as text is written `B\REAK`.
    """
    pieces = tuple(pieces)
    if pieces == (Fragment(""),):
        return ""
    weight = 1.0
    heavy: list[tuple[float, Piece]] = []
    for piece in pieces:
        weight = piece.weight if isinstance(piece, Fragment) else weight
        heavy.append((weight, piece))
    return "".join(_bracketed(weight, [p for _, p in run]) for weight, run in groupby(heavy, key=lambda pair: pair[0]))


def _weight(token: re.Match[str]) -> float:
    try:
        weight = float(token["weight"])
    except ValueError:
        weight = math.nan
    if math.isfinite(weight):
        return weight
    place = token.start("weight")
    around = token.string[max(0, place - 20) : token.end()]
    raise PromptError(
        f"the weight {token['weight']} is not a number: {around} (character {place + 1} of the prompt)",
        r"Write a number, as in (text:1.2), or \) for a bracket that is text.",
    )


def _split_at_breaks(run: str) -> Iterator[str | Break]:
    """The run's texts with a Break between each two; the space around BREAK is dropped."""
    first, *rest = BREAK.split(run)
    for text in rest:
        yield first.rstrip()
        yield Break()
        first = text.lstrip()
    yield first


def _weights(pieces: list[str | Break], spans: list[tuple[int, int, float]]) -> list[float]:
    """One weight a piece: texts begin at 1 and breaks at −1, then each bracket multiplies what it holds.

    The order of multiplication decides the last digit, so it is kept; hence the array, for brackets nested
    ten thousand deep.
    """
    weights = np.array([-1.0 if isinstance(piece, Break) else 1.0 for piece in pieces])
    with np.errstate(all="ignore"):
        for start, end, factor in spans:
            weights[start:end] *= factor
    return weights.tolist()


def _merged(weighted: Iterable[tuple[str | Break, float]], break_in_brackets: bool) -> Iterator[Piece]:
    def key(pair: tuple[str | Break, float]) -> float | None:
        piece, weight = pair
        return None if isinstance(piece, Break) and (break_in_brackets or weight == -1) else weight

    for weight, run in groupby(weighted, key):
        if weight is None:
            yield from (Break() for _ in run)
        else:
            yield Fragment("".join("BREAK" if isinstance(piece, Break) else piece for piece, _ in run), weight)


def _bracketed(weight: float, pieces: list[Piece]) -> str:
    if pieces == [Fragment("", weight)]:
        return rf"(\:{_digits(weight)})"  # an empty bracket would hold no fragment at all
    text = "".join(_printed(piece, i > 0, i < len(pieces) - 1) for i, piece in enumerate(pieces))
    return text if weight == 1 else f"({text}:{_digits(weight)})"


def _printed(piece: Piece, after_break: bool, before_break: bool) -> str:
    """A backslash before or after white space keeps it from being dropped beside BREAK."""
    if isinstance(piece, Break):
        return " BREAK "
    text = SPECIAL.sub(lambda special: "\\" + special[0], piece.text)
    head = "\\" if after_break and text[:1].isspace() else ""
    tail = "\\" if before_break and text[-1:].isspace() else ""
    return head + text + tail


def _digits(weight: float) -> str:
    """The shortest decimal that reads back as this weight, without an exponent."""
    return f"{Decimal(repr(weight)):f}"
