"""An object by a box around it."""

import cv2
import numpy as np
import pytest

from pentimento.pixels.select import object_in
from pentimento.words.sizes import Box


def scene(side=240, centre=(120, 130), radius=50):
    """A red disc on a mottled grey ground, and where the disc is."""
    noise = np.random.default_rng(0).normal(0, 6, (side, side, 3))
    disc = np.zeros((side, side), np.uint8)
    cv2.circle(disc, centre, radius, 255, -1)
    ground, red = np.array([150, 152, 155]), np.array([200, 40, 30])
    image = np.where(disc[..., None] > 0, red, ground) + noise
    return np.clip(image, 0, 255).astype(np.uint8), disc


def shared(one, other):
    """Intersection over union."""
    return ((one > 0) & (other > 0)).sum() / ((one > 0) | (other > 0)).sum()


@pytest.mark.parametrize("side", [240, 1400], ids=["as it is", "looked for smaller"])
def test_what_stands_out_in_the_box_is_found(side):
    scale = side // 240
    image, disc = scene(side, (120 * scale, 130 * scale), 50 * scale)
    box = Box(55 * scale, 65 * scale, 190 * scale, 200 * scale)
    mask = object_in(image, box)
    assert mask.shape == (box.height, box.width)
    assert set(np.unique(mask)) == {0, 255}
    assert shared(mask, disc[box.top : box.bottom, box.left : box.right]) > 0.95


def test_a_light_on_the_object_is_part_of_it():
    image, disc = scene()
    cv2.circle(image, (105, 115), 8, (250, 250, 250), -1)
    box = Box(55, 65, 190, 200)
    assert object_in(image, box)[115 - box.top, 105 - box.left] == 255
    assert disc[115, 105]


def test_the_same_box_gives_the_same_object_each_time():
    image, _ = scene()
    box = Box(55, 65, 190, 200)
    assert (object_in(image, box) == object_in(image, box)).all()


def test_a_box_over_all_of_the_picture_takes_its_border_for_surroundings():
    image, disc = scene()
    assert shared(object_in(image, Box(0, 0, 240, 240)), disc) > 0.95


@pytest.mark.parametrize("box", [Box(0, 0, 2, 2), Box(238, 0, 240, 240), Box(0, 100, 240, 103)])
def test_a_box_at_the_edge_or_of_a_few_pixels_is_none_too_small(box):
    image, _ = scene()
    assert object_in(image, box).shape == (box.height, box.width)


def test_on_one_even_colour_there_is_no_object():
    assert not object_in(np.full((60, 80, 3), 90, np.uint8), Box(10, 10, 50, 50)).all()
