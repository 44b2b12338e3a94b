from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pentimento.prompt.emphasis import Break, Fragment, Piece, parse_emphasis, print_emphasis, read_emphasis
from pentimento.words.choices import Emphasis
from pentimento.words.errors import PromptError

LESS = 0.9090909090909091
BREAK = Break()

# fmt: off
WORKED = [  # prompt, pieces as (text, weight) or BREAK: the worked examples of the reference
    ("a cat", [("a cat", 1)]),
    ("(a) cat", [("a", 1.1), (" cat", 1)]),
    ("((a)) cat", [("a", 1.2100000000000002), (" cat", 1)]),
    ("(((a))) cat", [("a", 1.3310000000000004), (" cat", 1)]),
    ("[a] cat", [("a", LESS), (" cat", 1)]),
    ("[[a]] cat", [("a", 0.8264462809917354), (" cat", 1)]),
    ("(a:1.5) cat", [("a", 1.5), (" cat", 1)]),
    ("(a: 1.2 )", [("a", 1.2)]),
    ("(a:+1.2)", [("a", 1.2)]),
    ("(a:-1)", [("a", -1)]),
    ("(a:.5)", [("a", 0.5)]),
    ("(a:2.)", [("a", 2)]),
    ("(a :1.3)", [("a ", 1.3)]),
    ("(a:1.2:1.3)", [("a:1.2", 1.3)]),
    ("(a:b:1.3)", [("a:b", 1.3)]),
    ("((a:1.2) b:1.5)", [("a", 1.7999999999999998), (" b", 1.5)]),
    ("([a])", [("a", 1)]),
    ("[(a:2)]", [("a", 1.8181818181818181)]),
    ("(a [b] c)", [("a ", 1.1), ("b", 1), (" c", 1.1)]),
    ("a (b", [("a ", 1), ("b", 1.1)]),
    ("a b)", [("a b)", 1)]),
    ("[a", [("a", LESS)]),
    ("a]", [("a]", 1)]),
    ("(a:1.2", [("a:1.2", 1.1)]),
    ("a:1.2)", [("a:1.2)", 1)]),
    (r"\(a\)", [("(a)", 1)]),
    (r"\\(a)", [("\\", 1), ("a", 1.1)]),
    (r"a\b", [("ab", 1)]),
    (r"(a\:1.2)", [("a", 1.2)]),
    (r"(a\):1.4)", [("a)", 1.4)]),
    ("()", [("", 1)]),
    ("(:1.5)", [("", 1)]),
    ("(a:)", [("a:", 1.1)]),
    ("(a:1,5)", [("a:1,5", 1.1)]),
    ("((a):1.2)", [("a", 1.32)]),
    ("(a:1.2)b)", [("a", 1.2), ("b)", 1)]),
    ("(a:1.2]", [("a:1.2]", 1.1)]),
    ("(a)(b)", [("ab", 1.1)]),
    ("(a (b (c)))", [("a ", 1.1), ("b ", 1.2100000000000002), ("c", 1.3310000000000004)]),
    ("a BREAK b", [("a", 1), BREAK, ("b", 1)]),
    ("a\nBREAK\nb", [("a", 1), BREAK, ("b", 1)]),
    ("aBREAK b", [("aBREAK b", 1)]),
    ("BREAK", [("", 1), BREAK, ("", 1)]),
    ("a BREAK BREAK b", [("a", 1), BREAK, ("", 1), BREAK, ("b", 1)]),
    ("(a BREAK b:1.2)", [("a", 1.2), ("BREAK", -1.2), ("b", 1.2)]),
    ("", [("", 1)]),
    (
        "(1girl:1.21), [blurry], (art by (x:1.3):0.8)",
        [("1girl", 1.21), (", ", 1), ("blurry", LESS), (", ", 1), ("art by ", 0.8), ("x", 1.04)],
    ),
]
# fmt: on


def pieces_of(rows) -> tuple[Piece, ...]:
    return tuple(row if isinstance(row, Break) else Fragment(*row) for row in rows)


@pytest.mark.parametrize(("prompt", "rows"), WORKED)
def test_every_worked_example_is_read_as_the_reference_reads_it(prompt, rows):
    assert parse_emphasis(prompt, break_in_brackets=False) == pieces_of(rows)


@pytest.mark.parametrize(("prompt", "rows"), WORKED)
def test_the_mended_reading_differs_only_where_break_stands_in_brackets(prompt, rows):
    differs = parse_emphasis(prompt) != pieces_of(rows)
    assert differs == (prompt == "(a BREAK b:1.2)")


def test_break_in_brackets_is_a_break():
    assert parse_emphasis("((a BREAK b:2))") == pieces_of([("a", 2.2), BREAK, ("b", 2.2)])


@pytest.mark.parametrize("written", ["1.2.3", ".", "+..5", "9" * 400])
def test_a_weight_that_is_no_number_is_an_error_that_shows_value_and_place(written):
    with pytest.raises(PromptError) as caught:
        parse_emphasis(f"a red (scarf:{written}) on")
    assert f"the weight {written} " in caught.value.message
    assert f"(scarf:{written})" in caught.value.message
    assert "character 14 " in caught.value.message


def test_digits_and_dots_outside_brackets_are_text():
    assert parse_emphasis("a:1.2.3)") == pieces_of([("a:1.2.3)", 1)])


def test_brackets_of_two_kinds_may_cross():
    assert parse_emphasis("(a[b)c]") == pieces_of([("a", 1.1), ("b", 1.1 * (1 / 1.1)), ("c", 1 / 1.1)])


def test_without_emphasis_every_character_is_text():
    prompt = r"(a:1.2.3) \[b] BREAK"
    assert read_emphasis(prompt, Emphasis.NONE, break_in_brackets=False) == (Fragment(prompt),)


@pytest.mark.parametrize("mode", [Emphasis.ORIGINAL, Emphasis.NO_NORM, Emphasis.IGNORE])
def test_all_other_modes_parse_the_brackets(mode):
    assert read_emphasis("(a)", mode, break_in_brackets=True) == (Fragment("a", 1.1),)


LETTERS = st.sampled_from([*"ab ()[]:\\.12-\n", "BREAK", " BREAK ", ":1.3)", "(", "[", "\\"])
PROMPTS = st.lists(LETTERS, max_size=25).map("".join)


@settings(max_examples=50, deadline=None)
@given(PROMPTS, st.booleans())
def test_what_was_parsed_prints_to_a_prompt_that_parses_to_the_same(prompt, break_in_brackets):
    try:
        pieces = parse_emphasis(prompt, break_in_brackets=break_in_brackets)
    except PromptError:
        return
    assert parse_emphasis(print_emphasis(pieces), break_in_brackets=break_in_brackets) == pieces


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.text(), st.floats(-1e20, 1e20)), min_size=1))
def test_any_texts_with_any_weights_survive_print_and_parse(rows):
    by_weight = groupby(rows, key=lambda row: row[1])
    pieces = tuple(Fragment("".join(text for text, _ in run), weight) for weight, run in by_weight)
    assert parse_emphasis(print_emphasis(pieces)) == pieces


def test_a_printed_prompt_looks_as_a_person_would_write_it():
    assert print_emphasis(pieces_of([("a (big) ", 1), ("cat", 1.3)])) == r"a \(big\) (cat:1.3)"
    assert print_emphasis(parse_emphasis("a BREAK b")) == "a BREAK b"


@pytest.mark.parametrize(
    "prompt", ["(" * 10**5, "(a" * 25_000 + ")" * 25_000, "[" * 50_000 + "]" * 50_000, ":" * 10**5]
)
def test_a_hundred_thousand_characters_take_no_longer_than_a_blink(prompt):
    assert len(parse_emphasis(prompt)) >= 1


def test_a_long_run_of_spaces_and_breaks_is_read_at_once():
    assert parse_emphasis(" " * 10**5 + "x") == (Fragment(" " * 10**5 + "x"),)
    assert len(parse_emphasis("BREAK " * 16_000)) == 32_001
    assert parse_emphasis("\\a" * 50_000) == (Fragment("a" * 50_000),)
