"""Scenes are values; drawing them is a pure function; captions say what is there."""

from dataclasses import replace

import numpy as np
import pytest

from pentimento.starter.scenes.colours import COLOURS
from pentimento.starter.scenes.drawing import draw, mask_of
from pentimento.starter.scenes.mixture import MIXTURES, scene_of
from pentimento.starter.scenes.places import PLACES
from pentimento.starter.scenes.scene import STYLES, Scene, Thing
from pentimento.starter.scenes.shapes import ellipse, stroke
from pentimento.starter.scenes.things import THINGS
from pentimento.words.sizes import Size

SMALL = Size(64, 64)


def studio(thing: Thing) -> Scene:
    return Scene("studio", "day", (), (thing,))


@pytest.mark.parametrize("mixture", MIXTURES)
def test_the_same_number_is_always_the_same_scene_and_picture(mixture: str):
    assert scene_of(3, 14, mixture) == scene_of(3, 14, mixture)
    assert scene_of(3, 14, mixture) != scene_of(3, 15, mixture)
    assert np.array_equal(draw(scene_of(3, 14, mixture), SMALL), draw(scene_of(3, 14, mixture), SMALL))


def test_scenes_of_things_cover_all_things_colours_places_and_styles():
    scenes = [scene_of(5, i, "things") for i in range(400)]
    assert {s.main.kind for s in scenes} == set(THINGS)
    assert {s.main.colour for s in scenes} == set(COLOURS)
    assert {s.place for s in scenes} == set(PLACES)
    assert {s.style for s in scenes} == set(STYLES)
    assert not any(s.figures for s in scenes)


def test_leaving_a_thing_out_changes_only_where_it_and_its_shadow_were():
    for number in range(20):
        scene = replace(scene_of(1, number, "things"), style="flat")
        main = scene.main
        changed = (draw(scene, SMALL) != draw(scene.without(main), SMALL)).any(axis=2)
        assert changed[mask_of(main, SMALL) == 255].mean() > 0.5
        rows, columns = np.nonzero(changed)
        assert rows.min() >= (main.y - main.size) * 64 - 3
        assert rows.max() <= (main.y + 0.07 * main.size) * 64 + 3
        assert columns.min() >= (main.x - 0.52 * main.size) * 64 - 3
        assert columns.max() <= (main.x + 0.52 * main.size) * 64 + 3


def test_recolouring_a_thing_changes_nothing_beside_it():
    thing = Thing("cup", "red", 0.5, 0.9, 0.6)
    other = replace(thing, colour="blue")
    before, after = draw(studio(thing), SMALL), draw(studio(thing).with_thing(thing, other), SMALL)
    beside = mask_of(thing, SMALL) == 0
    assert np.array_equal(before[beside], after[beside])
    assert not np.array_equal(before, after)


@pytest.mark.parametrize("kind", THINGS)
def test_a_thing_stays_in_its_box(kind: str):
    for shape in THINGS[kind].shapes:
        x, y = np.array(shape.points).T
        assert -1.06 <= x.min() <= x.max() <= 1.06
        assert -1.06 <= y.min() <= y.max() <= 1.06


def test_a_picture_twice_as_large_shows_the_same():
    scene = scene_of(1, 7, "sitting")
    large = draw(scene, Size(128, 128)).astype(float)
    halved = large.reshape(64, 2, 64, 2, 3).mean((1, 3))
    assert np.abs(halved - draw(scene, SMALL)).mean() < 3


def test_a_wider_picture_shows_more_of_the_same_place():
    scene = scene_of(1, 7, "sitting")
    wide = draw(scene, Size(128, 64))
    assert wide.shape == (64, 128, 3)
    assert np.abs(wide[:, 32:96].astype(int) - draw(scene, SMALL)).mean() < 0.1


def test_a_mirrored_thing_is_the_mirror_image_of_its_mask():
    thing = Thing("car", "red", 0.5, 0.9, 0.6)
    mirrored = mask_of(replace(thing, mirrored=True), SMALL).astype(int)
    assert np.abs(mirrored[:, ::-1] - mask_of(thing, SMALL)).mean() < 1


def test_an_ellipse_has_its_radii_and_a_stroke_its_width():
    points = np.array(ellipse("main", 1, 2, 3, 4).points)
    assert np.ptp(points, axis=0) == pytest.approx((6, 8), abs=0.05)
    assert np.ptp(np.array(stroke("main", 0.5, (0, 0), (4, 0)).points), axis=0) == pytest.approx((4, 0.5))
