"""The autoencoder in strips is the autoencoder."""

import math

import pytest
import torch

from pentimento.nets.strips import decode_in_strips, encode_in_strips
from tiny import tiny_modules


@pytest.fixture(scope="module")
def vae():
    return tiny_modules()["vae"].eval().requires_grad_(False)


def smooth(height: int, width: int, channels: int) -> torch.Tensor:
    """A smooth scene with a slope, so that no two strips have the same averages."""
    down, across = torch.linspace(0, 3, height)[:, None], torch.linspace(0, 2, width)[None]
    return torch.stack([torch.sin(down * (k + 1) + across) + down / 2 for k in range(channels)])[None]


@pytest.mark.parametrize("rows", [8, 16, 24, 1000])
@pytest.mark.parametrize("size", [(8, 6), (13, 5)], ids=str)
def test_a_picture_decoded_in_strips_has_no_seam(vae, size, rows):
    latents = smooth(*size, 4)
    with torch.inference_mode():
        whole, strips = vae.decode(latents, return_dict=False)[0], decode_in_strips(vae, latents, rows)
    levels = ((whole - strips) / 2 * 255).abs().max().item()
    assert strips.shape == (1, 3, size[0] * 8, size[1] * 8)
    assert levels < 0.01, levels


@pytest.mark.parametrize("rows", [7, 16, 64, 1000])
@pytest.mark.parametrize("size", [(64, 48), (72, 40), (70, 45)], ids=str)
def test_a_picture_encoded_in_strips_is_the_same(vae, size, rows):
    image = smooth(*size, 3) / 2
    with torch.inference_mode():
        posterior = vae.encode(image).latent_dist
        mean, log_variance = encode_in_strips(vae, image, rows).chunk(2, dim=1)
    assert torch.allclose(mean, posterior.mean, atol=1e-5)
    assert torch.allclose(log_variance.clamp(-30, 20), posterior.logvar, atol=1e-5)


def test_each_alone_would_show_a_seam(vae):
    """What strips with norms of their own would do: the test above is no accident."""
    latents = smooth(16, 6, 4)
    with torch.inference_mode():
        whole = vae.decode(latents, return_dict=False)[0]
        halves = torch.cat([vae.decode(half, return_dict=False)[0] for half in latents.chunk(2, dim=2)], dim=2)
    assert ((whole - halves) / 2 * 255).abs().max().item() > 1
    assert math.isfinite(float(whole.sum()))
