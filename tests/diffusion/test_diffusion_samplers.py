"""Samplers against closed forms: for Gaussian data the clean guess, the ODE and the SDE are known exactly."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor

from pentimento.diffusion.brownian import brownian_noise
from pentimento.diffusion.denoiser import Guess, keep_known
from pentimento.diffusion.dpm_solver import solver_orders
from pentimento.diffusion.noise import NoiseStreams
from pentimento.diffusion.options import SamplerOptions
from pentimento.diffusion.restart import restart_steps
from pentimento.diffusion.samplers import SAMPLERS
from pentimento.diffusion.schedule import build_sigmas, build_timesteps, karras, noise_schedule, scaled_linear
from pentimento.diffusion.slopes import adams_bashforth
from pentimento.diffusion.timestep_samplers import TIMESTEP_SAMPLERS
from pentimento.words.choices import NoiseSource, SamplerName, SchedulerName
from pentimento.words.latents import Denoiser, Sigmas
from pentimento.words.samplers import FACTS, NoiseKind, scheduler_for
from pentimento.words.sizes import Size

MEAN, SPREAD = 0.7, 0.5
MODEL = noise_schedule(scaled_linear())
STOCHASTIC = [name for name in SAMPLERS if FACTS[name].noise in (NoiseKind.PER_IMAGE, NoiseKind.BROWNIAN)]


def gaussian(x: Tensor, sigma: float) -> Tensor:
    """The clean guess when the data are normal."""
    return (SPREAD**2 * x + sigma**2 * MEAN) / (SPREAD**2 + sigma**2)


def exact(x: Tensor, sigma: float, next_sigma: float) -> Tensor:
    """Where the probability-flow ODE goes for such data."""
    return MEAN + (x - MEAN) * math.sqrt((SPREAD**2 + next_sigma**2) / (SPREAD**2 + sigma**2))


def no_noise(sigma: float, next_sigma: float) -> Tensor:
    raise AssertionError("noise was asked for")


def quiet(sigma: float, next_sigma: float) -> Tensor:
    return torch.zeros(1)


def error(name: SamplerName, steps: int) -> float:
    """Distance to the exact solution, in float64; the first steps are small, for methods that start with low orders."""
    share = (torch.arange(steps + 1, dtype=torch.float64) / steps) ** 2
    sigmas = torch.exp(math.log(10) + share * math.log(0.2 / 10))
    if FACTS[name].only_ends:
        sigmas = torch.cat([sigmas[:1], sigmas[2:], sigmas.new_zeros(1)])
    x = torch.tensor([[8.0]], dtype=torch.float64)
    *_, last = SAMPLERS[name](gaussian, x, sigmas, quiet, SamplerOptions())
    return (last.x - exact(x, 10, 0.2)).abs().item()


@pytest.mark.parametrize(
    ("name", "order", "steps", "more"),
    [
        (SamplerName.EULER, 1, 128, 256),
        (SamplerName.EULER_A, 1, 128, 256),
        (SamplerName.HEUN, 2, 64, 128),
        (SamplerName.RESTART, 2, 8, 16),
        (SamplerName.DPM2, 2, 64, 128),
        (SamplerName.DPM2_A, 2, 64, 128),
        (SamplerName.LMS, 4, 128, 256),
        (SamplerName.DPMPP_2M, 2, 64, 128),
        (SamplerName.DPMPP_2S_A, 2, 64, 128),
        (SamplerName.DPMPP_SDE, 2, 32, 64),
        (SamplerName.DPMPP_2M_SDE, 2, 64, 128),
        (SamplerName.DPMPP_2M_SDE_HEUN, 2, 64, 128),
        (SamplerName.DPMPP_3M_SDE, 2, 64, 128),
        (SamplerName.DPM_FAST, 3, 62, 125),
    ],
)
def test_without_noise_a_sampler_has_the_order_its_paper_claims(name, order, steps, more):
    """With two exceptions that are the methods' own.

    DPM fast ends with a step of lower order: 62 and 125 evaluations are 21 and 42 steps, the last of order 2.
    DPM++ 3M SDE is of order 2 as published, with half of the second difference that order 3 needs.
    """
    assert math.log2(error(name, steps) / error(name, more)) == pytest.approx(order, abs=0.35)


def test_dpm_adaptive_keeps_its_tolerance_with_few_steps():
    sigmas = torch.tensor([10.0, 0.2, 0.0])
    x = torch.tensor([[8.0]])
    steps = list(SAMPLERS[SamplerName.DPM_ADAPTIVE](gaussian, x, sigmas, no_noise, SamplerOptions()))
    assert len(steps) < 12
    assert steps[-1].sigma == pytest.approx(0.2)
    assert (steps[-1].x - exact(x, 10, 0.2)).abs().item() < 0.05 * steps[-1].x.item()


@pytest.mark.parametrize("name", [name for name in STOCHASTIC if name is not SamplerName.LCM])
def test_with_noise_a_sampler_gives_data_of_the_right_mean_and_spread(name):
    """Euler a, being of order 1, needs more steps; DPM adaptive takes only about 10, by its own tolerance."""
    sigmas = torch.cat([karras(200 if name is SamplerName.EULER_A else 40, 0.02, 20), torch.zeros(1)])
    streams = NoiseStreams(NoiseSource.CPU, [3], Size(48, 48))
    x = MEAN + streams.first() * math.sqrt(SPREAD**2 + 20**2)
    noise = streams
    if FACTS[name].noise is NoiseKind.BROWNIAN:
        noise = brownian_noise([3], (4, 48, 48), sigmas)
    *_, last = SAMPLERS[name](gaussian, x, sigmas, noise, SamplerOptions(eta=FACTS[name].default_eta))
    assert last.x.mean().item() == pytest.approx(MEAN, abs=0.02)
    tolerance = 0.25 if name is SamplerName.DPM_ADAPTIVE else 0.05
    assert last.x.std().item() == pytest.approx(SPREAD, rel=tolerance)


def test_lcm_lands_on_the_data_along_exact_jumps():
    noise = NoiseStreams(NoiseSource.CPU, [3], Size(48, 48))
    x = MEAN + noise.first() * math.sqrt(SPREAD**2 + 14**2)
    sigmas = torch.tensor([14.0, 5.0, 1.0, 0.0])
    jump: Denoiser = lambda x, sigma: exact(x, sigma, 0)  # noqa: E731
    *_, last = SAMPLERS[SamplerName.LCM](jump, x, sigmas, noise, SamplerOptions())
    assert last.x.mean().item() == pytest.approx(MEAN, abs=0.02)
    assert last.x.std().item() == pytest.approx(SPREAD, rel=0.03)


def test_churn_keeps_mean_and_spread():
    sigmas = torch.cat([karras(40, 0.02, 20), torch.zeros(1)])
    for name in (SamplerName.HEUN, SamplerName.DPM2):
        noise = NoiseStreams(NoiseSource.CPU, [3], Size(48, 48))
        x = MEAN + noise.first() * math.sqrt(SPREAD**2 + 20**2)
        *_, last = SAMPLERS[name](gaussian, x, sigmas, noise, SamplerOptions(s_churn=10, s_tmin=0.05, s_tmax=5))
        assert last.x.mean().item() == pytest.approx(MEAN, abs=0.02)
        assert last.x.std().item() == pytest.approx(SPREAD, rel=0.05)


def test_churn_draws_once_a_step_whether_used_or_not():
    drawn: list[float] = []

    def noise(sigma: float, next_sigma: float) -> Tensor:
        drawn.append(sigma)
        return torch.zeros(1)

    sigmas = torch.tensor([8.0, 4.0, 2.0, 1.0, 0.0])
    list(SAMPLERS[SamplerName.EULER](gaussian, torch.ones(1, 1), sigmas, noise, SamplerOptions(s_churn=1, s_tmin=3)))
    assert drawn == [8, 4, 2, 1]


def wavy(x: Tensor, sigma: float) -> Tensor:
    """A guess that is neither linear nor alike for all pictures."""
    return torch.sin(x / (1 + sigma)) + 0.1 * x.mean(dim=(1, 2, 3), keepdim=True) / (1 + sigma)


def wavy_eps(x: Tensor, t: float) -> Guess:
    eps = torch.sin(x + t / 300)
    return Guess(eps, eps * 0.9)


def run(name: SamplerName, seeds: list[int]) -> Tensor:
    size = Size(4, 4)
    streams = NoiseStreams(NoiseSource.NV, seeds, size)
    x = streams.first()
    options = SamplerOptions(eta=FACTS[name].default_eta or 0.5, s_churn=2.0)
    if name in TIMESTEP_SAMPLERS:
        steps = TIMESTEP_SAMPLERS[name](wavy_eps, x, build_timesteps(6), MODEL, streams, options)
    else:
        sigmas = build_sigmas(scheduler_for(name, SchedulerName.AUTOMATIC), 6, MODEL)
        noise = streams
        if FACTS[name].noise is NoiseKind.BROWNIAN:
            noise = brownian_noise(seeds, (4, 4, 4), sigmas, NoiseSource.NV)
        steps = SAMPLERS[name](wavy, x * sigmas[0], sigmas, noise, options)
    *_, last = steps
    return last.x


def test_every_sampler_has_its_function():
    assert SAMPLERS.keys() | TIMESTEP_SAMPLERS.keys() == set(SamplerName)
    assert {name for name in SamplerName if FACTS[name].on_timesteps} == TIMESTEP_SAMPLERS.keys()


@pytest.mark.parametrize("name", SamplerName)
def test_a_picture_of_a_batch_comes_out_as_alone_unless_the_sampler_couples_them(name):
    batch = run(name, [1, 2, 3])
    alone = torch.cat([run(name, [seed]) for seed in (1, 2, 3)])
    if FACTS[name].couples_batch:
        assert not torch.allclose(batch, alone, atol=1e-3)
    else:
        torch.testing.assert_close(batch, alone, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("name", SAMPLERS)
def test_outside_the_hole_the_picture_stays(name):
    known = torch.linspace(-1, 1, 64).reshape(1, 4, 4, 4)
    hole = torch.zeros(1, 1, 4, 4)
    hole[..., :2] = 1
    sigmas = build_sigmas(scheduler_for(name, SchedulerName.AUTOMATIC), 20, MODEL)
    streams = NoiseStreams(NoiseSource.NV, [4], Size(4, 4))
    x = known + streams.first() * sigmas[0]
    *_, last = SAMPLERS[name](keep_known(wavy, known, hole), x, sigmas, streams, SamplerOptions(eta=1))
    left = 0.2 if FACTS[name].only_ends else 1e-5
    assert (last.x - known)[..., 2:].abs().max() < left
    assert (last.x - known)[..., :2].abs().max() > 0.1


@pytest.mark.parametrize("name", SAMPLERS)
def test_steps_are_numbered_and_say_the_level_reached(name):
    sigmas = build_sigmas(SchedulerName.KARRAS, 8, MODEL)
    streams = NoiseStreams(NoiseSource.NV, [4], Size(4, 4))
    steps = list(SAMPLERS[name](wavy, streams.first() * sigmas[0], sigmas, streams, SamplerOptions(eta=1)))
    assert [step.number for step in steps] == list(range(len(steps)))
    if not FACTS[name].only_ends:
        assert [step.sigma for step in steps] == sigmas[1:].tolist()
    assert all(high.sigma > low.sigma for high, low in pairwise(steps))


@pytest.mark.parametrize("name", SAMPLERS)
@pytest.mark.parametrize("steps", [0, 1])
def test_the_shortest_schedules_run(name, steps):
    sigmas = build_sigmas(SchedulerName.KARRAS, steps, MODEL)
    streams = NoiseStreams(NoiseSource.NV, [4], Size(4, 4))
    assert len(list(SAMPLERS[name](wavy, streams.first(), sigmas, streams, SamplerOptions(eta=1)))) == steps


def test_adams_bashforth_has_its_textbook_weights():
    for past, weights in (
        ([0], [1]),
        ([0, -1], [3 / 2, -1 / 2]),
        ([0, -1, -2, -3], [55 / 24, -59 / 24, 37 / 24, -9 / 24]),
    ):
        assert adams_bashforth(past, 0, 1) == pytest.approx(weights)


@pytest.mark.parametrize(
    ("evaluations", "orders"), [(1, [1]), (2, [2]), (3, [2, 1]), (4, [3, 1]), (9, [3, 3, 2, 1]), (11, [3, 3, 3, 2])]
)
def test_dpm_fast_spends_its_evaluations_on_high_orders(evaluations, orders):
    assert solver_orders(evaluations) == orders


@pytest.mark.parametrize(("steps", "climbs", "length"), [(12, 0, 0), (20, 1, 9), (35, 1, 9), (36, 2, 9), (50, 2, 12)])
def test_restart_climbs_once_from_20_steps_and_twice_from_36(steps, climbs, length):
    taken = restart_steps(build_sigmas(SchedulerName.KARRAS, steps, MODEL))
    rises = [later[0] > before[1] + 1e-6 for before, later in pairwise(taken)]
    assert len(taken) == steps
    assert sum(rises) == climbs
    if climbs:
        at = rises.index(True) + 1
        assert taken[at][0] == pytest.approx(2, rel=0.5)
        assert taken[at - 1][1] == pytest.approx(0.1, rel=0.5)
        assert taken[at + length - 1][1] == pytest.approx(taken[at - 1][1], rel=1e-5)


def diffusers_run(scheduler: Any, denoise: Callable[[Tensor, float], Tensor], x: Tensor, steps: int) -> Tensor:
    """Where one of diffusers' schedulers takes the same denoiser."""
    scheduler.set_timesteps(steps)
    for t in scheduler.timesteps:
        scaled = scheduler.scale_model_input(x, t)
        sigma = scheduler.sigmas[scheduler.step_index].item()
        eps = (x - denoise(scaled * math.sqrt(sigma**2 + 1), sigma)) / sigma
        x = scheduler.step(eps, t, x).prev_sample
    return x


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize(
    ("name", "scheduler"),
    [
        (SamplerName.EULER, "EulerDiscreteScheduler"),
        (SamplerName.HEUN, "HeunDiscreteScheduler"),
        (SamplerName.LMS, "LMSDiscreteScheduler"),
    ],
)
def test_a_second_implementation_agrees(name, scheduler):
    import diffusers

    made = getattr(diffusers, scheduler)(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", use_karras_sigmas=True
    )
    x = torch.randn(1, 4, 4, 4, generator=torch.manual_seed(1)) * 14.6
    theirs = diffusers_run(made, wavy, x, 12)
    sigmas: Sigmas = made.sigmas
    if name is SamplerName.HEUN:
        sigmas = torch.cat([sigmas[:1], sigmas[1:-1:2], sigmas[-1:]])
    *_, last = SAMPLERS[name](wavy, x, sigmas.float(), no_noise, SamplerOptions())
    torch.testing.assert_close(last.x, theirs, atol=1e-4, rtol=1e-4)
