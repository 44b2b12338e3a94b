"""Samplers that are methods for the probability-flow ODE dx/dσ = (x − x0)/σ in σ itself, simplest first.

x0 is what `denoise` guesses, and the slope is the noise in x. The ancestral ones walk below the next level instead, and
put fresh noise back up to it.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch

from pentimento.diffusion.options import SamplerOptions
from pentimento.diffusion.stepping import Churn, ancestral, levels
from pentimento.words.latents import Denoiser, Latents, NoiseBetween, Sigmas, Step, Steps


def euler(denoise: Denoiser, x: Latents, sigmas: Sigmas, noise: NoiseBetween, options: SamplerOptions) -> Steps:
    """Euler's method on the probability-flow ODE dx/dσ = (x − x0)/σ, with churn if asked. Order 1.

    Source: Karras et al. 2022 (arXiv:2206.00364), algorithm 2 without its second-order correction.
    """
    churn = Churn.over(sigmas, options)
    for i, (sigma, next_sigma) in levels(sigmas):
        x, sigma = churn.heated(x, sigma, next_sigma, noise)
        x0 = denoise(x, sigma)
        x = x + (x - x0) / sigma * (next_sigma - sigma)
        yield Step(i, next_sigma, x, x0)


def euler_a(denoise: Denoiser, x: Latents, sigmas: Sigmas, noise: NoiseBetween, options: SamplerOptions) -> Steps:
    """Euler steps below the next level, and fresh noise back up to it.

    Source: Song et al. 2020 (arXiv:2010.02502), equation 12, in terms of σ, generalised by k-diffusion (K. Crowson).
    """
    for i, (sigma, next_sigma) in levels(sigmas):
        x0 = denoise(x, sigma)
        down, up = ancestral(sigma, next_sigma, options.eta)
        x = x + (x - x0) / sigma * (down - sigma)
        if next_sigma > 0:
            x = x + noise(sigma, next_sigma) * up
        yield Step(i, next_sigma, x, x0)


def heun_step(denoise: Denoiser, x: Latents, sigma: float, next_sigma: float) -> tuple[Latents, Latents]:
    """(x at the next level, x0): the mean of the slopes at both ends; at level 0, where there is none, Euler's."""
    x0 = denoise(x, sigma)
    slope = (x - x0) / sigma
    ahead = x + slope * (next_sigma - sigma)
    if next_sigma == 0:
        return ahead, x0
    slope_ahead = (ahead - denoise(ahead, next_sigma)) / next_sigma
    return x + (slope + slope_ahead) / 2 * (next_sigma - sigma), x0


def heun(denoise: Denoiser, x: Latents, sigmas: Sigmas, noise: NoiseBetween, options: SamplerOptions) -> Steps:
    """Heun's method on the probability-flow ODE. Order 2.

    Source: Karras et al. 2022 (arXiv:2206.00364), algorithm 2.
    """
    churn = Churn.over(sigmas, options)
    for i, (sigma, next_sigma) in levels(sigmas):
        x, sigma = churn.heated(x, sigma, next_sigma, noise)
        x, x0 = heun_step(denoise, x, sigma, next_sigma)
        yield Step(i, next_sigma, x, x0)


def midpoint_step(denoise: Denoiser, x: Latents, sigma: float, next_sigma: float) -> tuple[Latents, Latents]:
    """(x at the next level, x0): the slope at the middle in log σ, taken over the whole step; to level 0, Euler's."""
    x0 = denoise(x, sigma)
    slope = (x - x0) / sigma
    if next_sigma == 0:
        return x + slope * (next_sigma - sigma), x0
    middle = math.sqrt(sigma * next_sigma)
    halfway = x + slope * (middle - sigma)
    return x + (halfway - denoise(halfway, middle)) / middle * (next_sigma - sigma), x0


def dpm2(denoise: Denoiser, x: Latents, sigmas: Sigmas, noise: NoiseBetween, options: SamplerOptions) -> Steps:
    """The midpoint method, its middle as in DPM-Solver-2, with the churn of Karras et al. Order 2.

    Source: Lu et al. 2022, DPM-Solver (arXiv:2206.00927), algorithm 1 with r = ½.
    """
    churn = Churn.over(sigmas, options)
    for i, (sigma, next_sigma) in levels(sigmas):
        x, sigma = churn.heated(x, sigma, next_sigma, noise)
        x, x0 = midpoint_step(denoise, x, sigma, next_sigma)
        yield Step(i, next_sigma, x, x0)


def dpm2_a(denoise: Denoiser, x: Latents, sigmas: Sigmas, noise: NoiseBetween, options: SamplerOptions) -> Steps:
    """DPM2 to below the next level, and fresh noise back up to it. Source: k-diffusion (K. Crowson)."""
    for i, (sigma, next_sigma) in levels(sigmas):
        down, up = ancestral(sigma, next_sigma, options.eta)
        x, x0 = midpoint_step(denoise, x, sigma, down)
        if down > 0:
            x = x + noise(sigma, next_sigma) * options.s_noise * up
        yield Step(i, next_sigma, x, x0)


def adams_bashforth(past: Sequence[float], start: float, end: float) -> list[float]:
    """Weights of slopes known at `past` (newest first) in an integral from start to end; exact for polynomials."""
    nodes, weights = np.polynomial.legendre.leggauss((len(past) + 1) // 2)
    points = start + (end - start) * (nodes + 1) / 2
    bases = (np.prod([(points - q) / (p - q) for q in past if q != p], axis=0) for p in past)
    return [float((end - start) / 2 * np.sum(weights * basis)) for basis in bases]


def lms(denoise: Denoiser, x: Latents, sigmas: Sigmas, noise: NoiseBetween, options: SamplerOptions) -> Steps:
    """Linear multistep: the polynomial through the last four slopes, integrated. Order 4, once it has got going.

    Source: Bashforth and Adams 1883, for uneven steps; k-diffusion (K. Crowson).
    """
    slopes: list[tuple[float, Latents]] = []
    for i, (sigma, next_sigma) in levels(sigmas):
        x0 = denoise(x, sigma)
        slopes = [(sigma, (x - x0) / sigma), *slopes[:3]]
        weights = adams_bashforth([level for level, _ in slopes], sigma, next_sigma)
        x = x + torch.stack([weight * slope for weight, (_, slope) in zip(weights, slopes, strict=True)]).sum(0)
        yield Step(i, next_sigma, x, x0)
