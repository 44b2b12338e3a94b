"""DPM-Solver, which chooses its own levels between the schedule's ends: fast and adaptive.

λ = −log σ; a slope is the noise in x, in units of σ.

Source: Lu et al. 2022, DPM-Solver (arXiv:2206.00927).
"""

import math
from dataclasses import dataclass
from itertools import count

import torch

from pentimento.diffusion.options import SamplerOptions
from pentimento.diffusion.slopes import euler
from pentimento.diffusion.stepping import ancestral, levels
from pentimento.words.latents import Denoiser, Latents, NoiseBetween, Sigmas, Step, Steps


def _slope(denoise: Denoiser, x: Latents, sigma: float) -> Latents:
    return (x - denoise(x, sigma)) / sigma


def _solver_1(x: Latents, slope: Latents, sigma: float, next_sigma: float) -> Latents:
    """DPM-Solver-1: `slope` is the noise in x, in units of σ."""
    return x + slope * (next_sigma - sigma)


def _solver_2(
    denoise: Denoiser, x: Latents, slope: Latents, sigma: float, next_sigma: float, r: float = 1 / 2
) -> tuple[Latents, Latents]:
    """(x at the next level, slope on the way): DPM-Solver-2 with its middle at the share r of λ."""
    middle = sigma * (next_sigma / sigma) ** r
    on_way = _slope(denoise, _solver_1(x, slope, sigma, middle), middle)
    step = next_sigma - sigma
    return x + slope * step + (on_way - slope) * step / (2 * r), on_way


def _solver_3(
    denoise: Denoiser, x: Latents, slope: Latents, on_way: Latents, sigma: float, next_sigma: float
) -> Latents:
    """DPM-Solver-3 with its points at ⅓ and ⅔ of λ; the slope at ⅓ is given."""
    h = math.log(sigma / next_sigma)
    middle = sigma * math.exp(-h * 2 / 3)
    change = on_way - slope
    further = x + slope * (middle - sigma) - 2 * middle * (math.expm1(h * 2 / 3) / (h * 2 / 3) - 1) * change
    change = _slope(denoise, further, middle) - slope
    return x + slope * (next_sigma - sigma) - next_sigma * 3 / 2 * (math.expm1(h) / h - 1) * change


def _solver_2_and_3(
    denoise: Denoiser, x: Latents, slope: Latents, sigma: float, next_sigma: float
) -> tuple[Latents, Latents]:
    """(x by DPM-Solver-2, x by DPM-Solver-3) at the next level, from three evaluations in all."""
    second, on_way = _solver_2(denoise, x, slope, sigma, next_sigma, r=1 / 3)
    return second, _solver_3(denoise, x, slope, on_way, sigma, next_sigma)


def _below(sigma: float, next_sigma: float, low: float, eta: float) -> tuple[float, float]:
    """(down, up) as `ancestral`, but never below `low`."""
    down = max(ancestral(sigma, next_sigma, eta)[0], low)
    return down, math.sqrt(max(next_sigma**2 - down**2, 0))


def dpm_fast(denoise: Denoiser, x: Latents, sigmas: Sigmas, noise: NoiseBetween, options: SamplerOptions) -> Steps:
    """DPM-Solver-fast: as many evaluations as the list has steps, in steps of order 3 that are even in λ.

    The list's highest and lowest positive level are used, none between; it ends at the lowest, not at 0. A list with a
    single positive level is one Euler step.

    Source: Lu et al. 2022, DPM-Solver (arXiv:2206.00927), section 3.4; η as in k-diffusion (K. Crowson).
    """
    if len(sigmas) < 3:
        yield from euler(denoise, x, sigmas, noise, options)
        return
    high, low = sigmas[0].item(), sigmas[-2].item()
    orders = solver_orders(len(sigmas) - 1)
    path = torch.linspace(-math.log(high), -math.log(low), len(orders) + 1, dtype=torch.float64).neg().exp()
    for (i, (sigma, next_sigma)), order in zip(levels(path), orders, strict=True):
        down, up = _below(sigma, next_sigma, low, options.eta)
        slope = _slope(denoise, x, sigma)
        x0 = x - sigma * slope
        match order:
            case 1:
                x = _solver_1(x, slope, sigma, down)
            case 2:
                x, _ = _solver_2(denoise, x, slope, sigma, down)
            case _:
                _, x = _solver_2_and_3(denoise, x, slope, sigma, down)
        if options.eta:
            x = x + noise(sigma, next_sigma) * options.s_noise * up
        yield Step(i, next_sigma, x, x0)


def solver_orders(evaluations: int) -> list[int]:
    """Orders of DPM-Solver-fast's steps; their sum is the number of evaluations."""
    thirds, rest = divmod(evaluations, 3)
    return [3] * thirds + [rest] if rest else [3] * (thirds - 1) + [2, 1]


@dataclass
class StepSize:
    """How far to go in λ, from how wrong the last step was: a controller with an integral part only.

    Source: Hairer, Nørsett and Wanner, Solving Ordinary Differential Equations I, II.4; limiter by Söderlind 2003.
    """

    h: float
    order: float
    safety: float = 0.81

    def accepts(self, error: float) -> bool:
        """Whether a step with this error (1 = as large as tolerated) stands; sets the next size either way."""
        factor = 1 + math.atan((1 / (error + 1e-8)) ** (1 / self.order) - 1)
        self.h *= factor
        return factor >= self.safety


def dpm_adaptive(denoise: Denoiser, x: Latents, sigmas: Sigmas, noise: NoiseBetween, options: SamplerOptions) -> Steps:
    """DPM-Solver-12/23: steps of order 3, as long as the difference to order 2 allows.

    Levels are used as by DPM fast. The error is one number for the whole batch.

    Source: Lu et al. 2022, DPM-Solver (arXiv:2206.00927), appendix C; controller and η as in k-diffusion (K. Crowson).
    """
    if len(sigmas) < 3:
        yield from euler(denoise, x, sigmas, noise, options)
        return
    relative, absolute, close = 0.05, 0.0078, 1e-5
    sigma, low = sigmas[0].item(), sigmas[-2].item()
    size = StepSize(0.05, order=1.5 if options.eta else 3)
    reference, number = x, count()
    while math.log(sigma / low) > close:
        next_sigma = max(low, sigma * math.exp(-size.h))
        down, up = _below(sigma, next_sigma, low, options.eta)
        slope = _slope(denoise, x, sigma)
        second, third = _solver_2_and_3(denoise, x, slope, sigma, down)
        tolerated = (relative * torch.maximum(second.abs(), reference.abs())).clamp(min=absolute)
        error = ((second - third) / tolerated).square().mean().sqrt().item()
        if size.accepts(error):
            x0 = x - sigma * slope
            x, reference, sigma_before, sigma = third, second, sigma, next_sigma
            if options.eta:
                x = x + noise(sigma_before, sigma) * options.s_noise * up
            yield Step(next(number), sigma, x, x0)
