"""What a person is told before a request runs, with what would do."""

import re

import numpy as np
import pytest

from pentimento.engine.advice import LEAST_SIGMA, first_sigma
from pentimento.engine.paint import Ready, paint
from pentimento.engine.sampling import plan
from pentimento.words.choices import MaskedContent, SamplerName, SchedulerName
from pentimento.words.images import Mask, Picture
from pentimento.words.request import Request
from toy import ToyUNet, flat, toy

HASH = "0" * 64
NOISE, NOTHING = MaskedContent.LATENT_NOISE, MaskedContent.LATENT_NOTHING


def warnings(mask: Mask | None = None, side: int = 64, native: int = 64, channels: int = 4, **settings: object):
    mask = a_mask(16, 48) if mask is None else mask
    request = Request(images=(HASH,), mask=HASH, seed=1, variation_seed=1, **settings)
    drawn, picture = Picture(mask[..., None]), Picture(np.full((side, side, 3), 90, np.uint8))
    job = paint(request, (request.prompt, ""), [picture], drawn, toy(ToyUNet(flat, channels), side=native), {})
    ready = next(job)
    assert isinstance(ready, Ready)
    return ready.warnings


def a_mask(first: int, last: int, side: int = 64) -> Mask:
    mask = np.zeros((side, side), np.uint8)
    mask[first:last, first:last] = 255
    return mask


def test_an_ordinary_request_is_not_remarked_on():
    assert warnings() == ()
    assert warnings(channels=9) == ()


@pytest.mark.parametrize("content", [NOISE, NOTHING])
@pytest.mark.parametrize(
    "how",
    [
        {"sampler": SamplerName.EULER},
        {"sampler": SamplerName.DPMPP_2M, "scheduler": SchedulerName.KARRAS},
        {"sampler": SamplerName.DDIM},
        {"sampler": SamplerName.EULER, "steps": 7},
        {"sampler": SamplerName.EULER, "exact_steps": True},
    ],
    ids=["Euler", "Karras", "DDIM", "7 steps", "exact steps"],
)
def test_too_little_noise_for_an_empty_hole_names_the_strength_that_would_do(content, how):
    (warning,) = warnings(masked_content=content, denoising_strength=0.3, **how)
    (named,) = re.findall(r"take strength ([\d.]+) or more", warning)
    facts = toy(ToyUNet(flat)).facts

    def first(strength: float) -> float:
        return first_sigma(plan(Request(images=(HASH,), mask=HASH, denoising_strength=strength, **how), facts))

    assert f"sigma {first(0.3):.2f}" in warning
    assert first(float(named)) >= LEAST_SIGMA > first(float(named) - 0.05)
    assert warnings(masked_content=content, denoising_strength=float(named), **how) == ()


@pytest.mark.parametrize("content", [MaskedContent.ORIGINAL, MaskedContent.FILL])
def test_content_that_is_a_picture_may_be_changed_little(content):
    assert warnings(masked_content=content, denoising_strength=0.1) == ()


def test_a_schedule_that_never_gets_there_is_said_to_be_another():
    (warning,) = warnings(masked_content=NOISE, denoising_strength=1, sigma_max=2, scheduler=SchedulerName.KARRAS)
    assert "take another schedule" in warning


def test_an_empty_mask_is_told():
    (warning,) = warnings(a_mask(0, 0))
    assert warning == "the mask is empty: the picture is returned as it was"


def test_a_nearly_empty_mask_is_told_with_its_size():
    (warning,) = warnings(a_mask(8, 12))
    assert "only 16 pixels" in warning


@pytest.mark.parametrize(("native", "what"), [(256, "blurred"), (16, "repetitions")])
def test_a_size_far_from_the_checkpoints_own_is_told(native, what):
    (warning,) = warnings(native=native)
    assert "64×64" in warning
    assert f"{native}×{native}" in warning
    assert what in warning


def test_an_untidy_prompt_is_told():
    (warning,) = warnings(prompt="a (cat")
    assert "character 3" in warning


SUPERSAMPLING = (
    "supersampling 2 changes nothing where the whole picture is worked on: "
    "choose area only masked, or set a larger width and height"
)


@pytest.mark.parametrize("compat", ["none", "webui"])
def test_supersampling_that_changes_nothing_is_told(compat):
    assert warnings(supersampling=2, compat=compat) == (SUPERSAMPLING,)
    assert warnings(supersampling=1, compat=compat) == ()
    assert SUPERSAMPLING not in warnings(supersampling=2, compat=compat, area="only masked", width=32, height=32)


@pytest.mark.parametrize("compat", ["none", "webui"])
@pytest.mark.parametrize("fill", ["blur", "telea", "navier-stokes"])
def test_a_fill_without_anything_to_fill_from_is_told(compat, fill):
    def told(mask, content="fill"):
        said = warnings(mask, masked_content=content, fill=fill, denoising_strength=1, compat=compat)
        return any("has nothing to fill it from: it begins black" in one for one in said)

    assert told(a_mask(0, 64))
    assert not told(a_mask(0, 32))
    assert not told(a_mask(0, 64), content="original")
