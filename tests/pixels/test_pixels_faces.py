"""Faces are found in photographs and drawings, turned upright, and put back where they were."""

import subprocess
import sys

import numpy as np
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st

from astronaut import astronaut as turned_astronaut
from pentimento.pixels.faces.align import SIDE, TEMPLATE, Alignment, feather
from pentimento.pixels.faces.cascades import photographed_faces
from pentimento.pixels.faces.drawn import drawn_faces, scales
from pentimento.pixels.faces.find import confidence, find_faces
from pentimento.pixels.faces.several import apart
from pentimento.pixels.faces.yunet import faces_by
from pentimento.starter.finder.examples import faces_in
from pentimento.starter.finder.measure import matched
from pentimento.starter.scenes.drawing import draw
from pentimento.starter.scenes.mixture import scene_of
from pentimento.words.errors import ModelFileError
from pentimento.words.faces import Face, overlap
from pentimento.words.sizes import Size

EYES = ((202, 103), (248, 104))
"""Of the astronaut, read off the picture."""


def face_at(x: float, y: float, scale: float, turn: float) -> Face:
    """A face whose spots are the template's, turned and scaled about (x, y)."""
    factor = scale * np.exp(1j * turn)
    spots = [(complex(*spot) - 256 * (1 + 1j)) * factor for spot in TEMPLATE]
    half = 128 * scale
    places = tuple((x + spot.real, y + spot.imag) for spot in spots)
    return Face(x - half, y - half, x + half, y + half, 0.9, places)


@pytest.fixture(scope="module")
def astronaut():
    return skimage.data.astronaut()


PLACES = st.floats(-500, 3000)


@settings(max_examples=50, deadline=None)
@given(PLACES, PLACES, st.floats(0.05, 20), st.floats(-3, 3), st.tuples(PLACES, PLACES))
def test_the_way_back_is_the_inverse_to_a_tenth_of_a_pixel(x, y, scale, turn, point):
    alignment = Alignment.of(face_at(x, y, scale, turn))
    there = alignment.there @ (*point, 1)
    assert np.abs(alignment.back @ (*there, 1) - point).max() < 0.1


@settings(max_examples=50, deadline=None)
@given(PLACES, PLACES, st.floats(0.05, 20), st.floats(-3, 3))
def test_the_spots_come_to_lie_on_the_template(x, y, scale, turn):
    face = face_at(x, y, scale, turn)
    alignment = Alignment.of(face)
    for spot, wanted in zip(face.spots, TEMPLATE, strict=True):
        px, py = spot
        assert np.abs(alignment.there @ (px - 0.5, py - 0.5, 1) - wanted).max() < 0.1
    assert alignment.scale == pytest.approx(1 / scale, rel=1e-6)


def test_robust_alignment_leaves_out_a_spot_that_is_far_off():
    face = face_at(300, 200, 0.5, 0.2)
    off = face._replace(spots=(*face.spots[:4], (900.0, 900.0)))
    assert np.abs(Alignment.robust(off).there - Alignment.robust(face).there).max() < 1e-3
    assert Alignment.robust(face).scale == pytest.approx(2, rel=1e-6)
    assert abs(Alignment.of(off).scale - 2) > 0.5


def test_spots_that_coincide_give_way_to_the_box():
    flat = Face(100, 100, 200, 200, 0.5, ((150, 150),) * 5)
    alignment = Alignment.of(flat)
    assert 0 < alignment.scale < 20
    assert np.abs(alignment.there @ (149.5, 149.5, 1) - SIDE / 2).max() < SIDE / 4


@pytest.mark.parametrize("turn", [0, 0.2, -0.4])
def test_a_face_cut_and_put_back_is_where_it_was(astronaut, turn):
    face = face_at(224, 110, 0.45, turn)
    alignment = Alignment.of(face)
    drawn, seen = alignment.put(alignment.cut(astronaut), feather(), astronaut)
    off = np.abs(drawn.astype(int) - astronaut)[seen > 0]
    assert off.mean() < 4
    assert not seen[:20].any()
    assert seen[110, 224] == 255


def test_a_face_larger_than_the_networks_know_is_cut_without_moire():
    board = (np.indices((2000, 2000)).sum(0) % 2 * 255).astype(np.uint8)
    cut = Alignment.of(face_at(1000, 1000, 3.5, 0.1)).cut(np.dstack([board] * 3))
    assert cut[100:400, 100:400].std() < 8
    assert abs(cut[100:400, 100:400].mean() - 127.5) < 3


def test_what_lies_past_the_pictures_edge_is_grey(astronaut):
    cut = Alignment.of(face_at(0, 0, 0.45, 0)).cut(astronaut)
    assert tuple(cut[10, 10]) == (132, 133, 135)


def test_the_feather_ends_before_the_aligned_pictures_border():
    edge = feather()
    assert edge.max() == 255
    assert max(side.max() for side in (edge[0], edge[-1], edge[:, 0], edge[:, -1])) == 0


def test_the_astronauts_face_is_found_once_and_where_its_eyes_are(astronaut):
    (face,) = photographed_faces(astronaut)
    assert overlap(face, Face(177, 66, 272, 161, 1, ())) > 0.8
    for spot, eye in zip(face.spots[:2], EYES, strict=True):
        assert np.hypot(spot[0] - eye[0], spot[1] - eye[1]) < 6
    assert [one.way for one in find_faces(astronaut)] == ["photograph"]
    assert confidence(astronaut, face) == pytest.approx(face.confidence)
    assert confidence(np.full_like(astronaut, 90), face) == 0


@pytest.mark.parametrize(("tall", "turn"), [(60, 15), (95, 15), (140, 15), (190, 0)])
def test_a_photographed_face_that_looks_like_a_drawn_one_is_taken_for_photographed(tall, turn):
    turned = turned_astronaut(tall, turn)
    assert turned.faces(drawn_faces(turned.picture))
    [face] = turned.faces(find_faces(turned.picture))
    assert face.way == "photograph"


def test_a_drawn_face_that_looks_like_a_photographed_one_is_taken_for_drawn():
    both = 0
    for number in range(20):
        picture = draw(scene_of(22, number), Size(256, 256))
        seen = photographed_faces(picture)
        both += len(seen)
        assert {face.way for face in find_faces(picture)} <= {"drawing"}
    assert both > 0


@pytest.mark.parametrize("name", ["coffee", "chelsea", "rocket"])
def test_where_nobody_is_no_face_is_found(name):
    assert find_faces(getattr(skimage.data, name)()) == []


def test_a_picture_that_is_twice_as_large_has_its_face_twice_as_far(astronaut):
    large = astronaut.repeat(3, axis=0).repeat(3, axis=1)  # above what the cascades look at
    (face,) = photographed_faces(large)
    assert np.abs(np.array(face.middle) / 3 - photographed_faces(astronaut)[0].middle).max() < 4


@pytest.mark.parametrize("side", [128, 512])
def test_drawn_faces_are_found_in_scenes_that_nothing_learned_from(side):
    there = told = found = 0
    for number in range(20):
        scene = scene_of(23, number)
        faces, seen = faces_in(scene, Size(side, side)), drawn_faces(draw(scene, Size(side, side)))
        there, told, found = there + len(faces), told + len(seen), found + len(matched(faces, seen))
    assert there >= 10
    assert found / there >= 0.9
    assert found / told >= 0.9


def test_pictures_of_any_size_are_looked_through():
    for size in (Size(1, 1), Size(8, 300), Size(17, 17), Size(2000, 40)):
        assert isinstance(find_faces(np.zeros((size.height, size.width, 3), np.uint8)), list)
    assert list(scales(Size(512, 512))) == [2, 1, 0.5, 0.25, 0.125, 0.0625]


def test_a_face_found_twice_is_one():
    sure, same, other = (Face(x, 0, x + 100, 100, c, ()) for x, c in ((0, 0.9), (10, 0.8), (300, 0.7)))
    assert apart([same, other, sure]) == [sure, other]


def test_a_detector_that_is_none_is_refused(tmp_path, astronaut):
    file = tmp_path / "face_detection_yunet_2023mar.onnx"
    file.write_bytes(b"no network")
    with pytest.raises(ModelFileError, match=r"face_detection_yunet_2023mar\.onnx finds no faces"):
        faces_by(file, astronaut)


def test_faces_are_found_without_torch():
    code = "import sys; from pentimento.pixels.faces.find import find_faces; assert 'torch' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
