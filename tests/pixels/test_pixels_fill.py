import numpy as np
import pytest

from pentimento.pixels.fill import FILLS, fill

RECORDED = [("astronaut_192x128", "mask_strokes_192x128"), ("chelsea_192x128", "mask_blob_192x128")]


@pytest.mark.parametrize(("image", "mask"), RECORDED)
def test_fill_is_the_references(image, mask, golden):
    made = fill(golden(image, "RGB"), golden(mask, "L"))
    np.testing.assert_array_equal(made, golden(f"fill__{image}__{mask}"))


def test_a_full_mask_leaves_black(golden):
    assert fill(golden("chelsea_192x128", "RGB"), np.full((128, 192), 255, np.uint8)).max() == 0


def test_an_empty_mask_leaves_the_picture(golden):
    image = golden("chelsea_192x128", "RGB")
    np.testing.assert_array_equal(fill(image, np.zeros((128, 192), np.uint8)), image)


@pytest.mark.parametrize("name", ["telea", "navier-stokes"])
def test_shades_are_continued_into_the_hole(name):
    slope = np.tile(np.arange(96, dtype=np.uint8)[None, :, None] * 2, (64, 1, 3))
    mask = np.zeros((64, 96), np.uint8)
    mask[26:38, 40:56] = 255
    spoilt = np.where(mask[..., None] > 0, np.uint8(255), slope)
    made = FILLS[name](spoilt, mask)
    assert np.abs(made.astype(int) - slope).max() <= 12
    np.testing.assert_array_equal(made[mask == 0], slope[mask == 0])


@pytest.mark.parametrize("name", ["telea", "navier-stokes"])
def test_where_all_is_hole_nothing_is_continued(name):
    assert FILLS[name](np.full((8, 9, 3), 200, np.uint8), np.full((8, 9), 255, np.uint8)).max() == 0
