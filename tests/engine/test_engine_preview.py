"""Previews show what is coming: exactly where colours are a linear function of latents, nearly elsewhere."""

import time

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from pentimento.checkpoint.open import open_checkpoint
from pentimento.engine.preview import Linear, _patchworks, decoded, fitted
from pentimento.nets.vae import VAE
from toy import ToyUNet, ToyVAE, level, toy


def smooth(seed, cells=8):
    random = torch.Generator().manual_seed(seed)
    return F.interpolate(torch.randn(2, 4, 2, 2, generator=random), (cells, cells), mode="bilinear") * 0.5


def test_where_a_cell_is_its_pixels_mean_colour_the_map_finds_that():
    linear = fitted(VAE(ToyVAE(), 1))
    colours = torch.rand(1, 3, 8, 8) * 1.6 - 0.8
    latents = torch.cat([colours, colours.mean(1, keepdim=True)], dim=1)
    (shown,) = linear(latents)
    wanted = ((colours[0].permute(1, 2, 0).numpy() + 1) * 127.5).round()
    assert np.abs(shown - wanted).max() <= 1


def test_it_is_the_best_linear_map_of_what_it_was_shown(tiny_checkpoint):
    """At the least squares no other map is nearer, so its residuals are at right angles to the latents."""
    vae = open_checkpoint(tiny_checkpoint).networks.vae
    linear = fitted(vae)
    known = [vae.encode(picture).mean for picture in _patchworks()]
    with torch.inference_mode():
        rests = [
            F.avg_pool2d(vae.decode(one), 8)[0] - torch.einsum("oc,chw->ohw", linear.weights, one[0])
            - linear.bias[:, None, None]
            for one in known
        ]  # fmt: skip
        slopes = sum(torch.einsum("ohw,chw->oc", rest, one[0]) for rest, one in zip(rests, known, strict=True))
        scale = sum(rest.norm() * one.norm() for rest, one in zip(rests, known, strict=True))
    assert slopes.abs().max() <= 1e-4 * scale


def test_it_is_written_down_and_read_again():
    linear = fitted(VAE(ToyVAE(), 1))
    latents = smooth(2)
    for one, other in zip(linear(latents), Linear.of(str(linear))(latents), strict=True):
        assert np.array_equal(one, other)


def test_a_preview_of_every_picture_in_the_batch_at_both_sizes():
    opened = toy(ToyUNet(level(0.3)))
    latents = smooth(1)
    assert [shown.shape for shown in fitted(opened.networks.vae)(latents)] == [(8, 8, 3)] * 2
    assert [shown.shape for shown in decoded(opened.networks, latents)] == [(64, 64, 3)] * 2


@pytest.mark.parametrize("batch", [1, 4])
def test_a_linear_preview_costs_next_to_nothing(batch):
    """A step of SD 1.5 at 512 × 512 takes longer than 200 ms on a processor, 15 ms on a fast card."""
    linear = fitted(VAE(ToyVAE(), 1))
    latents = torch.randn(batch, 4, 64, 64)
    times = []
    for _ in range(20):
        begun = time.perf_counter()
        linear(latents)
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.002 * batch
