"""A short DDIM loop of our own, so that training can look at its pictures without the engine."""

from collections.abc import Sequence

import torch
from torch import Tensor

from pentimento.starter.networks import Networks
from pentimento.starter.tokens import token_tensor

TIMESTEPS = 1000
LINEAR_START, LINEAR_END = 0.00085, 0.0120
"""β of the first and the last training step; the schedule is linear in √β."""


def alphas() -> Tensor:
    """(1000,) ᾱ of the scaled-linear schedule (Rombach et al. 2022), the share of signal variance."""
    betas = torch.linspace(LINEAR_START**0.5, LINEAR_END**0.5, TIMESTEPS, dtype=torch.float64) ** 2
    return (1 - betas).cumprod(0).float()


def text_features(networks: Networks, prompts: Sequence[str]) -> Tensor:
    """(B, 77, width): what the U-Net attends to."""
    return networks.text(token_tensor(prompts)).last_hidden_state


@torch.inference_mode()
def sample(
    networks: Networks,
    prompts: Sequence[str],
    seed: int,
    size: tuple[int, int],
    *,
    steps: int = 20,
    cfg_scale: float = 7,
    known: Tensor | None = None,
    hole: Tensor | None = None,
    surroundings: Tensor | None = None,
) -> Tensor:
    """Latents (B, 4, H/8, W/8) painted from pure noise by DDIM (Song et al. 2021, equation 12 with η = 0).

    size          rows and columns in latent cells
    known         (B, 4, h, w) latents that stay where `hole` (B, 1, h, w), 1 repaints, is 0
    surroundings  (B, 5, h, w) what a 9-channel U-Net sees besides
    """
    noise = torch.randn(len(prompts), 4, *size, generator=torch.Generator().manual_seed(seed))
    bars = alphas()
    features = text_features(networks, [*prompts, *[""] * len(prompts)])
    times = [round(i * TIMESTEPS / steps) + 1 for i in reversed(range(steps))]
    x = noise
    for i, t in enumerate(times):
        signal, share = bars[t].sqrt(), (1 - bars[t]).sqrt()
        seen = x if surroundings is None else torch.cat([x, surroundings], dim=1)
        eps, plain = networks.unet(torch.cat([seen, seen]), t, encoder_hidden_states=features).sample.chunk(2)
        eps = plain + cfg_scale * (eps - plain)
        clean = (x - share * eps) / signal
        if known is not None and hole is not None:
            clean = hole * clean + (1 - hole) * known
            eps = (x - signal * clean) / share
        after = bars[times[i + 1]] if i + 1 < steps else torch.tensor(1.0)
        x = after.sqrt() * clean + (1 - after).sqrt() * eps
    return x
