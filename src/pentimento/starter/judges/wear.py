"""Wear and tear: what an autoencoder and a sampler do to a drawing, so that judges know drawings through it."""

import torch
from torch import Generator, Tensor
from torch.nn.functional import avg_pool2d, interpolate


def worn(x: Tensor, rng: Generator) -> Tensor:
    """(B, 3, H, W) in [−1, 1]: mirrored, coarsened, softened, tinted and spotted, each picture by its own lot;
    rng lives on the device of x.
    """
    for way in (mirrored, coarse, soft, tinted, spotted):
        x = way(x, rng)
    return x


def lot(x: Tensor, rng: Generator, channels: int = 1) -> Tensor:
    """(B, channels, 1, 1) in [0, 1)."""
    return torch.rand(x.shape[0], channels, 1, 1, generator=rng, device=rng.device)


def mirrored(x: Tensor, rng: Generator) -> Tensor:
    return torch.where(lot(x, rng) < 0.5, x, x.flip(3))


def coarse(x: Tensor, rng: Generator) -> Tensor:
    """As if cut from a smaller picture; one size for a batch's half."""
    side = int(torch.randint(28, 60, (1,), generator=rng, device=rng.device))
    small = interpolate(x, (side, side), mode="bilinear", antialias=True, align_corners=False)
    back = interpolate(small, x.shape[2:], mode="bilinear", align_corners=False)
    return torch.where(lot(x, rng) < 0.5, x, back)


def soft(x: Tensor, rng: Generator) -> Tensor:
    share = lot(x, rng)
    return x * (1 - share) + avg_pool2d(x, 3, 1, 1, count_include_pad=False) * share


def tinted(x: Tensor, rng: Generator) -> Tensor:
    """Each channel up to 15 % stronger or weaker, and up to 0.12 lighter or darker."""
    return x * (0.85 + 0.3 * lot(x, rng, 3)) + 0.24 * (lot(x, rng, 3) - 0.5)


def spotted(x: Tensor, rng: Generator) -> Tensor:
    """Noise of three grains: latent cells, half of them, pixels."""
    for cells, strength in ((8, 0.16), (24, 0.16), (x.shape[2], 0.12)):
        noise = torch.randn(x.shape[0], 3, cells, cells, generator=rng, device=rng.device)
        grain = interpolate(noise, x.shape[2:], mode="bilinear", align_corners=False)
        x = x + strength * lot(x, rng) * grain
    return x
