import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pentimento.pixels.crop import Crop, at, expanded, masked_region
from pentimento.words.choices import ResizeMode
from pentimento.words.sizes import Box, Size

GOLDEN = Path(__file__).parents[1] / "golden" / "pixels"
RECORDED = json.loads((GOLDEN / "crop_region.json").read_text())
EXAMPLES = [
    ((0, 0, 128, 32), (512, 512), (512, 512), (0, 0, 128, 128)),
    ((100, 200, 228, 232), (512, 512), (512, 512), (100, 152, 228, 280)),
    ((480, 100, 512, 228), (512, 512), (512, 512), (384, 100, 512, 228)),
    ((10, 10, 30, 500), (512, 512), (400, 512), (0, 10, 400, 500)),
    ((10, 10, 500, 30), (512, 768), (512, 512), (10, 0, 500, 512)),
    ((200, 200, 301, 250), (512, 512), (1024, 1024), (200, 175, 301, 276)),
    ((200, 200, 250, 301), (512, 512), (1024, 1024), (175, 200, 276, 301)),
    ((950, 30, 1000, 90), (512, 768), (1000, 600), (950, 23, 1000, 98)),
    ((0, 0, 1000, 50), (512, 512), (1000, 300), (0, 0, 1000, 300)),
    ((100, 100, 133, 145), (512, 640), (1920, 1080), (99, 100, 135, 145)),
    ((1800, 900, 1920, 1080), (512, 512), (1920, 1080), (1740, 900, 1920, 1080)),
    ((1700, 0, 1920, 1080), (512, 512), (1920, 1080), (840, 0, 1920, 1080)),
]
sides = st.integers(1, 90)
working = st.integers(1, 12).map(lambda n: 8 * n)


@pytest.mark.parametrize("case", RECORDED)
def test_recorded_regions_are_found(case):
    limit = Size(*case["image"])
    padded = Box(*case["mask_rect"]).grown(case["padding"]).clipped(limit)
    assert list(padded) == case["crop"]
    assert list(expanded(padded, Size(*case["processing"]), limit)) == case["expanded"]


@pytest.mark.parametrize(("box", "aspect", "limit", "wanted"), EXAMPLES)
def test_a_box_grows_to_the_working_shape_and_stays_on_the_picture(box, aspect, limit, wanted):
    assert expanded(Box(*box), Size(*aspect), Size(*limit)) == wanted


def test_padding_ends_at_the_picture():
    assert Box(10, 20, 60, 41).grown(32).clipped(Size(100, 80)) == (0, 0, 92, 73)


def test_an_empty_mask_has_no_region():
    assert masked_region(np.zeros((8, 8), np.uint8), 32, Size(64, 64)) is None


@st.composite
def masked_pictures(draw):
    width, height = draw(sides), draw(sides)
    mask = np.zeros((height, width), np.uint8)
    left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    mask[top : draw(st.integers(top + 1, height)), left : draw(st.integers(left + 1, width))] = 255
    return mask


@settings(max_examples=50, deadline=None)
@given(masked_pictures(), st.integers(0, 40), working, working)
def test_a_region_holds_the_mask_and_lies_on_the_picture(mask, padding, width, height):
    region = masked_region(mask, padding, Size(width, height))
    assert region is not None
    assert region == region.clipped(Size(*mask.shape[::-1]))
    assert at(mask, region).sum(dtype=int) == mask.sum(dtype=int)


@settings(max_examples=50, deadline=None)
@given(sides, sides, working, working, st.sampled_from(ResizeMode))
def test_every_crop_has_the_working_size_and_lies_on_the_picture(width, height, to_width, to_height, mode):
    crop = Crop.whole(Size(width, height), Size(to_width, to_height), mode)
    assert crop.box == crop.box.clipped(Size(width, height))
    assert crop.place == crop.place.clipped(crop.size)
    cut = crop.cut(np.zeros((height, width, 3), np.uint8))
    assert cut.shape == (to_height, to_width, 3)
    assert crop.back(cut).shape == (crop.box.height, crop.box.width, 3)


@settings(max_examples=30, deadline=None)
@given(st.integers(8, 60), st.integers(8, 60), st.sampled_from([ResizeMode.STRETCH, ResizeMode.FILL]))
def test_cut_and_put_back_is_nearly_nothing_on_smooth_pictures(width, height, mode):
    down, right = np.mgrid[0:height, 0:width]
    image = np.stack([right * 255 // width, down * 255 // height, (right + down) * 127 // width], axis=-1)
    image = np.minimum(image, 255).astype(np.uint8)
    crop = Crop.whole(Size(width, height), Size(256, 192), mode)
    assert np.abs(crop.back(crop.cut(image)).astype(int) - image).max() <= 8


def test_a_crop_of_the_working_size_gives_back_what_was_cut():
    image = np.random.default_rng(1).integers(0, 256, (64, 96, 3), np.uint8)
    crop = Crop.of(Box(16, 8, 80, 56), Size(64, 48))
    np.testing.assert_array_equal(crop.back(crop.cut(image)), image[8:56, 16:80])
    assert crop.scale == 1


def test_a_picture_of_another_shape_is_surrounded_by_its_edge():
    image = np.full((10, 40, 3), 9, np.uint8)
    image[0], image[-1] = 50, 200
    crop = Crop.whole(Size(40, 10), Size(40, 40), ResizeMode.FILL)
    cut = crop.cut(image)
    assert cut[:15].tolist() == np.full((15, 40, 3), 50).tolist()
    assert cut[25:].tolist() == np.full((15, 40, 3), 200).tolist()
    np.testing.assert_array_equal(crop.back(cut), image)


def test_crop_and_resize_keeps_the_middle():
    assert Crop.whole(Size(640, 480), Size(512, 512), ResizeMode.CROP).box == (80, 0, 560, 480)
