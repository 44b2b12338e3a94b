"""Restart: a sampler whose levels climb again on the way, and the list of its steps."""

import math
from itertools import pairwise

import torch

from pentimento.diffusion.options import SamplerOptions
from pentimento.diffusion.schedule import karras
from pentimento.diffusion.slopes import heun_step
from pentimento.words.latents import Denoiser, Latents, NoiseBetween, Sigmas, Step, Steps


def restart(denoise: Denoiser, x: Latents, sigmas: Sigmas, noise: NoiseBetween, options: SamplerOptions) -> Steps:
    """Heun steps that, near σ = 0.1, go back up to σ ≈ 2 with fresh noise and come down again.

    Source: Xu et al. 2023, Restart Sampling (arXiv:2306.14878), algorithm 1.
    """
    reached = math.inf
    for i, (sigma, next_sigma) in enumerate(restart_steps(sigmas)):
        if sigma > reached:
            x = x + noise(reached, sigma) * math.sqrt(sigma**2 - reached**2)
        x, x0 = heun_step(denoise, x, sigma, next_sigma)
        reached = next_sigma
        yield Step(i, next_sigma, x, x0)


RESTART_FROM, RESTART_TO = 0.1, 2.0


def restart_steps(sigmas: Sigmas) -> list[tuple[float, float]]:
    """The steps of Restart, about as many as the list has; of a list of 20 steps or more only its ends are kept.

    From 20 steps on, one climb of 9 steps; from 36 on, two of a quarter of the steps each.
    """
    steps = len(sigmas) - 1
    if steps < 20:
        return list(pairwise(sigmas.tolist()))
    length, climbs = (steps // 4, 2) if steps >= 36 else (9, 1)
    down = torch.cat([karras(steps - length * climbs, sigmas[-2].item(), sigmas[0].item()), torch.zeros(1)])
    low, high = (int((down - level).abs().argmin()) for level in (RESTART_FROM, RESTART_TO))
    again = karras(length + 1, down[low].item(), down[high].item()) if high < low else torch.zeros(0)
    path = list(pairwise(down.tolist()))
    return path[:low] + climbs * list(pairwise(again.tolist())) + path[low:]
