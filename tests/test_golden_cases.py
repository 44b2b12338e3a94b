"""Recorded cases of the reference, through the whole way: one for each kind of work. `make golden` runs them all."""

import pytest

from pentimento.cli.golden import LARGEST, SHARE, compared, painted
from pentimento.runners.inline import InlineRunner

CASES = (
    "base",  # inpainting, whole picture
    "base-inpaintmodel",  # nine channels
    "onlymasked-pad32",
    "soft-params",
    "fill2-inpaintmodel",  # latent noise
    "resize2-inpaintmodel-tall",
    "colorcorr-onlymasked",
    "prompt-and-inpaintmodel-ddim",  # AND, and a sampler on timesteps
    "prompt-lora2",
    "prompt-ti",
    "sampler-DPMpp_SDE-Karras",  # a Brownian path
    "subseed-batch2",
    "two-init-images",
    "txt2img",
)


@pytest.fixture(scope="module")
def runner(golden):
    return InlineRunner(golden / "checkpoints", device="cpu", dtype="float32", threads=1)


@pytest.mark.parametrize("name", CASES)
def test_a_recorded_case_is_painted_within_tolerance(golden, runner, name):
    case = golden / "cases" / name
    verdict = compared(case, painted(case, golden, runner))
    assert verdict.fault == ""
    assert verdict.largest <= LARGEST
    assert verdict.share <= SHARE
