"""The samplers that walk training timesteps with predictions of noise, simplest first, and their table.

Here x = √ᾱ·clean + √(1−ᾱ)·noise. With the option `complete` they take every step down to the clean image; without it
they do as webui does: DDIM and PLMS stop at the lowest timestep without evaluating it, UniPC at t = 0.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import TypeAlias

from pentimento.diffusion.denoiser import GuessModel
from pentimento.diffusion.levels import CLEAN, Level, weighted
from pentimento.diffusion.options import SamplerOptions
from pentimento.diffusion.schedule import NoiseSchedule
from pentimento.diffusion.unipc import unipc
from pentimento.words.choices import SamplerName
from pentimento.words.latents import Latents, NoiseBetween, Step, Steps, Timesteps

TimestepSampler: TypeAlias = Callable[
    [GuessModel, Latents, Timesteps, NoiseSchedule, NoiseBetween, SamplerOptions], Steps
]


def way(
    timesteps: Timesteps, model: NoiseSchedule, options: SamplerOptions
) -> Iterator[tuple[int, tuple[Level, Level]]]:
    """(number, (level, next level)) of each step of DDIM and PLMS."""
    down = [Level.of(t, model) for t in reversed(timesteps.tolist())]
    return enumerate(pairwise([*down, CLEAN] if options.complete else down))


def _ddim(walks_along: Callable[[Latents, Latents], Latents]) -> TimestepSampler:
    def sample(
        guess: GuessModel,
        x: Latents,
        timesteps: Timesteps,
        model: NoiseSchedule,
        noise: NoiseBetween,
        options: SamplerOptions,
    ) -> Steps:
        """Denoising diffusion implicit models. Order 1; with eta 1 it is ancestral sampling.

        Source: Song et al. 2020 (arXiv:2010.02502), equations 12 and 16. CFG++ puts the noise of the negative prompt
        back instead of the guided one: Chung et al. 2024 (arXiv:2406.08070), algorithm 2.
        """
        for i, (here, there) in way(timesteps, model, options):
            eps, uncond = guess(x, here.t)
            x0 = here.clean(x, eps)
            fresh = options.eta * there.deviation / here.deviation * math.sqrt(1 - here.alpha / there.alpha)
            along = math.sqrt(max(1 - there.alpha - fresh**2, 0))
            x = there.signal * x0 + along * walks_along(eps, uncond)
            if options.eta:
                x = x + fresh * noise(here.sigma, there.sigma)
            yield Step(i, there.sigma, x, x0)

    return sample


ddim = _ddim(lambda eps, uncond: eps)
ddim_cfgpp = _ddim(lambda eps, uncond: uncond)

ADAMS_BASHFORTH = ((1.0,), (3 / 2, -1 / 2), (23 / 12, -16 / 12, 5 / 12), (55 / 24, -59 / 24, 37 / 24, -9 / 24))


def plms(
    guess: GuessModel,
    x: Latents,
    timesteps: Timesteps,
    model: NoiseSchedule,
    noise: NoiseBetween,
    options: SamplerOptions,
) -> Steps:
    """Pseudo linear multistep: DDIM's step with noise extrapolated from the last four; the first step is Heun's.

    Source: Liu et al. 2022, Pseudo Numerical Methods (arXiv:2202.09778), equation 12.
    """
    past: list[Latents] = []
    for i, (here, there) in way(timesteps, model, options):
        past = [guess(x, here.t).eps, *past[:3]]
        mean = weighted(ADAMS_BASHFORTH[len(past) - 1], past)
        if len(past) == 1 and there is not CLEAN:
            ahead = there.signal * here.clean(x, mean) + there.deviation * mean
            mean = (mean + guess(ahead, there.t).eps) / 2
        x0 = here.clean(x, mean)
        x = there.signal * x0 + there.deviation * mean
        yield Step(i, there.sigma, x, x0)


TIMESTEP_SAMPLERS: Mapping[SamplerName, TimestepSampler] = {
    SamplerName.DDIM: ddim,
    SamplerName.DDIM_CFGPP: ddim_cfgpp,
    SamplerName.PLMS: plms,
    SamplerName.UNIPC: unipc,
}
