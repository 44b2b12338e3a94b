"""The samplers of DPM-Solver++: exponential integrators of what `denoise` guesses, for the ODE and for the SDE.

λ = −log σ, h is a step in λ, and x0 is the guess.

Source: Lu et al. 2022, DPM-Solver++ (arXiv:2211.01095); the SDE with η as in k-diffusion (K. Crowson).
"""

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import torch

from pentimento.diffusion.options import SamplerOptions
from pentimento.diffusion.stepping import Sampler, ancestral, levels
from pentimento.words.latents import Denoiser, Latents, NoiseBetween, Sigmas, Step, Steps


def towards(x: Latents, x0: Latents, sigma: float, next_sigma: float) -> Latents:
    """From one level to another as if the guess x0 held throughout: exponential Euler, which is DDIM.

    Source: Lu et al. 2022, DPM-Solver++ (arXiv:2211.01095), equation 9 with n = 1, in terms of σ.
    """
    share = next_sigma / sigma
    return share * x + (1 - share) * x0


def dpmpp_2m(denoise: Denoiser, x: Latents, sigmas: Sigmas, noise: NoiseBetween, options: SamplerOptions) -> Steps:
    """DPM-Solver++, two-step. Order 2.

    Source: Lu et al. 2022, DPM-Solver++ (arXiv:2211.01095), algorithm 2.
    """
    before: tuple[Latents, float] | None = None
    for i, (sigma, next_sigma) in levels(sigmas):
        x0 = guess = denoise(x, sigma)
        if next_sigma > 0:
            h = math.log(sigma / next_sigma)
            if before:
                guess = x0 + (x0 - before[0]) * h / (2 * before[1])
            before = x0, h
        x = towards(x, guess, sigma, next_sigma)
        yield Step(i, next_sigma, x, x0)


def dpmpp_2s_a(denoise: Denoiser, x: Latents, sigmas: Sigmas, noise: NoiseBetween, options: SamplerOptions) -> Steps:
    """DPM-Solver++, single-step with one middle point, to below the next level, and fresh noise back up to it.

    Source: Lu et al. 2022, DPM-Solver++ (arXiv:2211.01095), algorithm 1 with r = ½; noise as in k-diffusion.
    """
    for i, (sigma, next_sigma) in levels(sigmas):
        x0 = guess = denoise(x, sigma)
        down, up = ancestral(sigma, next_sigma, options.eta)
        if down > 0:
            middle = math.sqrt(sigma * down)
            guess = denoise(towards(x, x0, sigma, middle), middle)
        x = towards(x, guess, sigma, down)
        if next_sigma > 0:
            x = x + noise(sigma, next_sigma) * options.s_noise * up
        yield Step(i, next_sigma, x, x0)


def dpmpp_sde(denoise: Denoiser, x: Latents, sigmas: Sigmas, noise: NoiseBetween, options: SamplerOptions) -> Steps:
    """DPM-Solver++ (2S) for the SDE, with r = ½: a noisy half step, then the whole step with the guess made there.

    Levels are kept as float32 logarithms: noise depends on where exactly a Brownian path is read.

    Source: k-diffusion (K. Crowson), after Lu et al. 2022 (arXiv:2211.01095).
    """
    for i, (sigma, next_sigma) in levels(sigmas):
        x0 = guess = denoise(x, sigma)
        if next_sigma == 0:
            x = towards(x, x0, sigma, next_sigma)
        else:
            start, end = -torch.tensor([sigma, next_sigma]).log()
            here, middle, there = (t.neg().exp().item() for t in (start, start + (end - start) * 0.5, end))

            down, up = ancestral(here, middle, options.eta)
            halfway = towards(x, x0, here, down) + noise(here, middle) * options.s_noise * up
            guess = denoise(halfway, middle)

            down, up = ancestral(here, there, options.eta)
            x = towards(x, guess, here, down) + noise(here, there) * options.s_noise * up
        yield Step(i, next_sigma, x, x0)


Correction: TypeAlias = Callable[[float], float]
"""Step in λ, fresh noise included → the weight of the guess's change over such a step."""


def _midpoint(h: float) -> float:
    return -math.expm1(-h) / 2


def _heun(h: float) -> float:
    return math.expm1(-h) / h + 1


def _dpmpp_2m_sde(correction: Correction) -> Sampler:
    def sample(denoise: Denoiser, x: Latents, sigmas: Sigmas, noise: NoiseBetween, options: SamplerOptions) -> Steps:
        """DPM-Solver++ (2M) for the SDE.

        Source: Lu et al. 2022, DPM-Solver++ (arXiv:2211.01095), equation 19 and its two-step form; η as in k-diffusion.
        """
        before: tuple[Latents, float] | None = None
        for i, (sigma, next_sigma) in levels(sigmas):
            x0 = denoise(x, sigma)
            if next_sigma == 0:
                x = x0
            else:
                h = math.log(sigma / next_sigma)
                whole = h * (1 + options.eta)
                x = math.exp(-whole) * x - math.expm1(-whole) * x0
                if before:
                    x = x + correction(whole) * (x0 - before[0]) * h / before[1]
                x = x + _fresh(sigma, next_sigma, noise, options)
                before = x0, h
            yield Step(i, next_sigma, x, x0)

    return sample


def _fresh(sigma: float, next_sigma: float, noise: NoiseBetween, options: SamplerOptions) -> Latents | float:
    """The noise of one step of the SDE: its Itô integral from level to level, by s_noise."""
    if not options.eta:
        return 0.0
    deviation = next_sigma * math.sqrt(-math.expm1(-2 * options.eta * math.log(sigma / next_sigma)))
    return noise(sigma, next_sigma) * deviation * options.s_noise


dpmpp_2m_sde = _dpmpp_2m_sde(_midpoint)
dpmpp_2m_sde_heun = _dpmpp_2m_sde(_heun)


def dpmpp_3m_sde(denoise: Denoiser, x: Latents, sigmas: Sigmas, noise: NoiseBetween, options: SamplerOptions) -> Steps:
    """DPM-Solver++ (3M) for the SDE. Of order 2 as published: its second difference weighs half of what Taylor asks.

    Source: k-diffusion (K. Crowson), after Lu et al. 2022 (arXiv:2211.01095): divided differences of three guesses.
    """
    past: list[tuple[Latents, float]] = []
    for i, (sigma, next_sigma) in levels(sigmas):
        x0 = denoise(x, sigma)
        if next_sigma == 0:
            x = x0
        else:
            h = math.log(sigma / next_sigma)
            whole = h * (1 + options.eta)
            x = math.exp(-whole) * x - math.expm1(-whole) * x0
            x = x + _curvature(x0, past, h, whole) + _fresh(sigma, next_sigma, noise, options)
            past = [(x0, h), *past[:1]]
        yield Step(i, next_sigma, x, x0)


def _curvature(x0: Latents, past: Sequence[tuple[Latents, float]], h: float, whole: float) -> Latents | float:
    """What the change of the guess adds to a step of `h` in λ; past: (guess, step after it), newest first."""
    phi_2 = math.expm1(-whole) / whole + 1
    phi_3 = phi_2 / whole - 0.5
    if not past:
        return 0.0
    (x1, h1), *older = past
    near = (x0 - x1) * h / h1
    if not older:
        return phi_2 * near
    x2, h2 = older[0]
    far = (x1 - x2) * h / h2
    second = (near - far) * h / (h1 + h2)
    first = near + second * h1 / h
    return phi_2 * first - phi_3 * second
