"""Where sampling starts: latents and noise mixed at the first noise level.

Throughout, `noise` is unit normal (B, 4, H/8, W/8), already multiplied by the initial noise multiplier.
"""

import math

from pentimento.words.latents import Latents


def from_noise(noise: Latents, sigma: float, *, sgm: bool = False) -> Latents:
    """Nothing but noise of the level sigma, for samplers that walk sigmas.

    sgm  scale by √(1 + σ²), as Stability's code does: the noise of an image of unit variance is part of it
    """
    return noise * (math.sqrt(1 + sigma**2) if sgm else sigma)


def from_latents(known: Latents, noise: Latents, sigma: float, *, extra_noise: float = 0) -> Latents:
    """A picture's latents under noise of the level sigma, for samplers that walk sigmas."""
    return known + noise * (sigma + extra_noise)


def from_latents_at(known: Latents, noise: Latents, alpha: float, *, extra_noise: float = 0) -> Latents:
    """A picture's latents under noise at ᾱ = alpha, variance preserved, for samplers that walk timesteps.

    Without a picture such samplers start from the noise as it is.
    """
    return known * math.sqrt(alpha) + noise * (math.sqrt(1 - alpha) + extra_noise * math.sqrt(alpha))
