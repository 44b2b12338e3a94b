import numpy as np
import pytest

from pentimento.pixels.resize import placement, resize
from pentimento.words.choices import ResizeMode
from pentimento.words.sizes import Size

MODES = list(ResizeMode)
RECORDED = [
    (0, "astronaut_256x160", 128, 128),
    (1, "astronaut_256x160", 128, 128),
    (2, "astronaut_256x160", 128, 128),
    (2, "coffee_150x110", 192, 256),
]
PLACES = [  # picture, canvas, crop: scaled size and offset, fill: scaled size and offset
    ((640, 480), (512, 512), (682, 512), (-85, 0), (512, 384), (0, 64)),
    ((333, 500), (768, 512), (768, 1153), (0, -320), (340, 512), (214, 0)),
    ((1000, 333), (512, 768), (2306, 768), (-897, 0), (512, 170), (0, 299)),
    ((1920, 1080), (512, 512), (910, 512), (-199, 0), (512, 288), (0, 112)),
]


@pytest.mark.parametrize(("mode", "name", "width", "height"), RECORDED)
def test_resizing_is_the_references(mode, name, width, height, golden):
    made = resize(golden(name, "RGB"), Size(width, height), MODES[mode])
    np.testing.assert_array_equal(made, golden(f"resize{mode}__{name}__{width}x{height}"))


@pytest.mark.parametrize(("picture", "canvas", "crop", "crop_at", "fill", "fill_at"), PLACES)
def test_a_picture_comes_to_lie_where_the_reference_puts_it(picture, canvas, crop, crop_at, fill, fill_at):
    for mode, size, at in ((ResizeMode.CROP, crop, crop_at), (ResizeMode.FILL, fill, fill_at)):
        place = placement(Size(*picture), Size(*canvas), mode)
        assert (place.size, (place.left, place.top)) == (size, at)


def test_bars_mix_the_two_edge_lines():
    rows = np.repeat(np.array([100, 200, 100, 200], np.uint8)[:, None], 4, axis=1)
    assert resize(rows, Size(4, 8), ResizeMode.FILL)[:, 0].tolist() == [88, 88, 100, 200, 100, 200, 213, 213]


@pytest.mark.parametrize("mode", ResizeMode)
def test_a_mask_stays_a_mask(mode):
    assert resize(np.zeros((5, 9), np.uint8), Size(16, 24), mode).shape == (24, 16)


def test_latent_upscale_of_pixels_is_resize_and_fill():
    pixels = np.random.default_rng(0).integers(0, 256, (5, 9, 3), np.uint8)
    size = Size(16, 24)
    np.testing.assert_array_equal(resize(pixels, size, ResizeMode.LATENT), resize(pixels, size, ResizeMode.FILL))
