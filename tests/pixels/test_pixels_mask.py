import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pentimento.pixels.crop import masked_region
from pentimento.pixels.mask import (
    around,
    blurred,
    blurred_outwards,
    bounds,
    conditioning_mask,
    coverage,
    doubled,
    inverted,
    latent_mask_bicubic,
    latent_mask_max,
    pixel_mask,
    reach,
    touches,
)
from pentimento.pixels.overlay import cut_with_bars, overlay_of
from pentimento.pixels.resize import resize
from pentimento.words.choices import ResizeMode
from pentimento.words.sizes import Box, Size

GOLDEN = Path(__file__).parents[1] / "golden" / "pixels"
CASES = json.loads((GOLDEN / "latent_masks.json").read_text())
WORKING = Size(192, 128)


def stroke(width, height=128):
    mask = np.zeros((height, 192), np.uint8)
    mask[:, 90 : 90 + width] = 255
    return mask


@settings(max_examples=60)
@given(
    st.integers(1, 90), st.integers(1, 90), st.sampled_from([0, 1, 4, 9, 64]), st.sampled_from([0, 1, 4, 20]),
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(1, 30), st.integers(0, 255)), max_size=3),
    st.sampled_from([blurred, blurred_outwards]),
)  # fmt: skip
def test_softened_around_its_marks_a_mask_is_as_softened_whole(width, height, x, y, marks, soften):
    mask = np.zeros((height, width), np.uint8)
    for across, down, side, value in marks:
        left, top = int(across * (width - 1)), int(down * (height - 1))
        mask[top : top + side, left : left + side] = value
    near = around(mask, reach(max(x, y)), lambda part: soften(part, x, y))
    assert (near == soften(mask, x, y)).all()


@pytest.mark.parametrize("case", CASES, ids=[case["key"] for case in CASES])
def test_latent_mask_and_overlay_are_the_references(case, golden):
    mask = golden(case["mask"].removeprefix("inputs/").removesuffix(".png"), "L")
    mask = blurred(inverted(mask) if case["invert"] else mask, case["mask_blur"], case["mask_blur"])
    if case["inpaint_full_res"]:
        box = masked_region(mask, case["padding"], WORKING)
        assert box is not None
        assert [box.left, box.top, box.width, box.height] == case["paste_to"]
        overlay_mask, working = mask, cut_with_bars(mask, box, WORKING)
    else:
        working = resize(mask, WORKING, ResizeMode.STRETCH)
        overlay_mask = doubled(working)
    with np.load(GOLDEN / "latent_masks.npz") as recorded:
        latent = latent_mask_bicubic(working, WORKING.cells, not case["soft"])
        np.testing.assert_array_equal(latent, recorded[f"{case['key']}/latent_mask"])
        np.testing.assert_array_equal(overlay_mask, recorded[f"{case['key']}/overlay_mask"])
        alpha = overlay_of(np.full((128, 192, 3), 77, np.uint8), overlay_mask)[..., 3]
        np.testing.assert_array_equal(alpha, recorded[f"{case['key']}/overlay_alpha"])


def test_a_blurred_edge_has_the_recorded_profile():
    mask = np.zeros((3, 80), np.uint8)
    mask[:, 40:] = 255
    profile = [0, 1, 3, 7, 12, 21, 32, 48, 67, 90, 115, 140, 165, 188, 207, 223, 234, 243, 248, 252, 254, 255]
    assert blurred(mask, 4, 0)[1, 29:51].tolist() == profile
    assert blurred(mask.T.copy(), 0, 4)[29:51, 1].tolist() == profile


def test_no_blur_leaves_the_mask_alone():
    assert blurred(stroke(3), 0, 0).tolist() == stroke(3).tolist()


def test_doubling_ends_at_255():
    assert doubled(np.array([[0, 1, 127, 128, 255]], np.uint8)).tolist() == [[0, 2, 254, 255, 255]]


def test_bounds_of_an_empty_mask_are_none():
    assert bounds(np.zeros((5, 5), np.uint8)) is None


def test_bounds_pass_over_faint_noise():
    mask = stroke(4)
    mask[0, 0] = 2
    assert bounds(mask) == Box(0, 0, 94, 128)
    assert bounds(mask, above=2) == Box(90, 0, 94, 128)


def test_coverage_and_sides_describe_the_mask():
    assert coverage(stroke(96)) == pytest.approx(0.5)
    assert touches(stroke(4)) == ("top", "bottom")
    assert touches(np.full((4, 4), 255, np.uint8)) == ("left", "top", "right", "bottom")
    assert touches(np.pad(np.full((2, 2), 1, np.uint8), 1)) == ()


@pytest.mark.parametrize("width", range(1, 9))
def test_the_thinnest_stroke_keeps_its_cells_by_maximum(width):
    assert latent_mask_max(stroke(width)).max() == 1


def test_the_thinnest_stroke_is_lost_to_the_references_latent_mask():
    assert latent_mask_bicubic(stroke(1), WORKING.cells, True).max() == 0


def test_the_maximum_keeps_soft_masks_soft_unless_they_are_to_be_rounded():
    soft = stroke(8) // 255 * 100
    assert latent_mask_max(soft).max() == np.float32(100 / 255)
    assert latent_mask_max(soft, round=True).max() == 0


def test_halves_round_to_the_even_so_128_is_new_and_127_old():
    assert pixel_mask(np.array([[127, 128]], np.uint8), True).tolist() == [[0, 1]]


def test_the_conditioning_mask_is_the_top_left_pixel_of_each_cell():
    mask = np.zeros((16, 16), np.uint8)
    mask[8, 8], mask[7, 7] = 255, 255
    assert conditioning_mask(mask, Size(2, 2), False).tolist() == [[0, 0], [0, 1]]
