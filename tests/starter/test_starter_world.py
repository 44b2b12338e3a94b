"""Places and things are tables: every row can be drawn, stays in its bounds, and is told from the others."""

from itertools import combinations

import numpy as np
import pytest

from pentimento.starter.measures import cielab
from pentimento.starter.scenes.captions import phrases
from pentimento.starter.scenes.colours import COLOURS, LIGHTS, SHADES, SKINS, TINTS
from pentimento.starter.scenes.drawing import Canvas, mask_of
from pentimento.starter.scenes.grounds import LEFT, RIGHT, tiles
from pentimento.starter.scenes.places import PLACES, STUDIOS
from pentimento.starter.scenes.scene import Thing
from pentimento.starter.scenes.shapes import Shapes
from pentimento.starter.scenes.things import THINGS
from pentimento.words.images import Image
from pentimento.words.sizes import Size

SMALL = Size(64, 64)
WIDEST = Size(192, 64)
UNPAINTED = (255, 0, 255)


def silhouette(kind: str) -> Image:
    return mask_of(Thing(kind, "red", 0.5, 0.98, 0.96), SMALL)


def drawn(shapes: Shapes, size: Size = SMALL) -> Image:
    canvas = Canvas("RGB", size)
    canvas.image.paste(UNPAINTED, (0, 0, *canvas.image.size))
    for shape in shapes:
        canvas.fill(shape, TINTS[shape.paint])
    return canvas.reduced()


@pytest.mark.parametrize("kind", THINGS)
def test_a_thing_fills_its_box_and_stands_on_its_foot(kind: str):
    points = np.concatenate([shape.points for shape in THINGS[kind].shapes])
    assert np.abs(points).max() <= 1.06
    assert np.ptp(points, axis=0).max() >= 1.79
    assert THINGS[kind].floats or points[:, 1].max() >= 0.94


@pytest.mark.parametrize("kind", THINGS)
def test_a_thing_has_its_own_colour_and_paints_that_exist(kind: str):
    paints = {shape.paint for shape in THINGS[kind].shapes}
    assert "main" in paints
    assert paints <= {*SHADES, *TINTS}


def test_no_tint_is_called_like_a_colour_that_people_ask_for():
    assert not set(TINTS) & {*COLOURS, *SHADES}


@pytest.mark.parametrize("kind", [kind for kind, model in THINGS.items() if model.grip])
def test_a_carried_thing_is_held_where_it_is_and_smaller_than_who_holds_it(kind: str):
    model = THINGS[kind]
    assert model.grip is not None
    x, y = (round(32 + 0.48 * 64 * share) for share in model.grip)
    row = y - 1  # the box's foot is at 0.98, its middle at 0.5
    assert silhouette(kind)[max(row - 3, 0) : row + 4, x - 3 : x + 4].max() == 255
    assert 0.1 <= model.held_size <= 0.7


def test_things_that_are_not_carried_have_no_size_in_a_hand():
    assert all((model.grip is None) == (model.held_size == 0) for model in THINGS.values())


def test_two_kinds_of_thing_never_have_nearly_the_same_silhouette():
    masks = {kind: silhouette(kind) > 127 for kind in THINGS}
    for one, other in combinations(THINGS, 2):
        differing = (masks[one] ^ masks[other]).sum() / (masks[one] | masks[other]).sum()
        assert differing > 0.12, (one, other)


@pytest.mark.parametrize("name", PLACES)
def test_a_backdrop_leaves_no_hole_in_the_widest_picture(name: str):
    assert not (drawn(PLACES[name].backdrop, WIDEST) == UNPAINTED).all(axis=2).any()


@pytest.mark.parametrize("name", PLACES)
def test_a_detail_hangs_or_stands_in_the_picture_and_is_no_larger_than_it(name: str):
    for kind, (shapes, low, high) in PLACES[name].details.items():
        assert 0 <= low <= high <= 1, kind
        points = np.concatenate([shape.points for shape in shapes])
        assert np.ptp(points, axis=0).max() <= 1.05, kind
        assert not (drawn(tuple(s.moved(0.5, (low + high) / 2) for s in shapes)) == UNPAINTED).all(), kind


@pytest.mark.parametrize("name", PLACES)
def test_a_place_has_paints_heights_and_lights_that_exist(name: str):
    place = PLACES[name]
    assert place.shadow in TINTS
    assert place.lights
    assert set(place.lights) <= set(LIGHTS)
    for span in (place.stand, place.figures):
        assert span is None or 0.5 < span[0] <= span[1] < 1


def test_two_places_are_never_nearly_the_same_picture():
    pictures = {name: drawn(place.backdrop).astype(int) for name, place in PLACES.items()}
    for one, other in combinations(PLACES, 2):
        assert np.abs(pictures[one] - pictures[other]).mean() > 4, (one, other)


@pytest.mark.parametrize("name", PLACES)
def test_phrases_of_a_place_are_lower_case_and_known_to_captions(name: str):
    known = set(phrases())
    assert len(PLACES[name].phrases) >= 2
    for phrase in (name, *PLACES[name].phrases):
        assert phrase in known
        assert phrase.replace(" ", "").isalpha()
        assert phrase == phrase.lower()


@pytest.mark.parametrize("name", STUDIOS)
def test_a_plain_ground_has_two_tints_and_nothing_on_it(name: str):
    assert len({shape.paint for shape in STUDIOS[name].backdrop}) == 2
    assert not STUDIOS[name].details


@pytest.mark.parametrize("wall", [place.backdrop[0].paint for place in STUDIOS.values()] + ["alcove", "duck egg"])
def test_skin_and_cream_stand_out_from_the_walls_that_people_are_drawn_before(wall: str):
    before = cielab(np.array([TINTS[wall]], np.uint8))
    others = cielab(np.array([*SKINS.values(), TINTS["cream"]], np.uint8))
    assert np.linalg.norm(others - before, axis=1).min() > 12


def test_tiles_cover_half_of_their_floor_and_grow_towards_the_eye():
    floor = tuple(tiles("flag", 0.6, 0.2, 0.2, (0.6, 0.7, 1.0)))
    covered = drawn(floor, WIDEST)[40:, :, 1] / TINTS["flag"][1]
    assert covered.mean() == pytest.approx(0.5, abs=0.05)
    widths = {points[0][1]: points[1][0] - points[0][0] for points in (shape.points for shape in floor)}
    assert widths == pytest.approx({0.6: 0.2, 0.7: 0.25})
    assert min(x for shape in floor for x, _ in shape.points) <= LEFT
    assert max(x for shape in floor for x, _ in shape.points) >= RIGHT
