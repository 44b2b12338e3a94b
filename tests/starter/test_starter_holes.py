"""Holes lie where people make them, and are the same for the same numbers."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from pentimento.starter.holes import HOLES, LEAST, box_over, hole_of, over_limb, where_a_hand_was
from pentimento.starter.scenes.arms import WRONG_PLACES
from pentimento.starter.scenes.canvas import View
from pentimento.starter.scenes.drawing import mask_of, region
from pentimento.starter.scenes.figure import SIDES, ThirdHand
from pentimento.starter.scenes.scene import Scene, Thing
from pentimento.starter.scenes.shot import Shot, shot_of
from pentimento.words.sizes import Size

SIZES = (Size(64, 64), Size(64, 96), Size(96, 64))


def rng(*seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_shares_of_holes_make_one():
    assert sum(HOLES.values()) == pytest.approx(1)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("kind", HOLES, ids=lambda kind: kind.__name__)
def test_every_kind_of_hole_is_all_or_nothing_and_never_empty(kind: Callable[..., np.ndarray], size: Size):
    for number in range(12):
        hole = kind(shot_of(3, number, "sitting"), size, rng(number))
        assert hole.shape == (size.height, size.width)
        assert hole.dtype == np.uint8
        assert 255 in hole
        assert set(np.unique(hole)) <= {0, 255}


def test_the_same_numbers_give_the_same_hole_and_others_another():
    shot = shot_of(3, 1, "sitting")
    holes = [hole_of(shot, SIZES[0], rng(seed)) for seed in (5, 5, *range(6, 16))]
    assert np.array_equal(holes[0], holes[1])
    assert len({hole.tobytes() for hole in holes}) > 6


def test_a_limbs_hole_covers_all_of_a_limb_that_is_in_view():
    limbs = ("left arm", "right arm", "held", "face")
    covered = 0
    for number in range(20):
        shot = shot_of(3, number, "figure")
        hole = over_limb(shot, SIZES[0], rng(number)) > 0
        regions = [region(shot.scene, part, SIZES[0], shot.view) > 127 for part in limbs if part in shot.scene.parts()]
        seen = [own for own in regions if own.mean() > LEAST]
        covered += any(hole[own].all() and hole.mean() > own.mean() for own in seen)
    assert covered == 20


def test_where_a_hand_was_the_truth_has_none():
    covered = []
    for number in range(40):
        shot = Shot(shot_of(3, number, "portrait").scene)
        hole = where_a_hand_was(shot, SIZES[0], rng(number)) > 0
        spoilt = [mask_of_third(shot.scene, place, side, SIZES[0]) for place in WRONG_PLACES for side in SIDES]
        covered.append(any(hole[mask].mean() > 0.8 and mask.sum() > hole.sum() / 6 for mask in spoilt if mask.any()))
    assert sum(covered) >= 30


def mask_of_third(scene: Scene, place: str, side: str, size: Size) -> np.ndarray:
    figure = replace(scene.figures[0], third=ThirdHand(place, side, 0.0))
    return region(scene.with_figure(figure), "third hand", size) > 127


def test_a_shot_that_shows_no_part_gets_a_hole_all_the_same():
    shot = shot_of(3, 1, "figure")
    bare = Shot(replace(shot.scene, figures=(), things=()), View(0.1, 0.1, 0.2))
    assert all(255 in kind(bare, SIZES[0], rng(1)) for kind in HOLES)


def test_a_box_over_a_thing_holds_it_at_any_aspect():
    thing = Thing("car", "red", 0.5, 0.9, 0.4)
    for size in SIZES:
        assert (box_over(thing, size)[mask_of(thing, size) > 127] == 255).all()
