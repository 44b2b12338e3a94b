"""Untidy prompts are read all the same, and each oddity is pointed at."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pentimento.prompt.lint import SHOWN, lint
from pentimento.words.compat import NONE, WEBUI

UNTIDY = {
    # prompt                    (character, a word of the warning)
    "a (cat": (3, "never closed"),
    "a [[cat": (3, "nor are 1 more"),
    "a cat)": (6, "closes nothing"),
    "smile :)": (8, "closes nothing"),
    "a (b [c) d]": (8, "across"),
    "see [cat:dog:x]": (5, "'x' is no step"),
    "see [cat:dog]": (5, "'dog' is no step"),
    "[a:b:c:d:0.5]": (1, "more than two colons"),
    "[a:b:1.0]": (1, "never switches"),
    "[a:b:25]": (1, "end of the 20 steps"),
    "[a:1.2]": (1, "never switches"),
    "[a:b:1]": (1, "1 is a step"),
    "[a:b:0]": (1, "before the first step"),
    "[a|b] | [c:d:0.5]": (7, "outside [one|other]"),
    "[a:b:0.5] \\": (11, "backslash"),
    "(sea:1,2)": (5, "1,2 is no weight"),
    "(sea:)": (5, "no weight"),
    "(sea:120%)": (5, "no weight"),
    "a ratio 16:9": (11, "only beside AND"),
    "a cat AND": (9, "nothing stands on this side"),
    "a AND b:1.2.3": (8, "1.2.3 is no weight"),
    "[<lora:x:1>:b:0.5]": (2, "at every step"),
    "a cat <lora:x": (7, "never closed"),
}

TIDY = (
    "",
    "a (cat:1.2), [dog], ((bird)), \\(literal\\), a BREAK b",
    "[a:b:0.5] and [c:10] and [d::0.25] and [e|f|g]",
    "[ratio 16:9]",
    "a AND b:0.6 AND c :1.2",
    "one | two",
    "see: the sea",
    "# (a comment\na cat",
    "<lora:x:0.8> a cat",
)


def said(prompt: str = "", negative: str = "", switches=NONE):
    return lint(prompt, negative, steps=20, comments=True, switches=switches)


@pytest.mark.parametrize("prompt", UNTIDY)
def test_a_warning_points_at_the_place(prompt):
    character, word = UNTIDY[prompt]
    (warning,) = said(prompt)
    assert warning.startswith(f"prompt, character {character}, near ")
    assert word in warning


@pytest.mark.parametrize("prompt", TIDY)
def test_tidy_prompts_are_not_remarked_on(prompt):
    assert said(prompt) == ()


def test_the_warning_shows_what_is_around_the_place():
    assert "near '…s and dogs and (cats and more…'" in said("many cats and dogs and (cats and more cats")[0]


def test_what_only_the_prompt_can_say_is_remarked_on_in_a_negative_prompt():
    warnings = said(negative="a AND b <lora:x:1>")
    assert [warning.startswith("negative prompt, character ") for warning in warnings] == [True, True]
    assert "only a word" in warnings[0]
    assert "left out" in warnings[1]


def test_a_trailing_number_is_told_as_it_is_read():
    assert "weighs the whole prompt" in said("16:9", switches=WEBUI)[0]
    assert "read as text" in said("16:9")[0]


def test_a_comment_anywhere_is_none_unless_it_is_read_as_one():
    assert said("a # (b", switches=WEBUI) == ()
    assert len(said("a # (b")) == 1


def test_many_remarks_are_cut_short():
    warnings = said("a) " * 20)
    assert len(warnings) == SHOWN + 1
    assert warnings[-1] == f"prompt: {20 - SHOWN} more places like these"


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="()[]:|\\<>#AND lora0.5,\n", max_size=60), st.sampled_from([NONE, WEBUI]))
@example("AND", NONE)
@example("(" * 100_000, NONE)
@example("(a:" + " " * 100_000 + "x)", NONE)
@example("[<lora:a:1>:b:0.5]" * 5_000, NONE)
@example("\\" * 100_000, NONE)
def test_any_text_can_be_looked_at(text, switches):
    for warning in said(text, text, switches):
        assert "prompt" in warning
