"""docs/compat.md names every habit, every switch, and tests that there are."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from test_engine_compat import ALWAYS, KEPT, MENDED

from pentimento.words.compat import NONE, WEBUI, Compat

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "compat.md").read_text(encoding="utf-8")
ROWS = {match[1]: match[0] for match in re.finditer(r"^\| (Q-\d+) \|.*$", DOCS, re.MULTILINE)}
SWITCHES = {field.name for field in fields(Compat)}


def test_every_habit_of_the_reference_has_its_row():
    assert list(ROWS) == [f"Q-{n}" for n in range(1, 49)]


@pytest.mark.parametrize("switch", sorted(SWITCHES))
def test_every_switch_is_named_and_differs_between_the_two_rows_of_habits(switch):
    assert f"`{switch}`" in DOCS
    assert getattr(NONE, switch) != getattr(WEBUI, switch)
    assert any(switch in name for name in MENDED)


@pytest.mark.parametrize("habit", [habit for habit, row in ROWS.items() if "| mended:" in row])
def test_a_mended_habit_names_its_test_or_its_switch(habit):
    named = re.findall(r"`([^`]+)`", ROWS[habit].rsplit("|", 2)[1])
    switches = SWITCHES.intersection(named)
    assert named
    assert all(any(name.startswith(habit) and switch in name for name in MENDED) for switch in switches)


@pytest.mark.parametrize("habit", ROWS)
def test_a_habit_has_a_test_unless_it_comes_later_or_cannot_be(habit):
    _, _, _, here, tests, _ = ROWS[habit].split("|")
    what = next((what for what in ("mended", "copied", "later: comes with", "not applicable: ") if what in here), None)
    assert what
    assert ("`" in tests) == (what in ("mended", "copied"))


@pytest.mark.parametrize("habit", ROWS)
def test_files_and_tests_that_a_row_names_exist(habit):
    for named in re.findall(r"`([^`]+)`", ROWS[habit].rsplit("|", 2)[1]):
        known = named in SWITCHES or any(name.startswith(f"{named}:") for name in (*ALWAYS, *KEPT))
        assert known or (ROOT / named).is_file()
