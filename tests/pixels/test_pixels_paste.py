import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pentimento.pixels.crop import Crop
from pentimento.pixels.overlay import composited, overlay_of, soft_overlay_mask
from pentimento.pixels.paste import background_difference, paste
from pentimento.pixels.view import image_of, unflattened
from pentimento.words.choices import ResizeMode
from pentimento.words.images import Picture
from pentimento.words.sizes import Box, Size


def pictures(seed, width, height, channels, depth):
    random = np.random.default_rng(seed)
    return Picture(random.integers(0, np.iinfo(depth).max, (height, width, channels), depth, endpoint=True))


any_picture = st.builds(
    pictures,
    st.integers(0, 99),
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(1, 4),
    st.sampled_from([np.uint8, np.uint16]),
)


@settings(max_examples=50, deadline=None)
@given(any_picture, st.integers(0, 99), st.sampled_from(ResizeMode), st.sampled_from([0, 0.5, 1]))
def test_nothing_outside_the_mask_changes(picture, seed, mode, share):
    random = np.random.default_rng(seed)
    mask = random.integers(0, 256, picture.size[::-1], np.uint8) * (random.random(picture.size[::-1]) < share)
    mask = mask.astype(np.uint8)
    worked = random.integers(0, 256, (24, 32, 3), np.uint8)
    before = picture.samples.copy()
    after = paste(picture, worked, Crop.whole(picture.size, Size(32, 24), mode), mask)
    assert after.samples.dtype == before.dtype
    assert after.samples.shape == before.shape
    np.testing.assert_array_equal(after.samples[mask == 0], before[mask == 0])
    np.testing.assert_array_equal(picture.samples, before)
    assert background_difference(picture, after, mask) == 0


def test_background_difference_finds_a_single_changed_sample():
    picture = pictures(5, 8, 8, 3, np.uint16)
    other = picture.samples.copy()
    other[3, 4, 1] ^= 1
    mask = np.zeros((8, 8), np.uint8)
    assert background_difference(picture, Picture(other), mask) == 1
    mask[3, 4] = 1
    assert background_difference(picture, Picture(other), mask) == 0


@pytest.mark.parametrize(("depth", "factor"), [(np.uint8, 1), (np.uint16, 257)])
def test_a_full_mask_takes_the_new_pixel_and_makes_it_opaque(depth, factor):
    worked = np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)
    picture = pictures(1, 16, 16, 4, depth)
    crop = Crop.whole(Size(16, 16), Size(16, 16), ResizeMode.STRETCH)
    after = paste(picture, worked, crop, np.full((16, 16), 255, np.uint8))
    np.testing.assert_array_equal(after.samples[..., :3], worked.astype(int) * factor)
    assert after.samples[..., 3].min() == after.full


def test_between_old_and_new_is_mixed_and_rounded():
    picture = Picture(np.full((1, 3, 3), 100, np.uint8))
    worked = np.full((1, 3, 3), 200, np.uint8)
    crop = Crop.whole(Size(3, 1), Size(3, 1), ResizeMode.STRETCH)
    mask = np.array([[51, 128, 254]], np.uint8)
    assert paste(picture, worked, crop, mask).samples[0, :, 0].tolist() == [120, 150, 200]


def test_hidden_colour_under_transparency_does_not_bleed_into_new_pixels():
    picture = Picture(np.array([[[255, 0, 0, 0]]], np.uint8))
    crop = Crop.whole(Size(1, 1), Size(1, 1), ResizeMode.STRETCH)
    after = paste(picture, np.array([[[0, 0, 200]]], np.uint8), crop, np.array([[128]], np.uint8))
    assert after.samples.tolist() == [[[0, 0, 200, 128]]]


def test_a_grey_picture_stays_grey_and_takes_the_luminance():
    picture = Picture(np.zeros((1, 1, 1), np.uint8))
    crop = Crop.whole(Size(1, 1), Size(1, 1), ResizeMode.STRETCH)
    after = paste(picture, np.array([[[255, 0, 0]]], np.uint8), crop, np.array([[255]], np.uint8))
    assert after.samples.tolist() == [[[76]]]


def test_profile_exif_and_text_stay_with_the_picture():
    picture = Picture(np.zeros((2, 2, 3), np.uint8), icc=b"icc", exif=b"exif", text={"Author": "me"})
    crop = Crop.whole(Size(2, 2), Size(2, 2), ResizeMode.STRETCH)
    after = paste(picture, np.ones((2, 2, 3), np.uint8), crop, np.full((2, 2), 255, np.uint8))
    assert (after.icc, after.exif, after.text) == (b"icc", b"exif", {"Author": "me"})


@pytest.mark.parametrize(
    ("mask", "wanted"),
    [(0, [201, 51, 7]), (64, [176, 63, 30]), (128, [150, 75, 53]), (200, [121, 89, 80]), (255, [100, 100, 100])],
)
def test_the_references_overlay_has_its_8_bit_arithmetic(mask, wanted):
    original = np.full((1, 1, 3), [201, 51, 7], np.uint8)
    overlay = overlay_of(original, np.full((1, 1), mask, np.uint8))
    assert composited(np.full((1, 1, 3), 100, np.uint8), overlay, None)[0, 0].tolist() == wanted


def test_an_overlay_of_another_size_lies_at_the_top_left():
    worked = np.full((4, 4, 3), 9, np.uint8)
    small = overlay_of(np.full((2, 2, 3), 200, np.uint8), np.zeros((2, 2), np.uint8))
    large = overlay_of(np.full((8, 8, 3), 200, np.uint8), np.zeros((8, 8), np.uint8))
    made = composited(worked, small, None)
    assert made[:2, :2].min() == 200
    assert made[2:].max() == 9
    assert composited(worked, large, None).shape == (4, 4, 3)


def test_only_masked_puts_the_worked_part_into_its_box():
    original = np.full((40, 60, 3), 50, np.uint8)
    mask = np.zeros((40, 60), np.uint8)
    mask[10:20, 20:40] = 255
    box = Box(16, 8, 48, 24)
    made = composited(np.full((32, 64, 3), 150, np.uint8), overlay_of(original, mask), box)
    np.testing.assert_array_equal(made, np.repeat(np.where(mask > 0, 150, 50)[..., None], 3, axis=2))


def test_the_soft_overlay_mask_is_nothing_outside_the_box():
    cells = np.full((4, 8), 255, np.uint8)
    box = Box(16, 8, 48, 24)
    mask = soft_overlay_mask(cells, Size(64, 32), box, Size(60, 40))
    assert mask[8:24, 16:48].min() == 255
    mask[8:24, 16:48] = 0
    assert mask.max() == 0
    assert soft_overlay_mask(cells, Size(64, 32), None, Size(60, 40)).shape == (32, 64)


@pytest.mark.parametrize("background", ["#ffffff", "#000000", "#3050a0"])
def test_colours_are_found_again_from_what_they_look_like_on_a_ground(background):
    rng = np.random.default_rng(0)
    samples = rng.integers(0, 256, (30, 40, 4), np.uint8)
    alpha = samples[..., 3]
    found = unflattened(image_of(Picture(samples), background), alpha, background)
    off = np.abs(found.astype(int) - samples[..., :3]).max(-1)
    assert (off[alpha > 0] <= 255 / alpha[alpha > 0].astype(float) + 1).all()
