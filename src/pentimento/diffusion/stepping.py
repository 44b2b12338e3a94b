"""What the samplers that walk noise levels have in common: their signature, the levels, and noise on the way."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from pentimento.diffusion.options import SamplerOptions
from pentimento.words.latents import Denoiser, Latents, NoiseBetween, Sigmas, Steps

Sampler: TypeAlias = Callable[[Denoiser, Latents, Sigmas, NoiseBetween, SamplerOptions], Steps]
"""A generator of steps, with no device, no progress and no state but its locals.

Where a sampler asks for noise, how often and in what order decides the picture, so that is part of its definition.
"""


def levels(sigmas: Sigmas) -> Iterator[tuple[int, tuple[float, float]]]:
    """(number, (sigma, next sigma)) of each step."""
    return enumerate(pairwise(sigmas.tolist()))


def ancestral(sigma: float, next_sigma: float, eta: float) -> tuple[float, float]:
    """(down, up): walk to `down` without noise, then add noise of deviation `up` to stand at `next_sigma`.

    Source: Song et al. 2020 (arXiv:2010.02502), equation 16, in terms of σ.
    """
    if not eta:
        return next_sigma, 0.0
    up = min(next_sigma, eta * math.sqrt(next_sigma**2 * (sigma**2 - next_sigma**2) / sigma**2))
    return math.sqrt(next_sigma**2 - up**2), up


@dataclass(frozen=True)
class Churn:
    """Noise put in before a step, at the levels between `low` and `high`, that raises σ to σ·(1 + gamma).

    Source: Karras et al. 2022 (arXiv:2206.00364), algorithm 2, lines 4 to 6.
    """

    gamma: float
    low: float
    high: float
    s_noise: float

    @classmethod
    def over(cls, sigmas: Sigmas, options: SamplerOptions) -> "Churn":
        gamma = min(options.s_churn / max(len(sigmas) - 1, 1), math.sqrt(2) - 1)
        return cls(gamma, options.s_tmin, options.s_tmax, options.s_noise)

    def heated(self, x: Latents, sigma: float, next_sigma: float, noise: NoiseBetween) -> tuple[Latents, float]:
        """(x, σ) after the noise. While churn is on noise is drawn once a step, whether this one uses it or not."""
        if not self.gamma:
            return x, sigma
        fresh = noise(sigma, next_sigma)
        if not self.low <= sigma <= self.high:
            return x, sigma
        hotter = sigma * (1 + self.gamma)
        return x + fresh * self.s_noise * math.sqrt(hotter**2 - sigma**2), hotter
