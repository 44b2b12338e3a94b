"""The `/sdapi/v1` dialect: a body and its settings → a request. Written once, for the routes and for `make golden`."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeGuard, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pentimento.pixels.files import Files
from pentimento.words.choices import Area, HiresUpscaler, MaskedContent, MaskMode, ResizeMode
from pentimento.words.compat import COMPAT, CompatName
from pentimento.words.errors import PictureError, RequestError
from pentimento.words.request import Request, SoftInpainting
from pentimento.words.samplers import FACTS, EtaKind, sampler_named, scheduler_named
from pentimento.words.sayings import first_problem


class Body(BaseModel):
    """Fields of both endpoints, under the names and with the defaults of the dialect; others are ignored."""

    model_config = ConfigDict(extra="ignore")

    prompt: str = ""
    negative_prompt: str = ""
    seed: int = -1
    subseed: int = -1
    subseed_strength: float = 0
    seed_resize_from_h: int = -1
    seed_resize_from_w: int = -1
    sampler_name: str | None = None
    sampler_index: str = "Euler"
    scheduler: str | None = None
    batch_size: int = 1
    n_iter: int = 1
    steps: int = 50
    cfg_scale: float = 7.0
    width: int = 512
    height: int = 512
    restore_faces: bool | None = None
    refiner_checkpoint: str | None = None
    tiling: bool | None = None
    eta: float | None = None
    s_min_uncond: float | None = None
    s_churn: float | None = None
    s_tmin: float | None = None
    s_tmax: float | None = None
    s_noise: float | None = None
    override_settings: dict[str, Any] | None = None
    alwayson_scripts: dict[str, Any] | None = None


class Txt2ImgBody(Body):
    """POST /sdapi/v1/txt2img."""

    enable_hr: bool = False
    denoising_strength: float | None = None
    hr_scale: float = 2.0
    hr_upscaler: str | None = None
    hr_second_pass_steps: int = 0
    hr_resize_x: int = 0
    hr_resize_y: int = 0
    hr_checkpoint_name: str | None = None
    hr_sampler_name: str | None = None
    hr_scheduler: str | None = None
    hr_prompt: str = ""
    hr_negative_prompt: str = ""


class Img2ImgBody(Body):
    """POST /sdapi/v1/img2img."""

    init_images: list[str] | None = None
    resize_mode: int = 0
    denoising_strength: float = 0.75
    image_cfg_scale: float | None = None
    mask: str | None = None
    mask_blur: int | None = None
    mask_blur_x: int = 4
    mask_blur_y: int = 4
    mask_round: bool = True
    inpainting_fill: int = 0
    inpaint_full_res: bool = True
    inpaint_full_res_padding: int = 0
    inpainting_mask_invert: int = 0
    initial_noise_multiplier: float | None = None


class Setting(NamedTuple):
    """A setting of the reference: the request's field it means, and how its value reads there."""

    field: str
    read: Callable[[Any], Any] = lambda value: value


SETTINGS: Mapping[str, Setting] = {
    "sd_model_checkpoint": Setting("checkpoint"),
    "sd_vae": Setting("vae"),
    "CLIP_stop_at_last_layers": Setting("clip_skip"),
    "emphasis": Setting("emphasis"),
    "comma_padding_backtrack": Setting("comma_backtrack"),
    "enable_prompt_comments": Setting("prompt_comments"),
    "use_old_scheduling": Setting("old_prompt_editing"),
    "randn_source": Setting("noise_source"),
    "eta_noise_seed_delta": Setting("eta_noise_seed_delta"),
    "inpainting_mask_weight": Setting("mask_weight"),
    "initial_noise_multiplier": Setting("initial_noise_multiplier"),
    "img2img_extra_noise": Setting("extra_noise"),
    "img2img_color_correction": Setting("color_correction"),
    "img2img_fix_steps": Setting("exact_steps"),
    "img2img_background_color": Setting("background_color"),
    "overlay_inpaint": Setting("overlay"),
    "s_min_uncond": Setting("s_min_uncond"),
    "s_min_uncond_all": Setting("s_min_uncond_all"),
    "s_churn": Setting("s_churn"),
    "s_tmin": Setting("s_tmin"),
    "s_tmax": Setting("s_tmax"),
    "s_noise": Setting("s_noise"),
    "skip_early_cond": Setting("skip_early_cond"),
    "pad_cond_uncond": Setting("pad_prompts"),
    "always_discard_next_to_last_sigma": Setting("discard_penultimate_sigma"),
    "sgm_noise_multiplier": Setting("sgm_noise_multiplier"),
    "sigma_min": Setting("sigma_min"),
    "sigma_max": Setting("sigma_max"),
    "rho": Setting("rho"),
    "beta_dist_alpha": Setting("beta_alpha"),
    "beta_dist_beta": Setting("beta_beta"),
    "use_old_karras_scheduler_sigmas": Setting("old_karras_sigmas"),
    "enable_quantization": Setting("quantize_timesteps"),
    "use_downcasted_alpha_bar": Setting("downcast_alphas"),
    "sd_noise_schedule": Setting("zero_terminal_snr", lambda value: value == "Zero Terminal SNR"),
    "uni_pc_order": Setting("unipc_order"),
    "uni_pc_variant": Setting("unipc_variant"),
    "uni_pc_skip_type": Setting("unipc_skip"),
    "uni_pc_lower_order_final": Setting("unipc_lower_order_final"),
    "tiling": Setting("tiling"),
}

NOT_RUN: Mapping[str, Any] = {
    "extra_networks_default_multiplier": 1.0,
    "face_restoration": False,
    "hypertile_enable_unet": False,
    "hypertile_enable_vae": False,
    "no_dpmpp_sde_batch_determinism": False,
    "pad_cond_uncond_v0": False,
    "refiner_checkpoint": None,
    "restore_faces": False,
    "sd_lora": "None",
    "sd_vae_decode_method": "Full",
    "sd_vae_encode_method": "Full",
    "token_merging_ratio": 0.0,
    "token_merging_ratio_img2img": 0.0,
    "use_old_emphasis_implementation": False,
}
"""Settings and fields of the reference that would change the picture but are not run, and what they must be."""

USUAL = {name: field.default for name, field in Request.model_fields.items()}

CHURN = ("s_churn", "s_tmin", "s_tmax", "s_noise")
"""Settings that beat the body where they are not at their default, as the reference has it (Q-34)."""

ETA = {EtaKind.ANCESTRAL: "eta_ancestral", EtaKind.DDIM: "eta_ddim"}

Choice = TypeVar("Choice")

MASKED_CONTENT = tuple(MaskedContent)
RESIZE_MODES = tuple(ResizeMode)
SOFT_INPAINTING = "soft inpainting"


def translate(body: Body, settings: Mapping[str, Any], compat: CompatName, files: Files) -> Request:
    """One body of the dialect as a request; its pictures go into `files`.

    settings  what holds where the body's `override_settings` say nothing
    raises    RequestError, PictureError
    """
    settings = {**settings, **(body.override_settings or {})}
    _refuse_not_run({**settings, **body.model_dump(include=set(NOT_RUN))})
    fields = _from_settings(settings)
    fields |= _common(body, fields, settings_win=COMPAT[compat].settings_win)
    if isinstance(body, Img2ImgBody):
        fields |= _img2img(body, files)
    if isinstance(body, Txt2ImgBody) and body.enable_hr:
        fields |= _hires(body)
    fields.setdefault("checkpoint", "starter")
    try:
        return Request(**fields, compat=compat)
    except ValidationError as problem:
        raise RequestError(first_problem(problem)) from problem


def _refuse_not_run(given: Mapping[str, Any]) -> None:
    for name, usual in NOT_RUN.items():
        if given.get(name) not in (None, "", "None", usual):
            raise RequestError(f"{name} is {given[name]!r}, which is not run yet", f"Leave it out, or at {usual!r}.")


def _from_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Request fields from settings; eta is chosen by the sampler later."""
    known = {name: value for name, value in settings.items() if name in SETTINGS and value is not None}
    fields = {SETTINGS[name].field: SETTINGS[name].read(value) for name, value in known.items()}
    return fields | {name: settings[name] for name in ETA.values() if name in settings}


def _common(body: Body, settings: dict[str, Any], *, settings_win: bool) -> dict[str, Any]:
    sampler, suffix = sampler_named(body.sampler_name or body.sampler_index)
    scheduler = suffix or scheduler_named(body.scheduler or "Automatic")
    etas = {kind: settings.pop(name, None) for kind, name in ETA.items()}
    kind = FACTS[sampler].eta
    given = {
        "tiling": body.tiling,
        "eta": body.eta if body.eta is not None else (etas[kind] if kind else None),
        **{name: getattr(body, name) for name in ("s_min_uncond", *CHURN)},
    }
    ruled = {name for name in CHURN if settings_win and settings.get(name, USUAL[name]) != USUAL[name]}
    return {name: value for name, value in given.items() if value is not None and name not in ruled} | {
        "prompt": body.prompt,
        "negative_prompt": body.negative_prompt,
        "seed": body.seed,
        "variation_seed": body.subseed,
        "variation_strength": body.subseed_strength,
        "seed_resize_width": max(body.seed_resize_from_w, 0),
        "seed_resize_height": max(body.seed_resize_from_h, 0),
        "sampler": sampler,
        "scheduler": scheduler,
        "batch_size": body.batch_size,
        "batch_count": body.n_iter,
        "steps": body.steps,
        "cfg_scale": body.cfg_scale,
        "width": body.width,
        "height": body.height,
        "soft_inpainting": _soft_inpainting(body.alwayson_scripts or {}),
    }


def _img2img(body: Img2ImgBody, files: Files) -> dict[str, Any]:
    if not body.init_images:
        raise PictureError("init_images is empty", "Send at least one picture as base64.")
    images = tuple(_kept(data, files) for data in body.init_images)
    blur_x, blur_y = (body.mask_blur_x, body.mask_blur_y) if body.mask_blur is None else (body.mask_blur,) * 2
    fields: dict[str, Any] = {
        "images": images,
        "mask": _kept(body.mask, files) if body.mask else None,
        "resize_mode": _choice(RESIZE_MODES, body.resize_mode, "resize_mode"),
        "denoising_strength": body.denoising_strength,
        "image_cfg_scale": body.image_cfg_scale,
        "mask_blur": blur_x,
        "mask_blur_y": None if blur_x == blur_y else blur_y,
        "mask_round": body.mask_round,
        "masked_content": _choice(MASKED_CONTENT, body.inpainting_fill, "inpainting_fill"),
        "area": Area.MASKED if body.inpaint_full_res else Area.WHOLE,
        "padding": body.inpaint_full_res_padding,
        "mask_mode": MaskMode.NOT_MASKED if body.inpainting_mask_invert else MaskMode.MASKED,
    }
    if len(images) > 1:
        if len(images) > body.batch_size:
            raise RequestError(
                f"{len(images)} init_images but batch_size is {body.batch_size}",
                "Send one picture, or as many as batch_size.",
            )
        fields["batch_size"] = len(images)
    if body.initial_noise_multiplier is not None:
        fields["initial_noise_multiplier"] = body.initial_noise_multiplier
    return fields


def _hires(body: Txt2ImgBody) -> dict[str, Any]:
    """The second pass; without a strength the usual one (the reference fails there: Q-35)."""
    sampler, suffix = sampler_named(body.hr_sampler_name) if _own(body.hr_sampler_name) else (None, None)
    fields: dict[str, Any] = {
        "hires_scale": body.hr_scale,
        "hires_width": body.hr_resize_x,
        "hires_height": body.hr_resize_y,
        "hires_steps": body.hr_second_pass_steps,
        "hires_upscaler": UPSCALERS.get(body.hr_upscaler or "", body.hr_upscaler),
        "hires_checkpoint": body.hr_checkpoint_name if _own(body.hr_checkpoint_name) else "",
        "hires_sampler": sampler,
        "hires_scheduler": suffix or (scheduler_named(body.hr_scheduler) if _own(body.hr_scheduler) else None),
        "hires_prompt": body.hr_prompt,
        "hires_negative_prompt": body.hr_negative_prompt,
    }
    if body.denoising_strength is not None:
        fields["hires_denoising_strength"] = body.denoising_strength
    return fields


UPSCALERS: Mapping[str, HiresUpscaler] = {"None": HiresUpscaler.LANCZOS}
"""Names of the dialect that mean one of ours."""


def _own(name: str | None) -> TypeGuard[str]:
    """The second pass has a checkpoint, sampler or scheduler of its own: `Use same …` and nothing mean the first's."""
    return bool(name) and not name.startswith("Use same")


def _choice(choices: tuple[Choice, ...], index: int, field: str) -> Choice:
    if not 0 <= index < len(choices):
        raise RequestError(f"{field} is {index}", f"It goes from 0 to {len(choices) - 1}.")
    return choices[index]


def _soft_inpainting(scripts: Mapping[str, Any]) -> dict[str, Any] | None:
    given = {name.lower(): script for name, script in scripts.items()}.get(SOFT_INPAINTING) or {}
    enabled, *values = given.get("args") or [False]
    if not enabled:
        return None
    return dict(zip(SoftInpainting.model_fields, values, strict=False))


def _kept(data: str, files: Files) -> str:
    """Keep a base64 picture under the hash of its bytes."""
    text = data.partition(",")[2] if data.startswith("data:") else data
    try:
        content = base64.b64decode(text, validate=False)
    except binascii.Error as problem:
        raise PictureError(f"a picture is not base64: {problem}", "Send the file's bytes as base64.") from problem
    return files.keep(content)
