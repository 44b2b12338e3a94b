"""Soft inpainting, all cells at once, equals a loop over cells written from its description."""

import numpy as np
import pytest
import torch

import soft_by_pixel as loop
from pentimento.engine import soft
from pentimento.words.request import SoftInpainting

SETTINGS = (
    SoftInpainting(),
    SoftInpainting(schedule_bias=2.5, preservation_strength=1.2, transition_contrast_boost=1),
    SoftInpainting(mask_influence=1, difference_threshold=1.5, difference_contrast=4, transition_contrast_boost=16),
    SoftInpainting(mask_influence=0.3, preservation_strength=4, difference_threshold=0.25, difference_contrast=0.5),
)


def latents(seed: int, height: int = 17, width: int = 12) -> torch.Tensor:
    return torch.randn((2, 4, height, width), generator=torch.Generator().manual_seed(seed))


def a_hole(height: int = 17, width: int = 12) -> torch.Tensor:
    """From nothing to everything, with both ends."""
    return torch.linspace(-0.2, 1.2, height * width).clamp(0, 1).reshape(1, 1, height, width)


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("sigma", [14.6, 3.0, 0.7, 0.03])
def test_the_blend_is_that_of_a_loop_over_cells(settings, sigma):
    known, new, hole = latents(1), latents(2), a_hole()
    ours = soft.blend(known, new, hole, sigma, settings)
    for k in range(2):
        theirs = loop.blended(known[k].double().numpy(), new[k].double().numpy(), hole[0, 0].numpy(), sigma, settings)
        np.testing.assert_allclose(ours[k].numpy(), theirs, rtol=1e-4, atol=2e-5)


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_changes_found_are_those_of_a_loop_over_cells(settings):
    known, hole = latents(3), a_hole()
    new = known + latents(4) * torch.linspace(0, 1, 12)
    ours = soft.changed(known, new, hole, settings)
    for k in range(2):
        theirs = loop.changed(known[k].numpy(), new[k].numpy(), hole[0, 0].numpy(), settings)
        assert abs(ours[k].astype(int) - theirs).max() <= 1
        assert (ours[k] != theirs).mean() < 0.02


def test_the_rank_filter_alone_is_that_of_a_loop():
    values = np.random.default_rng(0).random((9, 14), np.float32)
    for low, high in ((0.9, 1.0), (0.25, 0.75), (0.0, 1.0)):
        theirs = loop.ranked(values.astype(float).tolist(), low, high)
        np.testing.assert_allclose(soft._rank_mean(values, low, high), theirs, atol=1e-6)


def test_where_the_mask_is_0_the_known_picture_stays_and_where_it_is_1_the_new_one():
    known, new, hole = latents(1), latents(2), a_hole()
    mixed = soft.blend(known, new, hole, 2.0, SoftInpainting())
    kept, repainted = (hole == 0).expand_as(known), (hole == 1).expand_as(known)
    torch.testing.assert_close(mixed[kept], known[kept], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(mixed[repainted], new[repainted], atol=1e-4, rtol=1e-4)


def test_nothing_changed_is_nothing_new():
    known = latents(1)
    assert all(mask.max() == 0 for mask in soft.changed(known, known, a_hole(), SoftInpainting()))
