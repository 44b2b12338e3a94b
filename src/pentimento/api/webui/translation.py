"""The `/sdapi/v1` dialect: a body and its settings → a request. Written once, for the routes and for `make golden`."""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeAlias, TypeGuard, TypeVar

from pydantic import ValidationError

from pentimento.api.webui.bodies import Body, Img2ImgBody, Txt2ImgBody
from pentimento.api.webui.options import NOT_RUN, SETTINGS, USUAL, refuse_not_run
from pentimento.api.webui.pasted import pasted
from pentimento.api.webui.scripts import soft_inpainting
from pentimento.prompt.networks import take_networks
from pentimento.prompt.styles import Style, apply_styles
from pentimento.words.choices import Area, FaceRestorer, HiresUpscaler, MaskedContent, MaskMode, ResizeMode
from pentimento.words.compat import COMPAT, CompatName
from pentimento.words.errors import MissingPictureError, NotRunError, PictureError, RequestError
from pentimento.words.request import Request
from pentimento.words.samplers import FACTS, EtaKind, sampler_named, scheduler_named
from pentimento.words.sayings import first_problem

CHURN = ("s_churn", "s_tmin", "s_tmax", "s_noise")
"""Settings that beat the body where they are not at their default, as the reference has it (Q-34)."""

PROMPTS = ("prompt", "negative_prompt", "hires_prompt", "hires_negative_prompt")
ETA = {EtaKind.ANCESTRAL: "eta_ancestral", EtaKind.DDIM: "eta_ddim"}

NAMES: Mapping[str, str] = {
    **{setting.field: name for name, setting in SETTINGS.items()},
    "batch_count": "n_iter",
    "variation_seed": "subseed",
    "variation_strength": "subseed_strength",
    "seed_resize_width": "seed_resize_from_w",
    "seed_resize_height": "seed_resize_from_h",
    "padding": "inpaint_full_res_padding",
    "hires_scale": "hr_scale",
    "hires_width": "hr_resize_x",
    "hires_height": "hr_resize_y",
    "hires_steps": "hr_second_pass_steps",
    "hires_denoising_strength": "denoising_strength",
    "hires_upscaler": "hr_upscaler",
    "upscaler": "upscaler_for_img2img",
}
"""What the request's fields are called in the dialect, for errors."""

Choice = TypeVar("Choice")

MASKED_CONTENT = tuple(MaskedContent)
RESIZE_MODES = tuple(ResizeMode)


class Keeps(Protocol):
    """What a picture's bytes go into; they are named by their sha256 from then on."""

    def keep(self, data: bytes) -> str: ...


Fetch: TypeAlias = Callable[[str], bytes]
"""What gets the bytes at an address."""


def _not_fetched(url: str) -> bytes:
    raise PictureError(
        f"a picture is the address {url[:60]!r}, and none is fetched", "Send the file's bytes as base64."
    )


def translate(
    body: Body,
    settings: Mapping[str, Any],
    compat: CompatName,
    files: Keeps,
    styles: Mapping[str, Style] | None = None,
    fetch: Fetch = _not_fetched,
) -> Request:
    """One body of the dialect as a request; its pictures go into `files`.

    settings  what holds where the body's `override_settings` say nothing
    styles    those that the body may name; one that is not there adds nothing
    fetch     gets pictures that the body names by their address
    raises    RequestError, PictureError; NotRunError for what is known but not run
    """
    body = pasted(body)
    settings = {**settings, **_named(body.override_settings or {})}
    refuse_not_run({**settings, **body.model_dump(include=set(NOT_RUN))})
    fields = _from_settings(settings)
    fields |= _common(body, fields, settings_win=COMPAT[compat].settings_win)
    fields |= _prompts(body, styles or {}) | _faces(body, settings)
    if isinstance(body, Img2ImgBody):
        fields |= _img2img(body, files, fetch) | {"upscaler": _upscaler(settings.get("upscaler_for_img2img"))}
    if isinstance(body, Txt2ImgBody) and body.enable_hr:
        fields |= _hires(body)
    fields.setdefault("checkpoint", "starter")
    if body.disable_extra_networks:
        fields |= {name: take_networks(fields[name])[0] for name in PROMPTS if name in fields}
    try:
        return Request(**fields, compat=compat)
    except ValidationError as problem:
        raise RequestError(first_problem(problem, NAMES)) from problem


def _upscaler(name: Any) -> Any:
    """What enlarges pictures, by its name in the dialect: nothing said, or None, is Lanczos."""
    return UPSCALERS.get(name, name) if name else HiresUpscaler.LANCZOS


def _named(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of one job without those that name nothing, such as a checkpoint of a client's empty field."""
    return {name: value for name, value in settings.items() if value != "" or name not in SETTINGS}


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
        "soft_inpainting": soft_inpainting(body.alwayson_scripts),
    }


def _faces(body: Body, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Who restores faces: the model that is set, where body or settings want it."""
    wanted = settings.get("face_restoration") if body.restore_faces is None else body.restore_faces
    if not wanted:
        return {}
    return {"restore_faces": str(settings.get("face_restoration_model") or FaceRestorer.CODEFORMER).lower()}


def _prompts(body: Body, styles: Mapping[str, Style]) -> dict[str, str]:
    chosen: Iterable[Style] = [styles.get(name, Style(name)) for name in body.styles or ()]
    return {
        "prompt": apply_styles(body.prompt, [style.prompt for style in chosen]),
        "negative_prompt": apply_styles(body.negative_prompt, [style.negative_prompt for style in chosen]),
    }


def _img2img(body: Img2ImgBody, files: Keeps, fetch: Fetch) -> dict[str, Any]:
    if body.latent_mask:
        raise NotRunError("latent_mask is no mask that is read, in the reference neither", "Send it as mask.")
    sent = [data for data in body.init_images or () if data]
    if not sent:
        raise MissingPictureError("init_images is empty", "Send at least one picture as base64.")
    images = tuple(files.keep(decoded(data, fetch)) for data in sent)
    blur_x, blur_y = (body.mask_blur_x, body.mask_blur_y) if body.mask_blur is None else (body.mask_blur,) * 2
    fields: dict[str, Any] = {
        "images": images,
        "mask": files.keep(decoded(body.mask, fetch)) if body.mask else None,
        "resize_mask": bool(body.mask),
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
        "hires_upscaler": _upscaler(body.hr_upscaler) if body.hr_upscaler else None,
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


def decoded(data: str, fetch: Fetch = _not_fetched) -> bytes:
    """The bytes of a picture sent as base64, with or without `data:image/…;base64,` before it, or as its address.

    raises  PictureError for what is not base64, and what `fetch` raises
    """
    if data.startswith(("http://", "https://")):
        return fetch(data)
    text = data.partition(",")[2] if data.startswith("data:") else data
    try:
        return base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError) as problem:
        raise PictureError(f"a picture is not base64: {problem}", "Send the file's bytes as base64.") from problem
