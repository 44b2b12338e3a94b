"""Brownian paths: those of torchsde, additive, and of the right variance."""

import math
from itertools import pairwise

import pytest
import torch
import torchsde

from pentimento.diffusion.brownian import BrownianTree, brownian_noise
from pentimento.diffusion.schedule import build_sigmas, noise_schedule, scaled_linear
from pentimento.words.choices import NoiseSource, SchedulerName

SIGMAS = build_sigmas(SchedulerName.EXPONENTIAL, 12, noise_schedule(scaled_linear()))
LOW, HIGH = SIGMAS[-2].item(), SIGMAS[0].item()


@pytest.mark.filterwarnings("ignore:Should have")
def test_paths_are_those_of_torchsde_bit_for_bit():
    ours = BrownianTree(LOW, HIGH, (4, 3, 5), 1234)
    theirs = torchsde.BrownianTree(torch.tensor(LOW), torch.zeros(4, 3, 5), torch.tensor(HIGH), entropy=1234)
    for high, low in pairwise(SIGMAS[:-1]):
        middle = torch.sqrt(high * low)
        for start, end in ((middle, high), (low, high)):
            assert torch.equal(ours.increment(start.item(), end.item()), theirs(start, end))


@pytest.mark.parametrize("source", [NoiseSource.CPU, NoiseSource.NV])
def test_increments_add_up(source):
    tree = BrownianTree(0.1, 10, (4, 8, 8), 3, source)
    parts = tree.increment(0.1, 0.7) + tree.increment(0.7, 3.3) + tree.increment(3.3, 10)
    torch.testing.assert_close(parts, tree.increment(0.1, 10), atol=1e-5, rtol=0)


def test_a_path_does_not_depend_on_what_was_asked_before():
    fresh, used = (BrownianTree(0.1, 10, (4, 8, 8), 3, NoiseSource.NV) for _ in range(2))
    for ends in ((5, 9), (0.2, 0.3), (0.25, 6)):
        used.increment(*ends)
    assert torch.equal(used.increment(1, 2), fresh.increment(1, 2))


@pytest.mark.parametrize("source", [NoiseSource.CPU, NoiseSource.NV])
def test_noise_between_levels_is_unit_normal_and_independent(source):
    noise = brownian_noise([1], (4, 64, 64), SIGMAS, source)
    first, second = noise(*SIGMAS[2:4].tolist()), noise(*SIGMAS[3:5].tolist())
    for fresh in (first, second):
        assert abs(fresh.mean().item()) < 0.03
        assert fresh.var().item() == pytest.approx(1, abs=0.05)
    assert abs((first * second).mean().item()) < 0.03


def test_a_picture_of_a_batch_has_its_own_path():
    batch = brownian_noise([5, 6], (4, 6, 6), SIGMAS, NoiseSource.NV)(2.0, 1.0)
    for k, seed in enumerate((5, 6)):
        assert torch.equal(batch[k : k + 1], brownian_noise([seed], (4, 6, 6), SIGMAS, NoiseSource.NV)(2.0, 1.0))


def test_noise_is_the_falling_path_over_the_root_of_its_length():
    noise = brownian_noise([5], (4, 6, 6), SIGMAS)(3.0, 1.0)
    increment = BrownianTree(LOW, HIGH, (4, 6, 6), 5).increment(1.0, 3.0)
    torch.testing.assert_close(noise[0], -increment / math.sqrt(2))
