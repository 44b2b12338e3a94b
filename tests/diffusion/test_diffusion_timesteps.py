"""Samplers that walk timesteps: exact for Gaussian data, complete by default, as the reference has them if asked."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor

from pentimento.diffusion.denoiser import (
    Guess,
    eps_from_v,
    from_consistency,
    from_eps,
    from_v,
    keep_known_eps,
    show_known,
)
from pentimento.diffusion.levels import Level
from pentimento.diffusion.noise import NoiseStreams
from pentimento.diffusion.options import SamplerOptions
from pentimento.diffusion.schedule import build_timesteps, noise_schedule, scaled_linear
from pentimento.diffusion.start import from_latents, from_latents_at, from_noise
from pentimento.diffusion.timestep_samplers import TIMESTEP_SAMPLERS
from pentimento.diffusion.unipc import VARIANTS, way
from pentimento.words.choices import NoiseSource, SamplerName, UniPCSkip, UniPCVariant
from pentimento.words.errors import RequestError
from pentimento.words.sizes import Size

MODEL = noise_schedule(scaled_linear())
MEAN, SPREAD = 0.7, 0.5


class Gaussian:
    """The exact noise prediction for normal data, and the times it was asked at."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    def __call__(self, x: Tensor, t: float) -> Guess:
        self.asked.append(t)
        level = Level.of(t, MODEL)
        variance = (level.signal * SPREAD) ** 2 + level.deviation**2
        eps = level.deviation * (x - level.signal * MEAN) / variance
        return Guess(eps, eps)


def no_noise(sigma: float, next_sigma: float) -> Tensor:
    raise AssertionError("noise was asked for")


def exact(x: Tensor, here: Level, there: Level) -> Tensor:
    spread = [math.sqrt((level.signal * SPREAD) ** 2 + level.deviation**2) for level in (here, there)]
    return there.signal * MEAN + (x - here.signal * MEAN) * spread[1] / spread[0]


def error(name: SamplerName, steps: int, **options: Any) -> float:
    """Distance to the exact solution at the lowest level, on a way even in log σ, in float64."""
    sigmas = torch.linspace(math.log(0.05), math.log(10), steps + 1).exp().tolist()
    timesteps = torch.tensor([MODEL.t(sigma) for sigma in sigmas], dtype=torch.float64)
    chosen = SamplerOptions(complete=False, unipc_skip=UniPCSkip.LOGSNR, unipc_lower_order_final=False, **options)
    x = torch.full((1, 1), 1.5, dtype=torch.float64)
    *_, last = TIMESTEP_SAMPLERS[name](Gaussian(), x, timesteps, MODEL, no_noise, chosen)
    lowest = 0.0 if name is SamplerName.UNIPC else timesteps[0].item()
    return (last.x - exact(x, Level.of(timesteps[-1].item(), MODEL), Level.of(lowest, MODEL))).abs().item()


@pytest.mark.parametrize(("name", "order"), [(SamplerName.DDIM, 1), (SamplerName.DDIM_CFGPP, 1), (SamplerName.PLMS, 2)])
def test_a_timestep_sampler_has_the_order_its_paper_claims(name, order):
    assert math.log2(error(name, 96) / error(name, 192)) == pytest.approx(order, abs=0.35)


@pytest.mark.parametrize("variant", UniPCVariant)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_unipc_has_an_order_more_than_its_predictor(variant, order):
    errors = [error(SamplerName.UNIPC, steps, unipc_order=order, unipc_variant=variant) for steps in (96, 192)]
    assert math.log2(errors[0] / errors[1]) == pytest.approx(order + 1, abs=0.4)


@pytest.mark.parametrize("name", TIMESTEP_SAMPLERS)
def test_by_default_every_timestep_is_evaluated_down_to_the_clean_image(name):
    guess, x = Gaussian(), torch.full((1, 1), 1.5)
    steps = list(TIMESTEP_SAMPLERS[name](guess, x, build_timesteps(20), MODEL, no_noise, SamplerOptions()))
    assert len(steps) == 20
    assert steps[-1].sigma == 0
    assert torch.equal(steps[-1].x, steps[-1].x0)
    assert guess.asked[0] == 951
    assert guess.asked[-1] == (0 if name is SamplerName.UNIPC else 1)
    assert len(guess.asked) == (21 if name is SamplerName.PLMS else 20)


@pytest.mark.parametrize(
    ("name", "calls", "t"), [(SamplerName.DDIM, 19, 1), (SamplerName.PLMS, 20, 1), (SamplerName.UNIPC, 20, 0)]
)
def test_the_reference_stops_before_the_clean_image(name, calls, t):
    guess, x = Gaussian(), torch.full((1, 1), 1.5)
    options = SamplerOptions(complete=False)
    *_, last = TIMESTEP_SAMPLERS[name](guess, x, build_timesteps(20), MODEL, no_noise, options)
    assert len(guess.asked) == calls
    assert last.sigma == pytest.approx(MODEL.sigmas[t].item(), rel=1e-5)


@pytest.mark.parametrize("name", TIMESTEP_SAMPLERS)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_by_default_a_few_steps_will_do(name, count):
    steps = TIMESTEP_SAMPLERS[name](
        Gaussian(), torch.ones(1, 1), build_timesteps(20)[:count], MODEL, no_noise, SamplerOptions()
    )
    assert len(list(steps)) == count


def test_unipc_of_the_reference_needs_as_many_steps_as_its_order():
    with pytest.raises(RequestError, match="order 3 cannot walk 2 steps"):
        list(
            TIMESTEP_SAMPLERS[SamplerName.UNIPC](
                Gaussian(), torch.ones(1, 1), build_timesteps(20)[:2], MODEL, no_noise, SamplerOptions(complete=False)
            )
        )


def test_unipc_walks_from_the_highest_timestep_or_from_pure_noise():
    timesteps = build_timesteps(10)
    reference = SamplerOptions(complete=False)
    assert [level.t for level in way(timesteps, MODEL, reference)][:2] == pytest.approx([901, 810.9])
    from_noise = SamplerOptions(complete=False, pure_noise=True)
    assert [level.t for level in way(timesteps, MODEL, from_noise)] == pytest.approx(
        [999 - 99.9 * i for i in range(11)]
    )


@pytest.mark.parametrize("skip", UniPCSkip)
def test_unipc_ways_fall_from_end_to_end(skip):
    times = [level.t for level in way(build_timesteps(10), MODEL, SamplerOptions(unipc_skip=skip))]
    assert times == sorted(times, reverse=True)
    assert (times[0], times[-1]) == pytest.approx((901, 0), abs=1e-4)


def test_unipc_variants_agree_for_small_steps():
    ratios = torch.tensor([-1.1, -2.3, 1.0]).double().numpy()
    weights = [variant(ratios, -0.01) for variant in VARIANTS.values()]
    assert weights[0] == pytest.approx(weights[1], rel=1e-2)
    assert weights[0] == pytest.approx(weights[2], rel=1e-2)


def test_ddim_with_noise_gives_data_of_the_right_mean_and_spread():
    streams = NoiseStreams(NoiseSource.CPU, [3], Size(48, 48))
    timesteps = build_timesteps(100)
    level = Level.of(int(timesteps[-1]), MODEL)
    start = streams.first() * math.sqrt((level.signal * SPREAD) ** 2 + level.deviation**2) + level.signal * MEAN
    *_, last = TIMESTEP_SAMPLERS[SamplerName.DDIM](Gaussian(), start, timesteps, MODEL, streams, SamplerOptions(eta=1))
    assert last.x.mean().item() == pytest.approx(MEAN, abs=0.02)
    assert last.x.std().item() == pytest.approx(SPREAD, rel=0.06)


def test_cfgpp_walks_along_the_noise_of_the_negative_prompt():
    guess = lambda x, t: Guess(x * 0.5, x * 0.25)  # noqa: E731
    timesteps = torch.tensor([1, 501])
    x = torch.ones(1, 1)
    first, *_ = TIMESTEP_SAMPLERS[SamplerName.DDIM_CFGPP](guess, x, timesteps, MODEL, no_noise, SamplerOptions())
    here, there = Level.of(501, MODEL), Level.of(1, MODEL)
    x0 = (1 - here.deviation * 0.5) / here.signal
    assert first.x.item() == pytest.approx(there.signal * x0 + there.deviation * 0.25, rel=1e-6)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_second_implementation_of_ddim_agrees():
    import diffusers.schedulers.scheduling_ddim

    theirs: Any = diffusers.schedulers.scheduling_ddim.DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False, steps_offset=1
    )
    theirs.set_timesteps(20)
    start = torch.randn(1, 4, 4, 4, generator=torch.manual_seed(1))
    x = start
    for t in theirs.timesteps:
        x = theirs.step(torch.sin(x), t, x).prev_sample
    *_, last = TIMESTEP_SAMPLERS[SamplerName.DDIM](
        lambda x, t: Guess(torch.sin(x), x), start, build_timesteps(20), MODEL, no_noise, SamplerOptions()
    )
    torch.testing.assert_close(last.x, last.x0)
    torch.testing.assert_close(last.x, x, atol=1e-4, rtol=1e-4)


def test_by_default_the_known_picture_is_mixed_into_what_the_noise_implies():
    known = torch.linspace(-1, 1, 64).reshape(1, 4, 4, 4)
    hole = torch.zeros(1, 1, 4, 4)
    hole[..., :2], hole[..., 2:3] = 1, 0.5
    x = torch.randn(1, 4, 4, 4, generator=torch.manual_seed(1))
    inside = Gaussian()(x, 300)
    kept = keep_known_eps(Gaussian(), known, hole, MODEL)(x, 300)
    level = Level.of(300, MODEL)
    x0 = level.clean(x, inside.eps)
    torch.testing.assert_close(kept.eps[..., :2], inside.eps[..., :2])
    expected = known * (1 - hole) + x0 * hole
    torch.testing.assert_close(level.clean(x, kept.eps), expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", TIMESTEP_SAMPLERS)
def test_by_default_the_picture_stays_outside_the_hole(name):
    known = torch.linspace(-1, 1, 64).reshape(1, 4, 4, 4)
    hole = torch.zeros(1, 1, 4, 4)
    hole[..., :2] = 1
    timesteps = build_timesteps(20)
    x = from_latents_at(known, torch.randn(1, 4, 4, 4, generator=torch.manual_seed(1)), MODEL.alpha(951))
    guess = keep_known_eps(Gaussian(), known, hole, MODEL)
    *_, last = TIMESTEP_SAMPLERS[name](guess, x, timesteps, MODEL, no_noise, SamplerOptions())
    assert (last.x - known)[..., 2:].abs().max() < 1e-5


def test_the_reference_shows_the_network_the_picture_without_noise():
    seen: list[Tensor] = []

    def guess(x: Tensor, t: float) -> Guess:
        seen.append(x)
        return Guess(x, x)

    hole = torch.tensor([1.0, 0.5, 0.0])
    show_known(guess, torch.zeros(3), hole)(torch.ones(3), 500)
    assert seen[0].tolist() == [1, 0.5, 0]


@pytest.mark.parametrize("sigma", [0.05, 1.0, 9.0])
def test_predictions_of_noise_and_of_v_give_the_same_guess(sigma):
    x = torch.randn(2, 4, 3, 3, generator=torch.manual_seed(1))
    clean = 0.3 * x
    eps = lambda scaled, t: (scaled * math.sqrt(sigma**2 + 1) - clean) / sigma  # noqa: E731
    signal, deviation = 1 / math.sqrt(sigma**2 + 1), sigma / math.sqrt(sigma**2 + 1)
    v = lambda scaled, t: signal * eps(scaled, t) - deviation * clean  # noqa: E731
    torch.testing.assert_close(from_eps(eps, MODEL)(x, sigma), clean, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(from_v(v, MODEL)(x, sigma), clean, atol=1e-5, rtol=1e-5)


def test_noise_is_read_from_v_at_any_timestep():
    level = Level.of(400.5, MODEL)
    clean, noise = torch.tensor([0.4]), torch.tensor([-1.2])
    x = level.signal * clean + level.deviation * noise
    v = level.signal * noise - level.deviation * clean
    torch.testing.assert_close(eps_from_v(lambda x, t: v, MODEL)(x, 400.5), noise)


def test_a_consistency_model_is_asked_at_its_own_timesteps():
    lcm, asked = MODEL.consistency(), []

    def eps(x: Tensor, t: float) -> Tensor:
        asked.append(t)
        return torch.zeros_like(x)

    denoise = from_consistency(eps, lcm)
    x = torch.ones(1)
    torch.testing.assert_close(denoise(x, lcm.sigma_max), x)
    denoise(x, lcm.sigma_min)
    assert asked == [999, 19]


def test_starts_have_the_noise_they_should():
    known, noise = torch.tensor([2.0]), torch.tensor([3.0])
    assert from_noise(noise, 4).item() == 12
    assert from_noise(noise, 4, sgm=True).item() == pytest.approx(3 * math.sqrt(17))
    assert from_latents(known, noise, 4, extra_noise=0.1).item() == pytest.approx(2 + 3 * 4.1)
    expected = 2 * 0.8 + 3 * (0.6 + 0.1 * 0.8)
    assert from_latents_at(known, noise, 0.64, extra_noise=0.1).item() == pytest.approx(expected)
