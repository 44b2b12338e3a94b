import numpy as np
import pytest

from pentimento.pixels.fill import fill

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
