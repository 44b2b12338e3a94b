"""Samplers land where the reference's landed, with the recorded checkpoints, starts, masks and noise settings."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from pentimento.checkpoint.open import open_checkpoint
from pentimento.diffusion.brownian import brownian_noise
from pentimento.diffusion.denoiser import Guess, blend, from_consistency, from_eps, keep_known, show_known
from pentimento.diffusion.noise import NoiseStreams, Variation
from pentimento.diffusion.options import SamplerOptions
from pentimento.diffusion.samplers import SAMPLERS
from pentimento.diffusion.schedule import build_sigmas, build_timesteps, noise_schedule, scaled_linear
from pentimento.diffusion.start import from_latents, from_latents_at, from_noise
from pentimento.diffusion.strength import part_of_sigmas, part_of_timesteps, portion
from pentimento.diffusion.timestep_samplers import TIMESTEP_SAMPLERS
from pentimento.nets.networks import Networks
from pentimento.prompt.tokenizer import encode
from pentimento.words.choices import NoiseSource, SamplerName
from pentimento.words.latents import Step
from pentimento.words.samplers import FACTS, NoiseKind, sampler_named, scheduler_for, scheduler_named
from pentimento.words.sizes import Size

CASES = [
    "base",
    "batch3",
    "ensd",
    "eta0.5",
    "exactsteps",
    "extra-noise",
    "denoise0.0",
    "denoise0.1",
    "img2img-nomask",
    "nv-base",
    "nv-sde",
    "nv-txt2img",
    "s_noise",
    "sampler-DDIM-Automatic",
    "sampler-DDIM-inpaintmodel",
    "sampler-DPM2-Automatic",
    "sampler-DPM2_a-Automatic",
    "sampler-DPM_fast-Automatic",
    "sampler-DPMpp_2M-Automatic",
    "sampler-DPMpp_2M_SDE-Automatic",
    "sampler-DPMpp_2M_SDE_Heun-Automatic",
    "sampler-DPMpp_3M_SDE-Automatic",
    "sampler-DPMpp_SDE-Karras",
    "sampler-Euler-Automatic",
    "sampler-Heun-Automatic",
    "sampler-LCM-Automatic",
    "sampler-LMS-Automatic",
    "sampler-PLMS-Automatic",
    "sampler-PLMS-inpaintmodel",
    "sampler-Restart-Automatic",
    "scheduler-DDIM",
    "scheduler-KL_Optimal",
    "scheduler-Karras",
    "scheduler-Polyexponential",
    "scheduler-Simple",
    "steps1",
    "subseed-batch2",
    "subseed1",
    "txt2img",
    "txt2img-lcm",
    "txt2img-unipc",
]
"""Recorded cases that are decided by sampling alone: plain prompts, one batch, ordinary guidance."""

ENDS = 49406, 49407


class Recorded:
    """One case: its request, its tensors, and the guided network it was made with."""

    def __init__(self, folder: Path, networks: Networks) -> None:
        self.body = json.loads((folder / "request.json").read_text())["body"]
        self.settings = self.body["override_settings"]
        self.tensors = {name: torch.from_numpy(tensor) for name, tensor in np.load(folder / "tensors.npz").items()}
        self.networks = networks
        self.context = torch.stack([self.features(self.body[key]) for key in ("prompt", "negative_prompt")])

    def features(self, text: str) -> Tensor:
        tokens = [ENDS[0], *encode(text)]
        assert len(tokens) < 77
        return self.networks.text(torch.tensor([tokens + [ENDS[1]] * (77 - len(tokens))]))[0]

    def eps(self, x: Tensor, t: float) -> Guess:
        n = len(x)
        if self.networks.unet.in_channels == 9:
            x = torch.cat([x, self.tensors["image_conditioning"].expand(n, -1, -1, -1)], dim=1)
        context = self.context.repeat_interleave(n, dim=0)
        positive, negative = self.networks.unet(torch.cat([x, x]), t, context).chunk(2)
        return Guess(negative + (positive - negative) * self.body["cfg_scale"], negative)

    @property
    def known(self) -> Tensor | None:
        return self.tensors.get("init_latent")

    @property
    def hole(self) -> Tensor | None:
        return self.tensors["nmask"][None] if "nmask" in self.tensors else None


def noise_of(case: Recorded) -> NoiseStreams:
    body, shape = case.body, case.tensors["first_noise"].shape
    share = body.get("subseed_strength", 0)
    count = len(case.tensors["first_noise"])
    return NoiseStreams(
        NoiseSource(case.settings["randn_source"]),
        [body["seed"] + (0 if share else k) for k in range(count)],
        Size(shape[3], shape[2]),
        variation=Variation([body["subseed"] + k for k in range(count)], share),
        seed_delta=case.settings.get("eta_noise_seed_delta", 0),
    )


def sampled(case: Recorded) -> tuple[Tensor, list[Step]]:
    """(the start, the steps taken) as the reference would."""
    body = case.body
    name, facts = sampler_named(body["sampler_name"])[0], FACTS[sampler_named(body["sampler_name"])[0]]
    part = portion(
        body["steps"], body.get("denoising_strength") or 0, exact_steps=case.settings.get("img2img_fix_steps", False)
    )
    options = SamplerOptions(
        eta=body.get("eta", facts.default_eta),
        s_noise=body.get("s_noise", 1.0),
        complete=False,
        pure_noise=case.known is None,
    )
    noise = noise_of(case)
    first = noise.first()
    torch.testing.assert_close(first, case.tensors["first_noise"], atol=1e-6, rtol=0)
    extra = case.settings.get("img2img_extra_noise", 0)
    schedule = noise_schedule(scaled_linear())

    if facts.on_timesteps:
        timesteps = build_timesteps(part.schedule_steps)
        x, guess = first, case.eps
        if case.known is not None:
            timesteps, level = part_of_timesteps(timesteps, part, complete=False)
            x = from_latents_at(case.known, first, schedule.alpha(level), extra_noise=extra)
        if case.known is not None and case.hole is not None:
            guess = show_known(case.eps, case.known, case.hole)
        return x, list(TIMESTEP_SAMPLERS[name](guess, x, timesteps, schedule, noise, options))

    schedule = schedule.consistency() if name is SamplerName.LCM else schedule
    wrap = from_consistency if name is SamplerName.LCM else from_eps
    denoise = wrap(lambda x, t: case.eps(x, t).eps, schedule)
    scheduler = scheduler_for(name, scheduler_named(body["scheduler"]))
    full = build_sigmas(scheduler, part.schedule_steps, schedule, discard=facts.discards_penultimate)
    sigmas = full
    x = from_noise(first, full[0].item())
    if case.known is not None:
        sigmas = part_of_sigmas(full, part)
        x = from_latents(case.known, first, sigmas[0].item(), extra_noise=extra)
    if case.known is not None and case.hole is not None:
        denoise = keep_known(denoise, case.known, case.hole)
    between = noise
    if facts.noise is NoiseKind.BROWNIAN:
        between = brownian_noise(noise.seeds, first.shape[1:], full, noise.source)
    return x, list(SAMPLERS[name](denoise, x, sigmas, between, options))


@pytest.fixture(scope="module")
def networks(golden: Path) -> Callable[[str], Networks]:
    opened: dict[str, Networks] = {}

    def of(name: str) -> Networks:
        if name not in opened:
            opened[name] = open_checkpoint(golden / "checkpoints" / name).networks
        return opened[name]

    return of


@pytest.mark.long
@pytest.mark.parametrize("name", CASES)
def test_a_sampler_lands_where_the_reference_landed(name, golden, networks):
    folder = golden / "cases" / name
    checkpoint = json.loads((folder / "request.json").read_text())["body"]["override_settings"]["sd_model_checkpoint"]
    case = Recorded(folder, networks(checkpoint))
    start, steps = sampled(case)
    x = steps[-1].x if steps else start
    if case.known is not None and case.hole is not None:
        x = blend(case.known, x, case.hole)
    assert (x - case.tensors["final_latent"]).abs().max() < 2e-3
