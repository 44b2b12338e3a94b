"""The evaluation in miniature: every row, through the engine, with tiny random checkpoints."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from pentimento.starter.evaluation.__main__ import bench_of, main, parser_of
from pentimento.starter.evaluation.bench import Bench
from pentimento.starter.evaluation.colours import recolourings
from pentimento.starter.evaluation.editions import jump
from pentimento.starter.evaluation.lines import Line, mean, share
from pentimento.starter.evaluation.rows import ROWS
from pentimento.starter.judges.network import Judge, file_of
from pentimento.starter.trials import TRIALS
from tiny import write_tiny


@pytest.fixture(scope="module")
def arguments(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Tiny checkpoints, judges that have learnt nothing, one case of two steps."""
    folder = tmp_path_factory.mktemp("evaluation")
    for name, channels in (("ordinary", 4), ("inpainting", 9)):
        write_tiny(folder / f"{name}.safetensors", channels)
    for question in TRIALS:
        Judge().save(file_of(folder, question))
    files = ["--checkpoint", f"{folder}/ordinary.safetensors", "--inpainting", f"{folder}/inpainting.safetensors"]
    return [*files, "--judges", str(folder), "--side", "64", "--count", "1", "--steps", "2", "--out", f"{folder}/out"]


@pytest.fixture(scope="module")
def bench(arguments: list[str]) -> Bench:
    return bench_of(parser_of().parse_args(arguments))


@pytest.mark.parametrize("row", ROWS)
def test_every_row_is_measured(row: str, arguments: list[str], capsys: pytest.CaptureFixture[str]):
    main([*arguments, "--rows", row])
    printed = capsys.readouterr().out
    table = (Path(arguments[-1]) / "table.md").read_text()
    assert table == printed
    lines = table.splitlines()
    assert len(lines) > 2
    assert {line.count("|") for line in lines} == {7}


def test_a_sheet_frames_in_red_what_the_judge_refused(bench: Bench):
    cases = bench.cases("face")
    for approved in (True, False):
        bench.sheet("frame", cases, [cases[0].wanted], [approved])
        frame = np.asarray(Pillow.open(bench.out / "frame.jpg"))[6, 20:300].astype(int)
        assert ((frame[:, 0] - frame[:, 1]).mean() > 100) == (not approved)


def test_the_drawn_truth_is_judged_to_have_the_asked_colour_and_the_picture_before_not(bench: Bench):
    for part in ("dress", "hair"):
        (one,) = recolourings(bench, part)
        assert one.right(one.case.wanted)
        assert not one.right(one.case.before)
        assert one.asked in one.case.prompt


def test_cases_are_the_same_each_time(bench: Bench):
    first, second = bench.cases("arm"), bench.cases("arm")
    assert [case.prompt for case in first] == [case.prompt for case in second]
    assert np.array_equal(first[0].before, second[0].before)


def test_the_jump_across_an_edge_is_that_of_the_greys_beside_it():
    picture, hole = np.full((8, 8, 3), 119, np.uint8), np.zeros((8, 8), np.uint8)
    hole[2:6, 2:6] = 255
    assert jump(picture, hole) == 0
    picture[hole > 0] = 255
    assert jump(picture, hole) == pytest.approx(50, abs=0.5)  # L* of 119 is 50


def test_lines_say_whether_the_aim_is_reached():
    assert share("a", "b", [True] * 9 + [False], least=0.85).reached
    assert share("a", "b", [True] * 8 + [False] * 2, least=0.85).reached is False
    assert share("a", "b", [False] * 10, most=0.05).reached
    assert mean("a", "b", [20.0, 24.0], "dB", least=22).reached
    assert str(Line("a", "b", "c")) == "| a | b | c |  |  |  |"


def test_a_missing_judge_and_an_unknown_row_are_told(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit):
        main([*arguments, "--judges", str(tmp_path), "--rows", "arm"])
    assert "no judge of arm" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*arguments, "--rows", "leg"])
    assert "there is no row leg: rows are vae, arm" in capsys.readouterr().err
