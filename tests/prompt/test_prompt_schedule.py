from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pentimento.prompt.schedule import NUMBER, Entry, active, schedule

# fmt: off
WORKED = [  # prompt, entries (end, text) at 20 steps: the worked examples of the reference
    ("[cat:dog:0.5]", [(10, "cat"), (20, "dog")]),
    ("a [cat:dog:10] x", [(10, "a cat x"), (20, "a dog x")]),
    ("[dog:0.25]", [(5, ""), (20, "dog")]),
    ("[:dog:0.25]", [(5, ""), (20, "dog")]),
    ("[dog::5]", [(5, "dog"), (20, "")]),
    ("[cat:dog:5.0]", [(20, "cat")]),
    ("[cat:dog:0]", [(20, "dog")]),
    ("[cat:dog:0.0]", [(20, "dog")]),
    ("[cat:dog:-5]", [(20, "dog")]),
    ("[cat:dog:0.04]", [(20, "dog")]),
    ("[cat:dog:1]", [(1, "cat"), (20, "dog")]),
    ("[cat:dog:1.0]", [(20, "cat")]),
    ("[cat:dog:20]", [(20, "cat")]),
    ("[cat:dog:25]", [(20, "cat")]),
    ("[cat:dog:5.5]", [(20, "cat")]),
    ("[cat:dog:0.999]", [(19, "cat"), (20, "dog")]),
    ("[cat:dog: 5 ]", [(5, "cat"), (20, "dog")]),
    ("[ cat : dog :5]", [(5, " cat "), (20, " dog ")]),
    ("[cat:dog:1e1]", [(10, "cat"), (20, "dog")]),
    ("[cat:dog:+5]", [(5, "cat"), (20, "dog")]),
    ("[cat:dog:05]", [(5, "cat"), (20, "dog")]),
    ("[cat:dog:x]", [(20, "[cat:dog:x]")]),
    ("[cat:dog]", [(20, "[cat:dog]")]),
    ("[a:b:0,5]", [(20, "[a:b:0,5]")]),
    ("[a:b:50%]", [(20, "[a:b:50%]")]),
    ("[cat:5]", [(5, ""), (20, "cat")]),
    ("[(cat:1.2):(dog:1.3):5]", [(5, "(cat:1.2)"), (20, "(dog:1.3)")]),
    ("[[cat:dog:5]:bird:10]", [(5, "cat"), (10, "dog"), (20, "bird")]),
    ("[cat:[dog:bird:10]:5]", [(5, "cat"), (10, "dog"), (20, "bird")]),
    ("[cat:[dog:bird:3]:8]", [(3, "cat"), (8, "cat"), (20, "bird")]),
    ("[a:b:5] [c:d:10]", [(5, "a c"), (10, "b c"), (20, "b d")]),
    ("[[[a]]:5]", [(5, ""), (20, "[[a]]")]),
    (r"[a\:b:c:5]", [(5, r"a\:b"), (20, "c")]),
    ("([a:b:5]:1.2)", [(5, "(a:1.2)"), (20, "(b:1.2)")]),
    ("(a [b:c:5]", [(5, "(a b"), (20, "(a c")]),
    ("[a:b:5", [(20, "[a:b:5")]),
    (r"\[a:b:5]", [(20, r"\[a:b:5]")]),
    ("a[b:c:2]d[e::4]f", [(2, "abdef"), (4, "acdef"), (20, "acdf")]),
    ("[a|b]", [(i, "ab"[(i - 1) % 2]) for i in range(1, 21)]),
    ("[a|b|c]", [(i, "abc"[(i - 1) % 3]) for i in range(1, 21)]),
    ("[fe|]male", [(i, "female" if i % 2 else "male") for i in range(1, 21)]),
    ("[a||b]", [(i, ("a", "", "b")[(i - 1) % 3]) for i in range(1, 21)]),
    ("[a|b:5]", [(20, "[a|b:5]")]),
    ("[[a|b]:c:10]", [(i, "ab"[(i - 1) % 2]) for i in range(1, 11)] + [(i, "c") for i in range(11, 21)]),
    ("[a:[b|c]:15]", [(i, "a") for i in range(1, 16)] + [(i, "bc"[(i - 1) % 2]) for i in range(16, 21)]),
    ("[a|b] [c|d|e]", [(i, f"{'ab'[(i - 1) % 2]} {'cde'[(i - 1) % 3]}") for i in range(1, 21)]),
    ("[a::b:5]", [(20, "[a::b:5]")]),
    ("[a:::5]", [(20, "[a:::5]")]),
    ("[:]", [(20, "[:]")]),
    ("[:5]", [(5, ""), (20, "")]),
    ("[::5]", [(5, ""), (20, "")]),
    ("[a:(b:5):10]", [(10, "a"), (20, "(b:5)")]),
    ("[a:b:5]:", [(5, "a:"), (20, "b:")]),
    ("[a:b:5]: x", [(5, "a: x"), (20, "b: x")]),
    ("[a:b:5])", [(5, "a)"), (20, "b)")]),
    ("[a:b:5]]", [(5, "a]"), (20, "b]")]),
]
# fmt: on


@pytest.mark.parametrize(("prompt", "entries"), WORKED)
def test_every_worked_example_changes_when_the_reference_changes(prompt, entries):
    assert schedule(prompt, 20) == tuple(entries)


@pytest.mark.parametrize(
    ("prompt", "first", "second"),
    [
        ("[a:b:0.5]", [(10, "a"), (20, "b")], [(10, "b")]),
        ("[a:b:1.5]", [(20, "a")], [(5, "a"), (10, "b")]),
        ("[a:b:25]", [(20, "a")], [(5, "a"), (10, "b")]),
    ],
)
def test_a_second_pass_goes_on_where_the_first_ended(prompt, first, second):
    assert schedule(prompt, 20) == tuple(first)
    assert schedule(prompt, 10, base_steps=20) == tuple(second)


def test_the_old_rule_takes_one_and_a_half_for_step_one_in_both_passes():
    assert schedule("[a:b:1.5]", 20, old=True) == ((1, "a"), (20, "b"))
    assert schedule("[a:b:1.5]", 10, base_steps=20, old=True) == ((1, "a"), (20, "b"))


def test_numbers_beyond_all_bounds_are_never_and_always():
    assert schedule("[a:b:1e999]", 20) == ((20, "a"),)
    assert schedule("[a:b:-1e999]", 20) == ((20, "b"),)


@pytest.mark.parametrize("prompt", ["[a:b:5] |", "(x|y) [a:b:5]", "[a:b:5] \\", "[a|b:5] [a:b:5]"])
def test_a_prompt_that_cannot_be_read_holds_as_it_stands(prompt):
    assert schedule(prompt, 20) == ((20, prompt),)


def test_the_first_text_holds_for_calls_zero_to_its_end_and_again_past_the_last():
    entries = schedule("[a:b:3]", 5)
    assert "".join(active(entries, counter) for counter in range(7)) == "aaaabba"


class Switch(NamedTuple):
    before: "Reading"
    after: "Reading"
    until: int


class Turns(NamedTuple):
    options: list["Reading"]


Reading: TypeAlias = list[str | Switch | Turns]
"""What a text may be read as."""

Read: TypeAlias = Iterator[tuple[Reading, int]]
"""Readings, each with the place where it ends."""


def readings(text: str) -> Iterator[Reading]:
    """Every reading of a text that the grammar allows, by trying all of them."""
    return (reading for reading, end in _run(text, 0, stray=True) if end == len(text))


def _run(text: str, at: int, stray: bool) -> Read:
    yield [], at
    for item, after in _item(text, at, stray):
        for rest, end in _run(text, after, stray):
            yield item + rest, end


def _item(text: str, at: int, stray: bool) -> Read:
    here, following = text[at : at + 1], text[at + 1 : at + 2]
    if here == "\\" and following:
        yield [here + following], at + 2
    if here and here not in "\\[]():|":
        yield [here], at + 1
    if stray and here and here in "[]():":
        yield [here], at + 1
    if here == "(":
        for parts, end in _parts(text, at + 1, ":"):
            if text[end : end + 1] == ")" and len(parts) <= 2:
                yield _group("(", parts, ")"), end + 1
    if here == "[":
        for parts, end in _parts(text, at + 1, "|"):
            if text[end : end + 1] == "]":
                yield [Turns(parts)] if len(parts) > 1 else _group("[", parts, "]"), end + 1
        for parts, end in _parts(text, at + 1, ":"):
            number = NUMBER.fullmatch("".join(map(str, parts[-1])))
            if text[end : end + 1] == "]" and len(parts) in (2, 3) and number:
                yield [Switch(parts[0] if len(parts) == 3 else [], parts[-2], int(float(number[1])))], end + 1


def _parts(text: str, at: int, separator: str) -> Iterator[tuple[list[Reading], int]]:
    for part, end in _run(text, at, stray=False):
        yield [part], end
        if text[end : end + 1] == separator:
            for parts, last in _parts(text, end + 1, separator):
                yield [part, *parts], last


def _group(opener: str, parts: list[Reading], closer: str) -> Reading:
    return [opener, *parts[0], *(item for part in parts[1:] for item in (":", *part)), closer]


def _changes(reading: Reading) -> int:
    """How many switches and alternations a reading has."""
    return sum(
        1 + sum(map(_changes, item.options if isinstance(item, Turns) else item[:2]))
        for item in reading
        if isinstance(item, Turns | Switch)
    )


def _at(reading: Reading, step: int) -> str:
    texts: list[str] = []
    for item in reading:
        match item:
            case str():
                texts.append(item)
            case Switch(before, after, until):
                texts.append(_at(before if step <= until else after, step))
            case Turns(options):
                texts.append(_at(options[(step - 1) % len(options)], step))
    return "".join(texts)


@settings(max_examples=50, deadline=None)
@given(st.text("[[[]]]:::||()a2\\", max_size=11))
def test_the_reading_is_the_one_with_the_most_changes_that_the_grammar_allows(prompt):
    best = max(readings(prompt), key=_changes, default=[prompt])
    entries = schedule(prompt, 4)
    assert [active(entries, step) for step in range(1, 5)] == [_at(best, step) for step in range(1, 5)]


@settings(max_examples=50, deadline=None)
@given(st.text("[]:|()ab0.25\\ "), st.integers(1, 30))
def test_ends_rise_and_the_last_is_the_number_of_steps(prompt, steps):
    ends = [entry.end for entry in schedule(prompt, steps)]
    assert ends == sorted({*ends})
    assert (min(ends) >= 1, max(ends)) == (True, steps)


@settings(max_examples=50, deadline=None)
@given(st.text("ab (){}.,:"))
def test_a_prompt_without_square_brackets_never_changes(prompt):
    assert schedule(prompt, 20) == (Entry(20, prompt),)


@pytest.mark.parametrize(
    "prompt",
    [
        "[" * 10**5,
        "[" * 50_000 + "]" * 50_000,
        "(a" * 33_000 + ")" * 33_000,
        "[a:" * 20_000 + "b" + ":3]" * 20_000,
        "[a|b]" * 20_000,
        "[a:b:3]" * 14_000,
        "[" + "|" * 10**5 + "]",
        "[a:b:" + "1" * 10**5 + "x]",
        "[a:b:" + " " * 10**5 + "]",
        "[(" * 25_000 + "])" * 25_000,
    ],
)
def test_a_hundred_thousand_characters_of_brackets_are_read_without_recursion(prompt):
    assert schedule(prompt, 5)[-1].end == 5
