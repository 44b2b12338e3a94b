"""Prompt editing: `[from:to:when]` and `[this|that]` → which text holds until which step.

The grammar is context-free and its brackets pair in one way only, so one pass with a stack of open brackets
reads it: no backtracking, no recursion, whatever the length or depth.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias, TypeVar

TOKEN = re.compile(r"\\.|[\[\]():|]|[^\\\[\]():|]++", re.DOTALL)
NUMBER = re.compile(r"\s*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*")

Held = TypeVar("Held")

Boundary: TypeAlias = Callable[[str], int]
"""A number as written → the last step of the first text, at most the number of steps; below 1 never."""


class Entry(NamedTuple):
    """A text and the last step that it holds for, counted from 1."""

    end: int
    text: str


@dataclass(frozen=True, eq=False)
class Switch:
    """`[before:after:when]`."""

    before: "Items"
    after: "Items"
    until: int

    @property
    def branches(self) -> Sequence["Items"]:
        return self.before, self.after

    def at(self, step: int) -> "Items":
        return self.before if step <= self.until else self.after

    def ends(self, steps: int) -> Sequence[int]:
        return (self.until,) if 1 <= self.until <= steps else ()


@dataclass(frozen=True, eq=False)
class Alternation:
    """`[one|two|…]`: the next one at every step."""

    branches: Sequence["Items"]

    def at(self, step: int) -> "Items":
        return self.branches[(step - 1) % len(self.branches)]

    def ends(self, steps: int) -> Sequence[int]:
        return range(1, steps + 1)


Item: TypeAlias = "str | Switch | Alternation | Items"
Items: TypeAlias = "list[Item]"


def schedule(text: str, steps: int, *, base_steps: int | None = None, old: bool = False) -> tuple[Entry, ...]:
    """The texts of a prompt in time: ends rise strictly, the last is the number of steps.

    steps       how many the schedule is made for, ≥ 1 (webui: twice the steps for second-order samplers)
    base_steps  for a second pass: how many the first had, whose end is time 0 here
    old         the rule of webui before 1.6: below 1 a share, else a step, in both passes of the first's steps

    Of a number with a point, 1.0 is the whole pass; a whole number is a step. A prompt that cannot be read as
    a schedule holds as it stands. Where a schedule is followed by a bracket or colon that belongs to nothing, it is
    a schedule all the same (the reference is undecided there: Q-8).
    """
    if old and base_steps is not None:
        steps, base_steps = base_steps, None
    items = _parse(text, _boundary_rule(steps, base_steps, old))
    if items is None:
        return (Entry(steps, text),)
    ends = {steps}.union(*(change.ends(steps) for change in _changes(items)))
    return tuple(Entry(end, _text_at(items, end)) for end in sorted(ends))


def active(entries: Sequence[tuple[int, Held]], counter: int) -> Held:
    """Of (end, what holds until there), what holds at a step counted from 1; past the last end the first again.

    The reference counts calls from 0 instead, so that its first text holds for one call more (Q-1).
    """
    return next((held for end, held in entries if end >= counter), entries[0][1])


def _boundary_rule(steps: int, base_steps: int | None, old: bool) -> Boundary:
    def boundary(written: str) -> int:
        number = float(written)
        if old:
            step = number * steps if number < 1 else number
        elif "." in written:
            step = (number - (base_steps is not None)) * steps
        else:
            step = number - (base_steps or 0)
        return int(max(0, min(steps, step)))

    return boundary


@dataclass
class _Bracket:
    """A bracket still open, and what stands in it so far, parted at colons and bars."""

    opener: str
    boundary: Boundary
    parts: list[Items] = field(default_factory=lambda: [[]])
    colons: int = 0
    bars: int = 0

    def part(self, separator: str) -> None:
        self.parts.append([])
        self.colons += separator == ":"
        self.bars += separator == "|"

    def closed(self, closer: str) -> "Item | None":
        """What the bracket is, now that it ends; None if it is no group of this grammar."""
        match self.opener + closer, self.colons, self.bars:
            case ("()", 0 | 1, 0) | ("[]", 0, 0):
                return [*self.spilled(), closer]
            case "[]", 1 | 2, 0:
                return self._switch()
            case "[]", 0, _:
                return Alternation(self.parts)
        return None

    def spilled(self) -> Items:
        """Opener and parts as they were written, colons between."""
        return [self.opener, self.parts[0], *(item for part in self.parts[1:] for item in (":", part))]

    def _switch(self) -> Switch | None:
        *texts, when = self.parts
        number = NUMBER.fullmatch(when[0]) if len(when) == 1 and isinstance(when[0], str) else None
        if number is None:
            return None
        before, after = texts if len(texts) == 2 else ([], texts[0])
        return Switch(before, after, self.boundary(number[1]))


def _parse(text: str, boundary: Boundary) -> "Items | None":
    """The prompt as items; None where it cannot be read: a bar outside an alternation, a backslash at the end."""
    top: Items = []
    brackets: list[_Bracket] = []
    end = 0
    for token in TOKEN.finditer(text):
        word, end = token[0], token.end()
        here = brackets[-1].parts[-1] if brackets else top
        if word in ("(", "["):
            brackets.append(_Bracket(word, boundary))
        elif brackets and word in (":", "|"):
            brackets[-1].part(word)
        elif brackets and word in (")", "]"):
            group = brackets[-1].closed(word)
            if group is not None:
                brackets.pop()
                (brackets[-1].parts[-1] if brackets else top).append(group)
            elif not _spill(brackets, top):
                return None
            else:
                top.append(word)
        elif word == "|":
            return None
        else:
            here.append(word)
    return top if _spill(brackets, top) and end == len(text) else None


def _spill(brackets: list[_Bracket], top: Items) -> bool:
    """Open brackets that turn out to enclose nothing become text; False if a bar would be left outside."""
    if any(bracket.bars for bracket in brackets):
        return False
    top.extend(item for bracket in brackets for item in bracket.spilled())
    brackets.clear()
    return True


def _changes(items: Items) -> Iterator[Switch | Alternation]:
    """Every switch and alternation, those inside others included."""
    waiting: Items = [items]
    while waiting:
        match waiting.pop():
            case list() as inner:
                waiting.extend(inner)
            case Switch() | Alternation() as change:
                yield change
                waiting.extend(change.branches)


def _text_at(items: Items, step: int) -> str:
    texts: list[str] = []
    waiting: Items = [items]
    while waiting:
        match waiting.pop():
            case str() as text:
                texts.append(text)
            case list() as inner:
                waiting.extend(reversed(inner))
            case Switch() | Alternation() as change:
                waiting.append(change.at(step))
    return "".join(texts)
