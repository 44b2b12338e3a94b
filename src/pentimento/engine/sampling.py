"""From a start to finished latents: schedule, guidance, hole and sampler put together."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

from pentimento.checkpoint.families import Checkpoint
from pentimento.diffusion import start as starting
from pentimento.diffusion.brownian import brownian_noise
from pentimento.diffusion.denoiser import (
    Guess,
    GuessModel,
    blend,
    eps_from_v,
    from_consistency,
    from_eps,
    from_v,
    keep_by,
    keep_known,
    keep_known_eps,
    show_known,
)
from pentimento.diffusion.noise import NoiseStreams
from pentimento.diffusion.options import SamplerOptions
from pentimento.diffusion.samplers import SAMPLERS
from pentimento.diffusion.schedule import (
    NoiseSchedule,
    ScheduleOptions,
    build_sigmas,
    build_timesteps,
    distinct,
    noise_schedule,
    scaled_linear,
)
from pentimento.diffusion.strength import Portion, part_of_sigmas, part_of_timesteps, portion
from pentimento.diffusion.timestep_samplers import TIMESTEP_SAMPLERS
from pentimento.engine import soft
from pentimento.engine.conditioning import Conditioning
from pentimento.engine.fast import SHORTCUTS
from pentimento.engine.guidance import Guidance, Skipping
from pentimento.engine.start import Start
from pentimento.nets.unet import INSTRUCT_CHANNELS, UNet
from pentimento.words.choices import SamplerName, SchedulerName
from pentimento.words.errors import RequestError
from pentimento.words.latents import Denoiser, Latents, NoiseBetween, Sigmas, Step, Timesteps
from pentimento.words.request import Request
from pentimento.words.samplers import FACTS, NoiseKind, SamplerFacts, scheduler_for

CFGPP_SCALE = 1 / 12.5
"""DDIM CFG++ wants guidance of about 0.6 where others want 7."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What a job runs of which schedule; the same for all its batches.

    model      the checkpoint's noise schedule
    sigmas     noise levels that are run
    full       noise levels of the whole schedule
    timesteps  for samplers that walk timesteps: those that are run, rising
    level      … and the one whose noise the start has
    """

    request: Request
    facts: SamplerFacts
    prediction: str
    model: NoiseSchedule
    full: Sigmas
    sigmas: Sigmas
    timesteps: Timesteps
    level: int
    part: Portion

    @property
    def steps(self) -> int:
        """Steps of one batch, as a progress bar counts them."""
        return max(1, len(self.timesteps) if self.facts.on_timesteps else len(self.sigmas) - 1)

    @property
    def calls(self) -> int:
        """How often the network is asked for one batch, about."""
        return self.steps * (2 if self.facts.second_order else 1)

    @property
    def text_steps(self) -> int:
        """Length of the schedule that prompt editing refers to."""
        doubled = self.facts.second_order and self.request.switches.count_calls
        return self.request.steps * (2 if doubled else 1)


def plan(request: Request, checkpoint: Checkpoint) -> Plan:
    facts = FACTS[request.sampler]
    alphas = scaled_linear(checkpoint.linear_start, checkpoint.linear_end)
    model = noise_schedule(
        alphas,
        downcast=request.downcast_alphas,
        zero_snr=request.zero_terminal_snr or checkpoint.zero_terminal_snr,
        quantize=request.quantize_timesteps,
    )
    if request.sampler is SamplerName.LCM:
        model = model.consistency()
    part = portion(request.steps, request.denoising_strength, exact_steps=request.exact_steps)
    if not request.images:
        part = Portion(request.steps, request.steps - 1)
    discard = facts.discards_penultimate or request.discard_penultimate_sigma
    own_levels = facts.only_ends and not request.images  # from noise, these walk between the model's own ends
    full = build_sigmas(
        SchedulerName.UNIFORM if own_levels else scheduler_for(request.sampler, request.scheduler),
        part.schedule_steps,
        model,
        ScheduleOptions(
            sigma_min=request.sigma_min,
            sigma_max=request.sigma_max,
            rho=request.rho,
            beta_alpha=request.beta_alpha,
            beta_beta=request.beta_beta,
            old_limits=request.old_karras_sigmas,
        ),
        discard=discard,
    )
    grid = build_timesteps(part.schedule_steps, discard=request.discard_penultimate_sigma)
    short = request.switches.short_schedules
    run, level = part_of_timesteps(grid, part, complete=not short) if request.images else (grid, int(grid[-1]))
    return Plan(
        request=request,
        facts=facts,
        prediction=checkpoint.prediction,
        model=model,
        full=full,
        sigmas=distinct(part_of_sigmas(full, part) if request.images else full, model),
        timesteps=run,
        level=level,
        part=part,
    )


def guide(plan: Plan, start: Start, unet: UNet, conditioning: Conditioning) -> Guidance:
    """The prediction of one batch, guided by its prompts; counts its calls, so each batch has its own."""
    request = plan.request
    cfgpp = request.sampler is SamplerName.DDIM_CFGPP
    shortcuts = SHORTCUTS[request.fast]
    picture_scale = _picture_scale(request, unet, conditioning)
    by_picture = picture_scale is not None
    skipping = Skipping(
        always=_unguided(request, conditioning, by_picture),
        below=0 if by_picture else request.s_min_uncond,
        every=request.s_min_uncond_all,
        early=request.skip_early_cond,
        late=0 if by_picture or cfgpp else shortcuts.unguided,
        calls=plan.calls,
    )
    return Guidance(
        shortcuts.unet(unet),
        conditioning,
        request.cfg_scale * (CFGPP_SCALE if cfgpp else 1),
        position=_position(plan),
        level=float if plan.facts.on_timesteps else lambda t: plan.model.sigmas_at(torch.tensor(t)).item(),
        skipping=skipping,
        extra=start.extra,
        empty=conditioning.empty if request.pad_prompts else None,
        picture_scale=picture_scale,
    )


def predictions(request: Request, unet: UNet, conditioning: Conditioning) -> int:
    """How many a call makes for each picture: one for each part of the prompt, and those it is guided away from."""
    by_picture = _picture_scale(request, unet, conditioning) is not None
    return 1 if _unguided(request, conditioning, by_picture) else len(conditioning.parts) + 1 + by_picture


def _unguided(request: Request, conditioning: Conditioning, by_picture: bool) -> bool:
    """The result is the same without the negative prompt."""
    plain = [weight for weight, _ in conditioning.parts] == [1]
    return request.cfg_scale == 1 and plain and not by_picture and request.sampler is not SamplerName.DDIM_CFGPP


def _picture_scale(request: Request, unet: UNet, conditioning: Conditioning) -> float | None:
    """How strongly an instruct checkpoint is guided by the picture; None for others, and where that changes nothing."""
    if unet.in_channels != INSTRUCT_CHANNELS or request.image_guidance == 1:
        return None
    if len(conditioning.parts) > 1:
        raise RequestError(
            f"the prompt joins {len(conditioning.parts)} parts by AND, which an instruct checkpoint cannot follow",
            "Leave AND out, or set --image-cfg-scale 1.",
        )
    return request.image_guidance


def sample(
    plan: Plan, start: Start, streams: NoiseStreams, guidance: Guidance, ended: Callable[[], bool] = lambda: False
) -> Iterator[Step]:
    """One batch; the last step's x are the finished latents, the known ones put back outside the hole.

    ended  asked after every step: whether to be content with the clean guess of that one
    """
    walk = _walk_timesteps if plan.facts.on_timesteps else _walk_sigmas
    noise = streams.first() * plan.request.initial_noise_multiplier
    for step in walk(plan, start, noise, streams, guidance):
        yield step
        if ended():
            step = step._replace(x=step.x0)
            break
    yield Step(plan.steps, 0.0, finished(plan.request, start, step.x), step.x)


def finished(request: Request, start: Start, x: Latents) -> Latents:
    """The known latents put back outside the hole; soft inpainting has mixed them already."""
    if start.hole is None or start.known is None or request.soft_inpainting:
        return x
    return blend(start.known, x, start.hole)


def _or_start(steps: Iterator[Step], x: Latents) -> Iterator[Step]:
    """The steps; where there is nothing to run, the start as the only one."""
    step = None
    for step in steps:
        yield step
    if step is None:
        yield Step(0, 0.0, x, x)


def _walk_sigmas(plan: Plan, start: Start, noise: Latents, streams: NoiseStreams, guidance: Guidance) -> Iterator[Step]:
    request, sigmas = plan.request, plan.sigmas
    first = sigmas[0].item()
    denoise = _held(_denoiser(plan, guidance), start, request)
    if start.known is None:
        x = starting.from_noise(noise, first, sgm=request.sgm_noise_multiplier)
    else:
        x = starting.from_latents(start.known, noise, first, extra_noise=request.extra_noise)
    between = _noise_between(plan, streams, noise)
    yield from _or_start(SAMPLERS[request.sampler](denoise, x, sigmas, between, _options(plan)), x)


def _denoiser(plan: Plan, guidance: Guidance) -> Denoiser:
    predict = lambda x, t: guidance(x, t).eps  # noqa: E731
    if plan.request.sampler is SamplerName.LCM:
        return from_consistency(predict, plan.model)
    return {"eps": from_eps, "v": from_v}[plan.prediction](predict, plan.model)


def _held(denoise: Denoiser, start: Start, request: Request) -> Denoiser:
    """The denoiser with everything outside the hole held to the picture."""
    if start.hole is None or start.known is None:
        return denoise
    known, hole, softness = start.known, start.hole, request.soft_inpainting
    if softness is None:
        return keep_known(denoise, known, hole)
    return lambda x, sigma: soft.blend(known, denoise(x, sigma), hole, sigma, softness)


def _walk_timesteps(
    plan: Plan, start: Start, noise: Latents, streams: NoiseStreams, guidance: Guidance
) -> Iterator[Step]:
    request, model = plan.request, plan.model
    guess = _shown(guidance if plan.prediction == "eps" else _from_v(guidance, model), start, plan)
    if start.known is None:
        x = noise
    else:
        alpha = model.alphas[plan.level].item()
        x = starting.from_latents_at(start.known, noise, alpha, extra_noise=request.extra_noise)
    steps = TIMESTEP_SAMPLERS[request.sampler](guess, x, plan.timesteps, model, streams, _options(plan))
    yield from _or_start(steps, x)


def _from_v(guidance: Guidance, model: NoiseSchedule) -> GuessModel:
    def guess(x: Latents, t: float) -> Guess:
        said = guidance(x, t)
        return Guess(*(eps_from_v(lambda x, t, v=v: v, model)(x, t) for v in said))

    return guess


def _shown(guess: GuessModel, start: Start, plan: Plan) -> GuessModel:
    """The same for eps predictions: the reference changes what the network sees, by default what it says."""
    if start.hole is None or start.known is None:
        return guess
    known, hole, softness = start.known, start.hole, plan.request.soft_inpainting
    if softness is not None and plan.request.switches.soft_by_timestep:
        return lambda x, t: guess(soft.blend(known, x, hole, t, softness), t)
    if softness is not None:
        return keep_by(guess, lambda x0, sigma: soft.blend(known, x0, hole, sigma, softness), plan.model)
    if plan.request.switches.short_schedules:
        return show_known(guess, known, hole)
    return keep_known_eps(guess, known, hole, plan.model)


def _position(plan: Plan) -> Callable[[float, int], int]:
    """Where the prompts' schedules stand at a call.

    The reference counts calls from 0 whatever part of the schedule is run; by default the share of the steps really
    run counts, told by the noise level, so that `[a:b:0.5]` switches half way.
    """
    if plan.request.switches.count_calls:
        return lambda t, calls: calls
    levels = _levels(plan)
    return lambda t, calls: 1 + math.floor(sum(level > t + 1e-3 for level in levels) * plan.text_steps / len(levels))


def _levels(plan: Plan) -> list[float]:
    """Training timesteps at which the steps begin, falling."""
    if plan.facts.on_timesteps:
        return [float(t) for t in plan.timesteps.flip(0)]
    return [plan.model.t(sigma) for sigma in plan.sigmas[:-1].tolist()]


def _noise_between(plan: Plan, streams: NoiseStreams, noise: Latents) -> NoiseBetween:
    if plan.facts.noise is not NoiseKind.BROWNIAN:
        return streams
    return brownian_noise(streams.seeds, noise.shape[1:], plan.full, plan.request.random, noise.device)


def _options(plan: Plan) -> SamplerOptions:
    request = plan.request
    return SamplerOptions(
        eta=plan.facts.default_eta if request.eta is None else request.eta,
        s_churn=request.s_churn,
        s_tmin=request.s_tmin,
        s_tmax=request.s_tmax or math.inf,
        s_noise=request.s_noise,
        complete=not request.switches.short_schedules,
        pure_noise=not request.images,
        unipc_order=request.unipc_order,
        unipc_variant=request.unipc_variant,
        unipc_skip=request.unipc_skip,
        unipc_lower_order_final=request.unipc_lower_order_final,
    )
