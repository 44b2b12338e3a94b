"""Noise schedules: the recorded ones, published ones, and inverses."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pentimento.diffusion.brownian import brownian_noise
from pentimento.diffusion.options import SamplerOptions
from pentimento.diffusion.samplers import SAMPLERS
from pentimento.diffusion.schedule import (
    ALIGN_SDXL,
    SCHEDULERS,
    ScheduleOptions,
    build_sigmas,
    build_timesteps,
    distinct,
    noise_schedule,
    scaled_linear,
)
from pentimento.diffusion.strength import Portion, part_of_sigmas, part_of_timesteps, portion
from pentimento.words.choices import SamplerName, SchedulerName
from pentimento.words.errors import RequestError
from pentimento.words.samplers import FACTS, scheduler_for

RECORDED = Path(__file__).parents[1] / "golden" / "schedules"
SIGMAS = json.loads((RECORDED / "sigmas.json").read_text())
PORTIONS = json.loads((RECORDED / "img2img_steps.json").read_text())
MODEL = noise_schedule(scaled_linear())

# fmt: off
TEN_STEPS = {
    "Uniform": "14.614643 7.839883 4.609174 2.918307 1.950161 1.344928 0.932358 0.624977 0.368658 0.029168 0",
    "Karras": "14.614643 9.102934 5.478399 3.168609 1.749423 0.914077 0.446921 0.2014 0.081911 0.029168 0",
    "Exponential": "14.614643 7.324882 3.671242 1.840032 0.922227 0.462222 0.231666 0.116111 0.058195 0.029168 0",
    "SGM Uniform": "14.614643 8.307171 5.092408 3.325069 2.279731 1.61558 1.162865 0.831884 0.571189 0.343705 0",
    "Simple": "14.614642 8.302803 5.087763 3.321083 2.276463 1.612886 1.160578 0.82986 0.569285 0.341674 0",
    "DDIM": "8.390684 5.134431 3.347764 2.292854 1.623692 1.168216 0.835653 0.57405 0.346187 0.041314 0",
    "KL Optimal": "14.614633 4.565038 2.632888 1.786446 1.294768 0.961588 0.711627 0.50942 0.335638 0.178347 0.029168",
    "Align Your Steps": "14.615 6.113514 3.565114 2.393873 1.649956 1.135787 0.742518 0.445007 0.169205 0.029 0",
    "Beta": "14.614642 13.927786 12.490981 10.597609 8.442437 6.201372 4.046201 2.152829 0.716024 0.029168 0",
}
# fmt: on


def numbers(text: str) -> list[float]:
    return [float(number) for number in text.split()]


def test_every_scheduler_has_its_function():
    assert set(SCHEDULERS) == set(SchedulerName) - {SchedulerName.AUTOMATIC}


def test_model_sigmas_are_the_recorded_ones():
    recorded = np.load(RECORDED / "model_sigmas.npz")
    assert (MODEL.alphas.numpy() == recorded["alphas_cumprod"]).all()
    np.testing.assert_allclose(MODEL.sigmas.numpy(), recorded["sigmas"], rtol=2e-7)
    assert MODEL.sigma_min == recorded["sigmas"][0]
    assert MODEL.sigma_max == recorded["sigmas"][-1]


@pytest.mark.parametrize(
    ("sampler", "scheduler", "steps"),
    [(a, b, c) for a, rows in SIGMAS["sigmas"].items() for b, lists in rows.items() for c in lists],
)
def test_sigmas_are_the_recorded_ones(sampler, scheduler, steps):
    name = SamplerName(sampler)
    chosen = scheduler_for(name, SchedulerName(scheduler))
    sigmas = build_sigmas(chosen, int(steps), MODEL, discard=FACTS[name].discards_penultimate)
    assert sigmas.dtype == torch.float32
    np.testing.assert_allclose(sigmas.numpy(), SIGMAS["sigmas"][sampler][scheduler][steps], rtol=1e-6)


@pytest.mark.parametrize("name", TEN_STEPS)
def test_ten_steps_are_the_published_ones(name):
    sigmas = build_sigmas(SchedulerName(name), 10, MODEL)
    np.testing.assert_allclose(sigmas.numpy(), numbers(TEN_STEPS[name]), rtol=1e-5, atol=6e-7)


def test_align_your_steps_has_another_list_for_sdxl():
    sigmas = build_sigmas(SchedulerName.ALIGN_YOUR_STEPS, 10, MODEL, ScheduleOptions(align=ALIGN_SDXL))
    expected = "14.615 5.963397 3.338965 1.855046 1.102326 0.674959 0.431142 0.260621 0.122519 0.029 0"
    np.testing.assert_allclose(sigmas.numpy(), numbers(expected), rtol=1e-5)


def test_discarding_builds_one_longer_and_drops_the_last_positive_level():
    sigmas = build_sigmas(SchedulerName.KARRAS, 10, MODEL, discard=True)
    expected = "14.614643 9.558269 6.08216 3.751262 2.232161 1.274105 0.692574 0.355185 0.169758 0.074364 0"
    np.testing.assert_allclose(sigmas.numpy(), numbers(expected), rtol=1e-5)


def test_limits_and_curvature_can_be_given():
    given = build_sigmas(SchedulerName.KARRAS, 5, MODEL, ScheduleOptions(sigma_min=0.5, sigma_max=8, rho=3))
    root = np.linspace(8 ** (1 / 3), 0.5 ** (1 / 3), 5)
    np.testing.assert_allclose(given.numpy(), [*(root**3), 0], rtol=1e-5)
    old = build_sigmas(SchedulerName.EXPONENTIAL, 3, MODEL, ScheduleOptions(old_limits=True))
    np.testing.assert_allclose(old.numpy(), [10, 1, 0.1, 0], rtol=1e-5)


@pytest.mark.parametrize(("steps", "made"), [(10, 10), (15, 16), (30, 31), (35, 36)])
def test_the_ddim_scheduler_makes_as_many_levels_as_its_stride_gives(steps, made):
    assert len(build_sigmas(SchedulerName.DDIM, steps, MODEL)) == made + 1


@given(st.floats(0, 999))
@settings(max_examples=50, deadline=None)
def test_the_timestep_of_a_timesteps_sigma_is_that_timestep(t):
    sigma = MODEL.sigmas_at(torch.tensor([t]))
    assert MODEL.t(sigma.item()) == pytest.approx(t, abs=2e-2)


def test_quantized_timesteps_are_trained_ones():
    quantized = noise_schedule(scaled_linear(), quantize=True)
    t = MODEL.t(1.2345)
    assert t % 1
    assert quantized.t(1.2345) == round(t)


def test_alpha_between_timesteps_is_log_linear():
    low, high = MODEL.alphas[500].item(), MODEL.alphas[501].item()
    assert MODEL.alpha(500) == low
    assert MODEL.alpha(500.25) == pytest.approx(low**0.75 * high**0.25, rel=1e-12)


def test_downcast_schedules_have_the_range_of_half_precision():
    half = noise_schedule(scaled_linear(), downcast=True)
    assert (half.sigma_min, half.sigma_max) == (0.03125, 14.609375)


def test_zero_terminal_snr_ends_in_pure_noise_and_keeps_its_first_level():
    zero = noise_schedule(scaled_linear(), zero_snr=True)
    assert zero.sigmas[-2].item() == pytest.approx(2254.235, rel=1e-4)
    assert zero.sigma_max == pytest.approx(4518.764, rel=1e-6)
    assert zero.sigma_min == pytest.approx(MODEL.sigma_min, rel=1e-6)


def test_a_consistency_model_knows_fifty_levels():
    lcm = MODEL.consistency()
    assert len(lcm.sigmas) == 50
    assert lcm.sigma_min == pytest.approx(0.13445058, rel=1e-6)
    assert [lcm.t(sigma) for sigma in lcm.sigmas.tolist()] == [20 * k + 19 for k in range(50)]
    assert build_sigmas(SchedulerName.UNIFORM, 50, lcm)[:-1].flip(0).numpy() == pytest.approx(lcm.sigmas.numpy())


@pytest.mark.parametrize(("steps", "timesteps"), SIGMAS["timesteps"]["DDIM"].items())
def test_timesteps_are_the_recorded_ones(steps, timesteps):
    assert build_timesteps(int(steps)).tolist() == timesteps


@pytest.mark.parametrize("row", PORTIONS, ids=lambda row: "-".join(str(value) for value in row.values()))
def test_strength_becomes_the_recorded_steps(row):
    part = portion(row["steps"], row["denoising_strength"], exact_steps=row["exact_steps"])
    assert part == (row["schedule_steps"], row["t_enc"])


@pytest.mark.parametrize(
    ("steps", "strength", "karras", "uniform"),
    [(20, 1.0, 14.6146, 14.6146), (20, 0.75, 5.7894, 4.8557), (20, 0.5, 1.4832, 1.7648), (20, 0.3, 0.3964, 0.8784)],
)
def test_strength_chooses_the_first_level(steps, strength, karras, uniform):
    part = portion(steps, strength)
    for scheduler, start in ((SchedulerName.KARRAS, karras), (SchedulerName.UNIFORM, uniform)):
        run = part_of_sigmas(build_sigmas(scheduler, steps, MODEL), part)
        assert len(run) == part.t_enc + 2
        assert run[0].item() == pytest.approx(start, abs=1e-4)


@pytest.mark.parametrize(
    ("steps", "strength", "level", "first", "count"),
    [(20, 1.0, 951, 901, 19), (20, 0.75, 751, 701, 15), (30, 0.75, 727, 694, 22), (10, 0.5, 501, 401, 5)],
)
def test_the_reference_starts_timesteps_one_step_below_their_noise(steps, strength, level, first, count):
    part = portion(steps, strength)
    run, noised = part_of_timesteps(build_timesteps(steps), part, complete=False)
    assert (noised, int(run[-1]), len(run)) == (level, first, count)
    run, noised = part_of_timesteps(build_timesteps(steps), part)
    assert (noised, int(run[-1]), len(run)) == (level, level, count + 1)


def test_exact_steps_at_no_strength_run_nothing():
    part = portion(20, 0, exact_steps=True)
    assert part == Portion(0, 19)
    assert part_of_sigmas(build_sigmas(SchedulerName.KARRAS, 0, MODEL), part).tolist() == [0]


@pytest.mark.parametrize(
    ("scheduler", "ends"),
    [
        ("Karras", {"sigma_min": 1e-200}),
        ("Karras", {"sigma_min": 0.001, "rho": 0.5}),
        ("Exponential", {"sigma_min": 1e-60}),
        ("Polyexponential", {"sigma_min": 20}),
        ("KL Optimal", {"sigma_max": 0.001}),
        ("Beta", {"sigma_min": 1000}),
    ],
)
def test_ends_that_leave_no_way_down_are_refused_with_the_models_own(scheduler, ends):
    with pytest.raises(RequestError, match="do not fall") as fault:
        build_sigmas(SchedulerName(scheduler), 3, noise_schedule(scaled_linear()), ScheduleOptions(**ends))
    assert "0.02917 to 14.61" in fault.value.hint


@pytest.mark.parametrize(
    "options", [{"beta_alpha": 0.1, "beta_beta": 0.1}, {"sigma_max": 1, "sigma_min": 1 - 1e-9}], ids=str
)
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_no_sampler_is_given_a_step_that_leads_nowhere(sampler, options):
    model = noise_schedule(scaled_linear())
    full = build_sigmas(SchedulerName.BETA, 20, model, ScheduleOptions(**options))
    sigmas = distinct(full, model)
    assert len(sigmas) < len(full) == 21
    noise = torch.randn(1, 4, 2, 2, generator=torch.Generator().manual_seed(1))
    between = brownian_noise([1], (4, 2, 2), full)
    *_, last = SAMPLERS[sampler](lambda x, sigma: x / (1 + sigma**2), noise, sigmas, between, SamplerOptions(eta=1))
    assert last.x.isfinite().all()


@pytest.mark.parametrize("scheduler", SCHEDULERS)
@pytest.mark.parametrize("steps", [1, 2, 20, 150, 1000])
def test_no_step_of_an_ordinary_schedule_is_left_out(scheduler, steps):
    model = noise_schedule(scaled_linear())
    sigmas = build_sigmas(scheduler, steps, model)
    assert torch.equal(distinct(sigmas, model), sigmas)


def test_a_consistency_models_levels_are_left_as_they_are():
    model = noise_schedule(scaled_linear()).consistency()
    sigmas = build_sigmas(SchedulerName.SIMPLE, 100, model)
    assert torch.equal(distinct(sigmas, model), sigmas)
    assert (sigmas.diff() == 0).any()


@pytest.mark.parametrize("scheduler", SCHEDULERS)
@pytest.mark.parametrize("strength", [1e-200, 1e-5, 0.01])
def test_at_next_to_no_strength_exact_steps_still_find_a_level_to_start_from(scheduler, strength):
    part = portion(3, strength, exact_steps=True)
    sigmas = build_sigmas(scheduler, part.schedule_steps, model := noise_schedule(scaled_linear()))
    run = distinct(part_of_sigmas(sigmas, part), model)
    assert len(run) > 1
    assert 0 < run[0] < 0.5
