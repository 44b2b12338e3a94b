"""The model's noise schedule, and the lists of noise levels that samplers walk down.

Variance preserving: x_t = √ᾱ·clean + √(1−ᾱ)·noise. Divided by √ᾱ that is clean + σ·noise with σ² = (1−ᾱ)/ᾱ.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import torch
from scipy.stats import beta
from torch import Tensor

from pentimento.words.choices import SchedulerName
from pentimento.words.errors import RequestError
from pentimento.words.latents import Sigmas, Timesteps
from pentimento.words.samplers import SCHEDULERS as FACTS

TIMESTEPS = 1000
LCM_STEPS = 50

ALIGN_SD1 = (14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029)
ALIGN_SDXL = (14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.380, 0.234, 0.113, 0.029)
"""Noise levels optimised for 10 steps. Source: Sabour et al. 2024, Align Your Steps (arXiv:2404.14507)."""


def scaled_linear(start: float = 0.00085, end: float = 0.0120, steps: int = TIMESTEPS) -> Tensor:
    """ᾱ of a training schedule whose √β rises evenly from √start to √end: (steps,), float32, falling.

    Source: Rombach et al. 2022, latent diffusion; these ends are those of Stable Diffusion 1, 2 and XL.
    """
    betas = torch.linspace(math.sqrt(start), math.sqrt(end), steps, dtype=torch.float64) ** 2
    return torch.cumprod(1 - betas, dim=0).float()


def zero_terminal_snr(alphas: Tensor) -> Tensor:
    """Shift and scale √ᾱ so that the first stays and the last is (nearly) 0: training ends in pure noise.

    Source: Lin et al. 2023, Common Diffusion Noise Schedules and Sample Steps Are Flawed (arXiv:2305.08891), alg. 1.
    The last ᾱ is 4.9e-8 rather than 0, so that its sigma stays finite.
    """
    root = alphas.sqrt()
    rescaled = ((root - root[-1]) * root[0] / (root[0] - root[-1])) ** 2
    rescaled[-1] = 4.8973451890853435e-08
    return rescaled


@dataclass(frozen=True, eq=False)
class NoiseSchedule:
    """How much noise the network was trained to see at each timestep.

    alphas    (N,) ᾱ, falling, on the CPU; entry i belongs to training timestep (i + 1)·stride − 1
    stride    training timesteps per entry: 1, or 20 for a consistency model distilled at 50
    quantize  σ → t gives only timesteps that were trained, not those between
    """

    alphas: Tensor
    stride: int = 1
    quantize: bool = False

    @cached_property
    def sigmas(self) -> Tensor:
        """(N,) rising. By numpy, whose square root is rounded alike on every machine."""
        return torch.from_numpy(np.sqrt(((1 - self.alphas) / self.alphas).numpy()))

    @cached_property
    def _log_sigmas(self) -> Tensor:
        return self.sigmas.log()

    @property
    def sigma_min(self) -> float:
        return self.sigmas[0].item()

    @property
    def sigma_max(self) -> float:
        return self.sigmas[-1].item()

    def t(self, sigma: float) -> float:
        """The training timestep with this noise level; real, and linear in log σ between two entries."""
        distances = torch.tensor([sigma]).log() - self._log_sigmas
        if self.quantize:
            return float(distances.abs().argmin()) * self.stride + self.stride - 1
        low = int(distances.ge(0).cumsum(0).argmax().clamp(max=len(distances) - 2))
        share = (distances[low] / (self._log_sigmas[low + 1] - self._log_sigmas[low])).clamp(0, 1)
        return ((1 - share) * low + share * (low + 1)).item() * self.stride + self.stride - 1

    def sigmas_at(self, t: Tensor) -> Tensor:
        """Noise levels at real training timesteps; log σ is linear between two entries."""
        index = ((t - (self.stride - 1)) / self.stride).float().clamp(0, len(self.alphas) - 1)
        low, high, share = index.floor().long(), index.ceil().long(), index.frac()
        return ((1 - share) * self._log_sigmas[low] + share * self._log_sigmas[high]).exp()

    def alpha(self, t: float) -> float:
        """ᾱ at a real training timestep; log ᾱ is linear between two entries."""
        low, high, share = math.floor(t), math.ceil(t), t - math.floor(t)
        log_low, log_high = (math.log(self.alphas[i].item()) for i in (low, high))
        return math.exp((1 - share) * log_low + share * log_high) if share else self.alphas[low].item()

    def consistency(self) -> "NoiseSchedule":
        """The 50 levels a latent consistency model was distilled at: t = 19, 39, …, 999.

        Source: Luo et al. 2023, Latent Consistency Models (arXiv:2310.04378).
        """
        stride = len(self.alphas) // LCM_STEPS
        return NoiseSchedule(self.alphas[stride - 1 :: stride].float(), stride, quantize=True)


def noise_schedule(
    alphas: Tensor, *, downcast: bool = False, zero_snr: bool = False, quantize: bool = False
) -> NoiseSchedule:
    """The schedule of a checkpoint's ᾱ (N,), with the settings that change it.

    downcast  ᾱ is rounded to float16 first, as webui did before 1.7: σ runs from 0.03125 to 14.609375
    zero_snr  ᾱ is rescaled to end in pure noise
    """
    alphas = alphas.detach().cpu()
    alphas = alphas.half() if downcast else alphas.float()
    return NoiseSchedule(zero_terminal_snr(alphas) if zero_snr else alphas, quantize=quantize)


@dataclass(frozen=True)
class ScheduleOptions:
    """What a request may change about a list of noise levels; 0 stands for the model's or the scheduler's own.

    sigma_min, sigma_max   ends of the list, for the schedulers that have free ends
    rho                    curvature of Karras and Polyexponential
    beta_alpha, beta_beta  shape of Beta
    old_limits             ends at 0.1 and 10, as webui had them for Karras before 1.6
    align                  the levels that Align Your Steps interpolates
    """

    sigma_min: float = 0
    sigma_max: float = 0
    rho: float = 0
    beta_alpha: float = 0.6
    beta_beta: float = 0.6
    old_limits: bool = False
    align: Sequence[float] = ALIGN_SD1


@dataclass(frozen=True)
class Ends:
    """The lowest and highest positive noise level of a list."""

    low: float
    high: float


Scheduler: TypeAlias = Callable[[int, Ends, NoiseSchedule, ScheduleOptions], Tensor]
"""(n, ends, model, options) → n falling noise levels, or as many as the scheduler makes of n."""


def karras(n: int, low: float, high: float, rho: float = 7.0) -> Tensor:
    """Source: Karras et al. 2022 (arXiv:2206.00364), equation 5."""
    root_low, root_high = low ** (1 / rho), high ** (1 / rho)
    return (root_high + torch.linspace(0, 1, n) * (root_low - root_high)) ** rho


def _karras(n: int, ends: Ends, model: NoiseSchedule, options: ScheduleOptions) -> Tensor:
    return karras(n, ends.low, ends.high, options.rho or FACTS[SchedulerName.KARRAS].rho or 1)


def _uniform(n: int, ends: Ends, model: NoiseSchedule, options: ScheduleOptions) -> Tensor:
    last = len(model.alphas) * model.stride - 1
    return model.sigmas_at(torch.linspace(last, model.stride - 1, n))


def _exponential(n: int, ends: Ends, model: NoiseSchedule, options: ScheduleOptions) -> Tensor:
    return torch.linspace(math.log(ends.high), math.log(ends.low), n).exp()


def _polyexponential(n: int, ends: Ends, model: NoiseSchedule, options: ScheduleOptions) -> Tensor:
    ramp = torch.linspace(1, 0, n) ** (options.rho or FACTS[SchedulerName.POLYEXPONENTIAL].rho or 1)
    return torch.exp(ramp * (math.log(ends.high) - math.log(ends.low)) + math.log(ends.low))


def _sgm_uniform(n: int, ends: Ends, model: NoiseSchedule, options: ScheduleOptions) -> Tensor:
    """Even in t, without the lowest: the list of Stability's generative-models."""
    return model.sigmas_at(torch.linspace(model.t(ends.high), model.t(ends.low), n + 1)[:-1])


def _normal(n: int, ends: Ends, model: NoiseSchedule, options: ScheduleOptions) -> Tensor:
    return model.sigmas_at(torch.linspace(model.t(ends.high), model.t(ends.low), n))


def _kl_optimal(n: int, ends: Ends, model: NoiseSchedule, options: ScheduleOptions) -> Tensor:
    """One level more than asked for; the lowest is σ_min. Source: Sabour et al. 2024 (arXiv:2404.14507), KL-UB."""
    low, high = torch.tensor(ends.low).atan(), torch.tensor(ends.high).atan()
    share = torch.arange(n + 1) / n
    return torch.tan(share * low + (1 - share) * high)


def _align_your_steps(n: int, ends: Ends, model: NoiseSchedule, options: ScheduleOptions) -> Tensor:
    levels = np.asarray(options.align)
    if n == len(levels):
        return torch.tensor(options.align)
    even, given = np.linspace(0, 1, n), np.linspace(0, 1, len(levels))
    return torch.from_numpy(np.exp(np.interp(even, given, np.log(levels[::-1])))[::-1].copy()).float()


def _simple(n: int, ends: Ends, model: NoiseSchedule, options: ScheduleOptions) -> Tensor:
    every = len(model.sigmas) / n
    return model.sigmas[[-1 - int(i * every) for i in range(n)]]


def _ddim(n: int, ends: Ends, model: NoiseSchedule, options: ScheduleOptions) -> Tensor:
    every = max(len(model.sigmas) // n, 1)
    return model.sigmas[1::every].flip(0)


def _beta(n: int, ends: Ends, model: NoiseSchedule, options: ScheduleOptions) -> Tensor:
    """Levels at even quantiles of a beta distribution. Source: Lee et al. 2024 (arXiv:2407.12173)."""
    quantiles = beta.ppf(1 - np.linspace(0, 1, n), options.beta_alpha, options.beta_beta)
    return torch.from_numpy(ends.low + quantiles * (ends.high - ends.low)).float()


SCHEDULERS: Mapping[SchedulerName, Scheduler] = {
    SchedulerName.UNIFORM: _uniform,
    SchedulerName.KARRAS: _karras,
    SchedulerName.EXPONENTIAL: _exponential,
    SchedulerName.POLYEXPONENTIAL: _polyexponential,
    SchedulerName.SGM_UNIFORM: _sgm_uniform,
    SchedulerName.KL_OPTIMAL: _kl_optimal,
    SchedulerName.ALIGN_YOUR_STEPS: _align_your_steps,
    SchedulerName.SIMPLE: _simple,
    SchedulerName.NORMAL: _normal,
    SchedulerName.DDIM: _ddim,
    SchedulerName.BETA: _beta,
}
"""Every scheduler but Automatic, which stands for one of these: see `words.samplers.scheduler_for`."""


APART = 1e-6
"""Share by which a level is below the one before; float32 knows hardly less."""


def build_sigmas(
    scheduler: SchedulerName,
    steps: int,
    model: NoiseSchedule,
    options: ScheduleOptions | None = None,
    *,
    discard: bool = False,
) -> Sigmas:
    """The noise levels of a full run: falling, the last one 0 (KL Optimal: σ_min).

    Usually `steps` + 1 values; the DDIM scheduler makes as many as its even stride gives.

    discard  build one longer and leave out the last positive level, for samplers that dislike it
    raises   RequestError where sigma_min and sigma_max leave no way down
    """
    options = options or ScheduleOptions()
    n = steps + 1 if discard else steps
    if n == 0:
        return torch.zeros(1)
    sigmas = _falling(SCHEDULERS[scheduler](n, _ends(model, options), model, options).float(), scheduler, model)
    if scheduler is not SchedulerName.KL_OPTIMAL:
        sigmas = torch.cat([sigmas, sigmas.new_zeros(1)])
    return torch.cat([sigmas[:-2], sigmas[-1:]]) if discard else sigmas


def distinct(sigmas: Sigmas, model: NoiseSchedule) -> Sigmas:
    """The levels without those that are hardly below the one before: a step between them would lead nowhere.

    A consistency model's few levels repeat where more steps are asked for, as in the reference; only LCM walks them.
    """
    if model.stride > 1:
        return sigmas
    return sigmas[torch.cat([torch.tensor([True]), sigmas[1:] < sigmas[:-1] * (1 - APART)])]


def _falling(sigmas: Sigmas, scheduler: SchedulerName, model: NoiseSchedule) -> Sigmas:
    if not bool((sigmas > 0).all() and (sigmas.diff() <= 0).all() and sigmas.isfinite().all()):
        raise RequestError(
            f"the noise levels of {scheduler} do not fall to an end above 0: "
            f"the first is {sigmas[0]:g}, the last {sigmas[-1]:g}",
            f"The model's are {model.sigma_min:.4g} to {model.sigma_max:.4g}: choose sigma_min and sigma_max near "
            "them, or 0 to take them.",
        )
    return sigmas


def _ends(model: NoiseSchedule, options: ScheduleOptions) -> Ends:
    low, high = (0.1, 10.0) if options.old_limits else (model.sigma_min, model.sigma_max)
    return Ends(options.sigma_min or low, options.sigma_max or high)


def build_timesteps(steps: int, *, discard: bool = False) -> Timesteps:
    """The training timesteps of a full run of DDIM and its relatives: rising, 1 more than multiples of 1000 // steps.

    Usually `steps` values; more where `steps` does not divide 1000. With `discard` as many as for one step more.
    """
    every = max(TIMESTEPS // max(steps + discard, 1), 1)
    return (torch.arange(0, TIMESTEPS, every) + 1).clamp(max=TIMESTEPS - 1)
