"""UniPC: predict, evaluate, correct with what was just evaluated."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pentimento.diffusion.denoiser import GuessModel
from pentimento.diffusion.levels import CLEAN, Level, weighted
from pentimento.diffusion.options import SamplerOptions
from pentimento.diffusion.schedule import TIMESTEPS, NoiseSchedule
from pentimento.words.choices import UniPCSkip, UniPCVariant
from pentimento.words.errors import RequestError
from pentimento.words.latents import Latents, NoiseBetween, Step, Steps, Timesteps

Floats: TypeAlias = NDArray[np.float64]


def unipc(
    guess: GuessModel,
    x: Latents,
    timesteps: Timesteps,
    model: NoiseSchedule,
    noise: NoiseBetween,
    options: SamplerOptions,
) -> Steps:
    """One evaluation a step, with an order above that of its predictor.

    Only the highest of the timesteps and how many they are counts: the way between is even in t, √t or λ, and meets
    timesteps between the trained ones. The reference cannot walk fewer steps than its order (RequestError).

    Source: Zhao et al. 2023, UniPC (arXiv:2302.04867), algorithms 5 to 8, in data prediction.
    """
    n, order = len(timesteps), options.unipc_order
    if n < order and not options.complete:
        raise RequestError(f"UniPC of order {order} cannot walk {n} steps", "Take more steps or a higher strength.")
    start, *rest = way(timesteps, model, options)
    past = [(start, start.clean(x, guess(x, start.t).eps))]
    for j, there in enumerate(rest, start=1):
        x0 = past[0][1]
        predicted, corrected = step(x, past[: order_at(j, n, options)], there, options.unipc_variant)
        if j < n:
            newest = there.clean(predicted, guess(predicted, there.t).eps)
            x = corrected(newest)
            past = [(there, newest), *past[: order - 1]]
        else:
            x = predicted
        yield Step(j - 1, there.sigma, x, x0)
    if options.complete:
        yield Step(n - 1, CLEAN.sigma, past[0][1], past[0][1])


def way(timesteps: Timesteps, model: NoiseSchedule, options: SamplerOptions) -> list[Level]:
    """The levels met, from the noisiest: as many as timesteps, to t = 0; the last step, to the clean image, is apart.

    The reference goes to t = 0 in one step more, which it does not evaluate, and leaves that out when it has just as
    many steps as its order.
    """
    n = len(timesteps)
    highest = float(TIMESTEPS - 1 if options.pure_noise else timesteps[-1])
    grid = GRIDS[options.unipc_skip](highest, n if options.complete else n + 1, model)
    met = grid if options.complete or n > options.unipc_order else grid[:n]
    return [Level.of(t, model) for t in met.clip(0, TIMESTEPS - 1).tolist()]


def order_at(j: int, n: int, options: SamplerOptions) -> int:
    """The order of step j of n, counted from 1: not more than what is known before it, nor than steps left."""
    order = min(options.unipc_order, j)
    lowered = options.unipc_lower_order_final and (options.complete or j >= options.unipc_order)
    return min(order, n + 1 - j) if lowered else order


def _even_in_time(highest: float, count: int, model: NoiseSchedule) -> Floats:
    return np.linspace(highest, 0, count)


def _even_in_root(highest: float, count: int, model: NoiseSchedule) -> Floats:
    """Even in √t, where the paper's t runs from 1/1000 to 1."""
    return np.linspace(math.sqrt(highest + 1), 1, count) ** 2 - 1


def _even_in_log_snr(highest: float, count: int, model: NoiseSchedule) -> Floats:
    low, high = (Level.of(t, model).log_snr for t in (highest, 0.0))
    log_alphas = -np.logaddexp(0, -2 * np.linspace(low, high, count))
    known = np.log(model.alphas.double().numpy())
    return np.interp(log_alphas, known[::-1], np.arange(len(known))[::-1])


GRIDS: Mapping[UniPCSkip, Callable[[float, int, NoiseSchedule], Floats]] = {
    UniPCSkip.TIME_UNIFORM: _even_in_time,
    UniPCSkip.TIME_QUADRATIC: _even_in_root,
    UniPCSkip.LOGSNR: _even_in_log_snr,
}
"""(highest timestep, count, model) → count falling timesteps, the last one 0."""


def step(
    x: Latents, past: Sequence[tuple[Level, Latents]], there: Level, variant: UniPCVariant
) -> tuple[Latents, Callable[[Latents], Latents]]:
    """(x predicted at the next level, the guess made there → x corrected).

    past  levels and clean guesses, newest first; as many as the order
    """
    (here, x0), *older = past
    h = there.log_snr - here.log_snr
    ratios = [(level.log_snr - here.log_snr) / h for level, _ in older]
    changes = [(guess - x0) / ratio for (_, guess), ratio in zip(older, ratios, strict=True)]
    base = there.deviation / here.deviation * x - there.signal * math.expm1(-h) * x0

    def moved(ratios: Sequence[float], changes: Sequence[Latents]) -> Latents:
        return base - there.signal * weighted(VARIANTS[variant](np.array(ratios), -h), changes)

    return moved(ratios, changes), lambda newest: moved([*ratios, 1.0], [*changes, newest - x0])


def _bh1(ratios: Floats, h: float) -> Floats:
    return _by_scale(ratios, h, h)


def _bh2(ratios: Floats, h: float) -> Floats:
    return _by_scale(ratios, h, math.expm1(h))


def _by_scale(ratios: Floats, h: float, scale: float) -> Floats:
    """Source: theorem 3.1, B(h) = scale; with a single unknown any scale is right with ½, whatever the ratio."""
    k = len(ratios)
    if k < 2:
        return np.full(k, scale / 2)
    powers = ratios ** np.arange(k)[:, None]
    factorials = np.array([math.factorial(i + 1) for i in range(k)])
    return scale * np.linalg.solve(powers, _phis(k, h) * factorials / scale)


def _varying(ratios: Floats, h: float) -> Floats:
    """Source: appendix C, coefficients that depend on the step."""
    k = len(ratios)
    factorials = np.array([math.factorial(i + 1) for i in range(k)])
    return np.linalg.solve((ratios[:, None] ** np.arange(k) / factorials).T, _phis(k, h))


def _phis(count: int, h: float) -> Floats:
    """h·φ₂, h·φ₃, … of exponential integrators."""
    phi, phis = math.expm1(h) / h - 1, []
    for i in range(count):
        phis.append(phi)
        phi = phi / h - 1 / math.factorial(i + 2)
    return np.array(phis)


VARIANTS: Mapping[UniPCVariant, Callable[[Floats, float], Floats]] = {
    UniPCVariant.BH1: _bh1,
    UniPCVariant.BH2: _bh2,
    UniPCVariant.VARY_COEFF: _varying,
}
"""(ratios of past steps to this one, −step in λ) → the weight of each change of the guess."""
