import pytest

from pentimento.prompt.composition import split_and

WORKED = [  # prompt, parts (text, weight): the worked examples of the reference
    ("a AND b", [("a", 1), (" b", 1)]),
    ("a:1.2 AND b:0.8", [("a", 1.2), (" b", 0.8)]),
    ("a :-0.5 AND b", [("a", -0.5), (" b", 1)]),
    ("a AND", [("a", 1), ("", 1)]),
    ("(a AND b:1.2)", [("(a", 1), (" b:1.2)", 1)]),
    ("(a:1.2) AND b", [("(a:1.2)", 1), (" b", 1)]),
    ("a:1e2 AND b", [("a:1e2", 1), (" b", 1)]),
    ("[a AND b:c:5]", [("[a", 1), (" b:c:5]", 1)]),
    ("photo, ratio 16:9", [("photo, ratio 16", 9)]),
    ("[a:b:5] AND c:2", [("[a:b:5]", 1), (" c", 2)]),
    ("aANDb", [("aANDb", 1)]),
    ("a and b", [("a and b", 1)]),
    ("a : +2. AND b\n:\n.5 ", [("a", 2), (" b", 0.5)]),
]


@pytest.mark.parametrize(("prompt", "parts"), WORKED)
def test_every_worked_example_is_split_as_the_reference_splits_it(prompt, parts):
    assert split_and(prompt, trailing_weight=True) == tuple(parts)


@pytest.mark.parametrize(("prompt", "parts"), WORKED)
def test_the_mended_reading_differs_only_where_a_weight_stands_without_and(prompt, parts):
    differs = split_and(prompt, trailing_weight=False) != tuple(parts)
    assert differs == (prompt == "photo, ratio 16:9")


def test_without_and_a_number_at_the_end_is_text():
    assert split_and("photo, ratio 16:9", trailing_weight=False) == (("photo, ratio 16:9", 1),)


@pytest.mark.parametrize("prompt", [" " * 10**5 + "x", ":" * 10**5, "a AND " * 16_000, "1" * 10**5 + " :"])
def test_a_hundred_thousand_characters_are_split_at_once(prompt):
    assert len(split_and(prompt, trailing_weight=True)) == prompt.count("AND") + 1
