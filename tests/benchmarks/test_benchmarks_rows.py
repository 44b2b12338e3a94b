"""The benchmark in miniature: every row runs to its end, against every opponent. Nothing is timed."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pentimento.words.choices import Fast

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
OPPONENTS = {"diffusers", "diffusers bf16", "diffusers bf16 cl"}


PAGE = BENCHMARKS.parent / "docs" / "performance.md"


def in_miniature(name: str, place: Path) -> str:
    """What a benchmark printed; its files are in `place`."""
    there = {"XDG_CACHE_HOME": str(place), "PENTIMENTO_CACHE": str(place / "cache"), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(BENCHMARKS / name), "--mini"]
    done = subprocess.run(command, env=os.environ | there, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    place = tmp_path_factory.mktemp("bench")
    in_miniature("bench.py", place)
    return json.loads((place / "pentimento-bench-mini" / "result.json").read_bytes())


def rows_named_in(file: Path) -> list[str]:
    """The keys of the table of rows; the file itself is another process's to import."""
    _, _, table = file.read_text().partition("ROWS: Mapping")
    return [line.split('"')[1] for line in table.partition("\n}")[0].splitlines() if line.startswith('    "')]


def test_every_row_has_its_lines_and_every_line_its_number(result):
    lines = result["lines"]
    assert list(dict.fromkeys(line["row"] for line in lines)) == rows_named_in(BENCHMARKS / "rows.py")
    assert all(math.isfinite(line["value"]) and line["told"] for line in lines)
    assert {line["against"] for line in lines} > OPPONENTS


def test_a_second_round_on_the_same_picture_and_prompt_encodes_nothing(result):
    (again,) = (line for line in result["lines"] if line["row"] == "rounds")
    assert again["value"] == 0
    assert again["word"] == "wish"


def test_each_line_stands_beside_the_machine_s_ceilings_of_its_minute(result):
    for line in result["lines"]:
        assert line["ceilings"].keys() == {"float32", "bfloat16", "copy", "load"}
        assert line["threads"] == 1
        assert "float32" in line["route"]


@pytest.mark.long
def test_every_word_of_fast_is_measured_and_the_page_left_alone(tmp_path):
    before = PAGE.read_bytes()
    printed = in_miniature("fast.py", tmp_path)
    assert all(f"| {way} |" in printed for way in ("exact", *Fast))
    assert PAGE.read_bytes() == before


@pytest.mark.long
def test_every_curve_is_drawn_and_the_page_left_alone(tmp_path):
    before = PAGE.read_bytes()
    in_miniature("curves.py", tmp_path)
    drawn = (tmp_path / "pentimento-bench-mini" / "curves").glob("*.svg")
    assert {file.stem for file in drawn} == {"size", "batch", "steps", "share", "loras"}
    assert PAGE.read_bytes() == before


@pytest.mark.long
def test_a_row_that_fails_is_told_and_the_others_go_on():
    script = "import bench; bench.ROWS['broken'] = lambda setting: [1 / 0]; print(next(bench.tried('broken', None)))"
    there = {"PYTHONPATH": str(BENCHMARKS)}
    done = subprocess.run([sys.executable, "-c", script], env=os.environ | there, capture_output=True, text=True)
    assert "division by zero" in done.stdout
