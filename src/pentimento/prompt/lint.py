"""What is untidy in a prompt: it is read all the same, as documented, and here is what a person may not expect."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from pentimento.prompt.comments import LINE, REST_OF_LINE
from pentimento.prompt.composition import AND, NUMBER
from pentimento.prompt.networks import TAG
from pentimento.prompt.schedule import NUMBER as WHEN
from pentimento.words.compat import Compat

SHOWN = 5
"""Remarks on one prompt that are worth reading."""
AROUND = 15

TOKEN = re.compile(r"\\.|[\[\]():|]|[^\\\[\]():|]++", re.DOTALL)
SPECIAL = frozenset("()[]:|")
OPENERS = {")": "(", "]": "["}
LONE_BACKSLASH = re.compile(r"(?<!\\)(?:\\\\)*+\\\Z")
OPEN_TAG = re.compile(r"<(?:lora|lyco):[^>]*$")
LIKE_WEIGHT = re.compile(r"[+-]?[\d.,]+")
WEIGHT = re.compile(r"[+-]?[\d.]+")
NEARLY_NUMBER = re.compile(r"[+-]?\d*(?:\s?[,;]\s?\d+)?|[+-]?[\d.]+\s?[%x×]")


class Remark(NamedTuple):
    """What is untidy, and where: characters counted from 0."""

    place: int
    text: str


def lint(prompt: str, negative_prompt: str, *, steps: int, comments: bool, switches: Compat) -> tuple[str, ...]:
    """Warnings on both prompts as they were written, each with the place it is about.

    steps     length of the schedule that prompt editing refers to
    comments  whether `#` starts a comment
    """
    said: list[str] = []
    for name, text, negative in (("prompt", prompt, False), ("negative prompt", negative_prompt, True)):
        remarks = sorted(_remarks(text, steps, comments, switches, negative))
        said += [f"{name}, character {at + 1}, near {_excerpt(text, at)!r}: {what}" for at, what in remarks[:SHOWN]]
        if len(remarks) > SHOWN:
            said.append(f"{name}: {len(remarks) - SHOWN} more places like these")
    return tuple(said)


def _excerpt(text: str, place: int) -> str:
    start, end = max(0, place - AROUND), place + AROUND
    inside = " ".join(text[start:end].split())
    return f"{'…' if start else ''}{inside}{'…' if end < len(text) else ''}"


def _remarks(text: str, steps: int, comments: bool, switches: Compat, negative: bool) -> Iterator[Remark]:
    if comments:
        text = (REST_OF_LINE if switches.comments_anywhere else LINE).sub(_blank, text)
    tags = [match.start() for match in TAG.finditer(text, 0, text.rfind(">") + 1)]
    plain = TAG.sub(_blank, text) if tags else text
    groups = _Groups(plain)
    yield from groups.astray
    yield from _editing(plain, groups, steps)
    yield from _weights(plain, groups)
    yield from _composition(plain, switches, negative)
    yield from _networks(plain, tags, groups, negative)


def _blank(match: re.Match[str]) -> str:
    """Spaces in its place, so that all else stays where it was."""
    return re.sub(r"[^\n]", " ", match[0])


@dataclass
class Group:
    """A bracket that is closed: where it starts, ends, and is parted."""

    start: int
    end: int = -1
    colons: list[int] = field(default_factory=list)
    bars: list[int] = field(default_factory=list)


class _Groups:
    """The brackets of a prompt, by kind, in the order of their closing; and what belongs to none."""

    def __init__(self, text: str) -> None:
        self.round: list[Group] = []
        self.square: list[Group] = []
        self.bars: list[int] = []
        self.astray: list[Remark] = []
        self._read(text)

    def _read(self, text: str) -> None:
        opened: dict[str, list[Group]] = {"(": [], "[": []}
        for token in TOKEN.finditer(text):
            word, place = token[0], token.start()
            if word in opened:
                opened[word].append(Group(place))
            elif word not in SPECIAL:
                continue
            elif word in OPENERS and not opened[OPENERS[word]]:
                self.astray.append(Remark(place, f"{word!r} closes nothing and is read as text"))
            elif word in OPENERS:
                group = opened[OPENERS[word]].pop()
                group.end = place
                if (inner := _innermost(opened)) is None or inner.start < group.start:
                    (self.round if word == ")" else self.square).append(group)
                else:
                    self.astray.append(Remark(place, f"{word!r} closes across another bracket that is still open"))
                    self.bars += group.bars
            elif word == ":":
                if inner := _innermost(opened):
                    inner.colons.append(place)
            else:
                inner = _innermost(opened)
                (inner.bars if inner and text[inner.start] == "[" else self.bars).append(place)
        for word, groups in opened.items():
            self.bars += [bar for group in groups for bar in group.bars]
            if groups:
                self.astray.append(Remark(groups[0].start, _unclosed(word, len(groups))))


def _innermost(opened: Mapping[str, list[Group]]) -> Group | None:
    return max((groups[-1] for groups in opened.values() if groups), key=lambda group: group.start, default=None)


def _unclosed(word: str, count: int) -> str:
    effect = "stronger" if word == "(" else "weaker"
    others = f", nor are {count - 1} more" if count > 1 else ""
    return f"{word!r} is never closed{others}: all after it is {effect}"


def _editing(text: str, groups: _Groups, steps: int) -> Iterator[Remark]:
    changes = 0
    for group in groups.square:
        if group.bars and group.colons:
            groups.bars += group.bars
        elif group.bars:
            changes += 1
        elif len(group.colons) in (1, 2):
            written = text[group.colons[-1] + 1 : group.end]
            number = WHEN.fullmatch(written)
            changes += number is not None
            what = _switch(number[1], steps) if number else _no_number(written, len(group.colons))
            if what:
                yield Remark(group.start, what)
        elif group.colons:
            yield Remark(group.start, "more than two colons in [ ]: read as text, weakened")
    if changes and groups.bars:
        yield Remark(min(groups.bars), "'|' stands outside [one|other]: no prompt editing is read in the whole prompt")
    elif changes and LONE_BACKSLASH.search(text):
        yield Remark(len(text) - 1, "a lone backslash at the end: no prompt editing is read in the whole prompt")


def _no_number(written: str, colons: int) -> str:
    shown = written.strip()[:20]
    if colons == 1 and not NEARLY_NUMBER.fullmatch(written.strip()):
        return f"{shown!r} is no step at which [text:when] could begin: read as text, weakened"
    return f"{shown!r} is no step at which [from:to:when] could switch: read as text, weakened"


def _switch(written: str, steps: int) -> str:
    number = float(written)
    share = "." in written
    if number >= (1 if share else steps):
        return f"never switches: {written} is the end of the {steps} steps" + _than(share)
    if int(number * steps if share else number) < 1:
        return f"switches before the first step: the text before never holds (at {written} of {steps} steps)"
    if written.strip("+") == "1":
        return "switches after one step: 1 is a step, and 1.0 would be the whole way"
    return ""


def _than(share: bool) -> str:
    return "; write a share below 1, such as 0.5" if share else "; write an earlier step, or a share such as 0.5"


def _weights(text: str, groups: _Groups) -> Iterator[Remark]:
    """Round brackets whose weight looks like one and is none."""
    for group in groups.round:
        if group.colons:
            written = text[group.colons[-1] + 1 : group.end].strip()
            if not WEIGHT.fullmatch(written) and NEARLY_NUMBER.fullmatch(written):
                shown = written or "nothing"
                yield Remark(group.colons[-1], f"{shown} is no weight and is read as text; write one as (text:1.2)")


def _composition(text: str, switches: Compat, negative: bool) -> Iterator[Remark]:
    ands = list(AND.finditer(text))
    if negative:
        yield from (Remark(match.start(), "AND is only a word in a negative prompt") for match in ands[:1])
        return
    starts, ends = [0, *(match.end() for match in ands)], [*(match.start() for match in ands), len(text)]
    for start, end in zip(starts, ends, strict=True):
        part = text[start:end]
        before, colon, number = part.rpartition(":")
        place = start + len(before)
        if ands and not part.strip():
            yield Remark(min(start, len(text) - 1), "nothing stands on this side of AND: it counts as an empty prompt")
        elif colon and NUMBER.fullmatch(number.strip()) and not ands:
            told = f"{number.strip()} weighs the whole prompt" if switches.trailing_weight else "it is read as text"
            yield Remark(place, f"a number after a colon is a weight only beside AND: {told}")
        elif colon and ands and LIKE_WEIGHT.fullmatch(number.strip()) and not NUMBER.fullmatch(number.strip()):
            yield Remark(place, f"{number.strip()} is no weight and is read as text; write one as :0.5")


def _networks(text: str, tags: Sequence[int], groups: _Groups, negative: bool) -> Iterator[Remark]:
    if open_tag := OPEN_TAG.search(text, max(text.rfind("<"), 0)):
        yield Remark(open_tag.start(), "'<' is never closed: no network is loaded; write <lora:NAME:0.8>")
    if negative:
        yield from (
            Remark(place, "networks are taken from the prompt only; this one is left out") for place in tags[:1]
        )
        return
    change = [0] * (len(text) + 1)
    for group in groups.square:
        if group.colons or group.bars:
            change[group.start] += 1
            change[group.end] -= 1
    depth = list(accumulate(change)) if tags else []
    yield from (
        Remark(place, "a network holds at every step, whatever the [ ] around it says")
        for place in tags
        if depth[place]
    )
