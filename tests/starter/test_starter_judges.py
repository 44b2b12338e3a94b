"""Judges learn from drawings alone: trials, what they look at, wear, and a training in miniature."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from pentimento.starter.judges import train as training
from pentimento.starter.judges.crops import SIDE, cropped, square_around, view_around
from pentimento.starter.judges.examples import examples, smeared
from pentimento.starter.judges.network import Judge, file_of, judge_of, tensor_of
from pentimento.starter.judges.wear import worn
from pentimento.starter.measures import nearest, psnr, wilson
from pentimento.starter.scenes.colours import COLOURS
from pentimento.starter.scenes.drawing import draw
from pentimento.starter.scenes.mixture import FAN
from pentimento.starter.trials import SMALL, TRIALS, Trial, trials
from pentimento.words.sizes import Size

SIZE = Size(96, 96)


def first(question: str, count: int = 6) -> list[Trial]:
    return list(islice(trials(question, 3), count))


@pytest.mark.parametrize("question", TRIALS)
def test_the_mask_of_a_trial_covers_all_that_is_to_change(question: str):
    for trial in first(question):
        differs = (draw(trial.before, SIZE) != draw(trial.wanted, SIZE)).any(axis=2)
        assert differs.any()
        assert (trial.hole(SIZE)[differs] == 255).mean() > 0.97


def test_trials_are_the_same_each_time_and_ask_what_their_name_says():
    assert first("arm") == first("arm")
    for arm, face, third, fan in zip(*map(first, TRIALS), strict=True):
        assert None in (arm.before.figures[0].left, arm.before.figures[0].right)
        assert arm.wanted.figures[0].left
        assert arm.wanted.figures[0].right
        assert face.before.figures[0].face.spoilt
        assert not face.wanted.figures[0].face.spoilt
        assert third.before.figures[0].third
        assert third.wanted.figures[0].third is None
        assert FAN in {held.kind for held in fan.wanted.figures[0].held}
        assert fan.prompted == fan.before
        assert FAN not in {held.kind for scene in (fan.before, *fan.decoys) for held in scene.figures[0].held}


def test_a_judge_sees_the_same_square_of_a_picture_and_of_a_drawing():
    for trial in first("face"):
        hole = trial.hole(SIZE)
        square = square_around(hole)
        assert square.width == square.height
        _, columns = np.nonzero(hole)
        assert square.left <= columns.min() < columns.max() < square.right or square.width == 96
        drawn = draw(trial.wanted, Size(SIDE, SIDE), view_around(hole))
        assert psnr(cropped(draw(trial.wanted, SIZE), hole), drawn) > 20


def test_a_smear_stays_in_the_hole():
    (trial,) = first("face", 1)
    picture, hole = draw(trial.wanted, SIZE), trial.hole(SIZE)
    after = smeared(picture, picture, hole, np.random.default_rng(0))
    assert np.array_equal(after[hole == 0], picture[hole == 0])
    assert not np.array_equal(after, picture)


def test_wear_changes_a_drawing_but_leaves_it_recognisable():
    pictures, _ = examples("face", 3, 4, "sitting")
    x = tensor_of(pictures)
    after = worn(x, torch.Generator().manual_seed(0))
    either = torch.minimum((after - x).abs().mean((1, 2, 3)), (after - x.flip(3)).abs().mean((1, 2, 3)))
    assert (either > 0.005).all()
    assert (either < 0.35).all()


def test_a_judge_that_learns_tells_spoilt_faces_from_proper_ones_and_comes_back_from_its_file(tmp_path: Path):
    torch.set_num_threads(1)
    seen = examples("face", 3, 40, "figure")
    judge = training.trained(*seen, steps=40)
    assert training.accuracy(judge, *seen) > 0.7
    judge.save(file_of(tmp_path, "face"))
    again = judge_of(tmp_path, "face")
    x = tensor_of(seen[0][:8])
    with torch.inference_mode():
        assert torch.allclose(again(x), judge(x), atol=0.05)


def test_a_judges_file_is_small(tmp_path: Path):
    Judge().save(tmp_path / "a.safetensors")
    assert (tmp_path / "a.safetensors").stat().st_size <= 300_000


def test_both_answers_are_drawn_equally_often():
    weights = training.balance(np.array([True] * 3 + [False] * 9))
    assert float(weights[:3].sum()) == pytest.approx(float(weights[3:].sum()))


def test_training_prints_its_accuracy(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    training.main(["--out", str(tmp_path), "--questions", "fan", "--count", "2", "--steps", "1", "--unseen", "2"])
    assert "of unseen drawings" in capsys.readouterr().out
    assert file_of(tmp_path, "fan").is_file()


def test_the_nearest_drawing_names_the_colour_of_a_tinted_patch():
    where = np.full((4, 4), 255, np.uint8)
    drawings = {name: np.full((4, 4, 3), rgb, np.uint8) for name, rgb in COLOURS.items()}
    for name, drawing in drawings.items():
        tinted = np.clip(drawing.astype(int) + 12, 0, 255).astype(np.uint8)
        assert nearest(tinted, drawings, where) == name
    assert nearest(drawings["red"], drawings, where * 0) == ""


def test_psnr_is_infinite_for_equals_and_48_decibels_for_one_step():
    picture = np.zeros((4, 4, 3), np.uint8)
    assert psnr(picture, picture) == float("inf")
    assert psnr(picture, picture + 1) == pytest.approx(48.13, abs=0.01)


def test_wilsons_interval_is_the_published_one():
    assert wilson(35, 50) == pytest.approx((0.5625, 0.8090), abs=1e-4)


def test_small_trials_show_what_is_wrong():
    assert all((draw(t.before, SMALL) != draw(t.wanted, SMALL)).any() for t in first("third hand"))
