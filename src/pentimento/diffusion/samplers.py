"""The samplers that walk noise levels, simplest first, and their table.

Each is a generator over (denoise, x, sigmas, noise, options) with no device, no progress and no state but its locals.
Where a sampler asks for noise, how often and in what order decides the picture, so that is part of its definition.

Unless said otherwise λ = −log σ, and x0 is what `denoise` guesses. The order of each is measured in tests/diffusion.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from typing import TypeAlias

import numpy as np
import torch

from pentimento.diffusion.options import SamplerOptions
from pentimento.diffusion.schedule import karras
from pentimento.words.choices import SamplerName
from pentimento.words.latents import Denoiser, Latents, NoiseBetween, Sigmas, Step, Steps

Sampler: TypeAlias = Callable[[Denoiser, Latents, Sigmas, NoiseBetween, SamplerOptions], Steps]


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


def lcm(denoise: Denoiser, x: Latents, sigmas: Sigmas, noise: NoiseBetween, options: SamplerOptions) -> Steps:
    """Guess the clean image, put fresh noise of the next level on it, repeat.

    Source: Song et al. 2023, Consistency Models (arXiv:2303.01469), algorithm 1.
    """
    for i, (sigma, next_sigma) in levels(sigmas):
        x = x0 = denoise(x, sigma)
        if next_sigma > 0:
            x = x0 + next_sigma * noise(sigma, next_sigma)
        yield Step(i, next_sigma, x, x0)


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


SAMPLERS: Mapping[SamplerName, Sampler] = {
    SamplerName.EULER: euler,
    SamplerName.EULER_A: euler_a,
    SamplerName.HEUN: heun,
    SamplerName.DPM2: dpm2,
    SamplerName.DPM2_A: dpm2_a,
    SamplerName.LMS: lms,
    SamplerName.DPMPP_2M: dpmpp_2m,
    SamplerName.DPMPP_2S_A: dpmpp_2s_a,
    SamplerName.DPMPP_SDE: dpmpp_sde,
    SamplerName.DPMPP_2M_SDE: dpmpp_2m_sde,
    SamplerName.DPMPP_2M_SDE_HEUN: dpmpp_2m_sde_heun,
    SamplerName.DPMPP_3M_SDE: dpmpp_3m_sde,
    SamplerName.LCM: lcm,
    SamplerName.RESTART: restart,
    SamplerName.DPM_FAST: dpm_fast,
    SamplerName.DPM_ADAPTIVE: dpm_adaptive,
}
