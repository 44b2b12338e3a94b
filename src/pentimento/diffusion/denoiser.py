"""What samplers call: networks' predictions as denoisers, and the picture outside the hole held fast."""

import math
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from pentimento.diffusion.levels import Level
from pentimento.diffusion.schedule import NoiseSchedule
from pentimento.words.latents import Denoiser, EpsModel, LatentMask, Latents

SIGMA_DATA = 0.5
TIMESTEP_SCALE = 10.0


class Guess(NamedTuple):
    """What the guided network takes for noise in x.

    eps     with guidance
    uncond  of the negative prompt alone, which DDIM CFG++ walks along
    """

    eps: Latents
    uncond: Latents


GuessModel: TypeAlias = Callable[[Latents, float], Guess]
"""(x, t) → the noise in x, where x = √ᾱ·clean + √(1−ᾱ)·noise at training timestep t."""


def from_eps(eps: EpsModel, model: NoiseSchedule) -> Denoiser:
    """A denoiser from a network that predicts noise: x0 = x − σ·ε(x/√(σ²+1), t).

    Source: Karras et al. 2022 (arXiv:2206.00364), table 1, column VP.
    """
    return lambda x, sigma: x - sigma * eps(x / math.sqrt(sigma**2 + 1), model.t(sigma))


def from_v(v: EpsModel, model: NoiseSchedule) -> Denoiser:
    """A denoiser from a network that predicts v = √ᾱ·noise − √(1−ᾱ)·clean.

    Source: Salimans and Ho 2022, Progressive Distillation (arXiv:2202.00512), appendix D.
    """

    def denoise(x: Latents, sigma: float) -> Latents:
        variance = sigma**2 + 1
        return x / variance - v(x / math.sqrt(variance), model.t(sigma)) * (sigma / math.sqrt(variance))

    return denoise


def from_consistency(eps: EpsModel, model: NoiseSchedule) -> Denoiser:
    """A denoiser from a latent consistency model; `model` is its schedule, `NoiseSchedule.consistency()`.

    Source: Luo et al. 2023, Latent Consistency Models (arXiv:2310.04378), section 3 and its published code: between the
    guess and x so that nothing changes at t = 0.
    """

    def denoise(x: Latents, sigma: float) -> Latents:
        t = model.t(sigma)
        x0 = x - sigma * eps(x / math.sqrt(sigma**2 + 1), t)
        scaled = (TIMESTEP_SCALE * t) ** 2 + SIGMA_DATA**2
        return x0 * (TIMESTEP_SCALE * t / math.sqrt(scaled)) + x * (SIGMA_DATA**2 / scaled)

    return denoise


def eps_from_v(v: EpsModel, model: NoiseSchedule) -> EpsModel:
    """The noise a v-predicting network sees: ε = √ᾱ·v + √(1−ᾱ)·x. Source: as `from_v`."""

    def eps(x: Latents, t: float) -> Latents:
        level = Level.of(t, model)
        return level.signal * v(x, t) + level.deviation * x

    return eps


def keep_known(denoise: Denoiser, known: Latents, hole: LatentMask) -> Denoiser:
    """Hold everything outside the hole to the picture it came from, at every step.

    known    (B, 4, H/8, W/8)  clean latents of the picture, at the model's scale
    hole     (1, 1, H/8, W/8)  in [0, 1]: 1 repaints, 0 keeps, between mixes
    returns  a denoiser whose guess equals `known` wherever `hole` is 0

    The clean guess is mixed, as webui's k-diffusion samplers do. Blended Latent Diffusion (arXiv:2206.02779) mixes the
    noised state instead.
    """
    return lambda x, sigma: blend(known, denoise(x, sigma), hole)


def keep_known_eps(guess: GuessModel, known: Latents, hole: LatentMask, model: NoiseSchedule) -> GuessModel:
    """`keep_known` for samplers that walk timesteps.

    Outside the hole the noise is whatever makes x the known picture, so that the clean image implied is mixed.
    """

    def kept(x: Latents, t: float) -> Guess:
        outside = Level.of(t, model).eps(x, known)
        return Guess(*(blend(outside, inside, hole) for inside in guess(x, t)))

    return kept


def keep_by(guess: GuessModel, mix: Denoiser, model: NoiseSchedule) -> GuessModel:
    """A change of the clean image, for samplers that walk timesteps.

    mix  (clean guess, sigma) → the clean image wanted instead
    """

    def kept(x: Latents, t: float) -> Guess:
        level = Level.of(t, model)
        return Guess(*(level.eps(x, mix(level.clean(x, eps), level.sigma)) for eps in guess(x, t)))

    return kept


def show_known(guess: GuessModel, known: Latents, hole: LatentMask) -> GuessModel:
    """The reference's way to keep the picture in timestep samplers: the network is shown `known`, without noise (Q-4).

    At no timestep has it been trained to see that, so results are dark and too smooth.
    """
    return lambda x, t: guess(blend(known, x, hole), t)


def blend(known: Latents, painted: Latents, hole: LatentMask) -> Latents:
    """`painted` where the hole is 1, `known` where it is 0, exactly."""
    return known * (1 - hole) + painted * hole
