"""The dialect's field `infotext`: a picture's settings, for what the body itself leaves unsaid."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from pentimento.api.webui.bodies import Body, Img2ImgBody
from pentimento.api.webui.options import SETTINGS
from pentimento.infotext.reading import settings_from
from pentimento.words.choices import FaceRestorer
from pentimento.words.errors import RequestError
from pentimento.words.sayings import first_problem

AnyBody = TypeVar("AnyBody", bound=Body)

EVERYWHERE: Mapping[str, str] = {
    # a request's field, and the body's
    "steps": "steps",
    "sampler": "sampler_name",
    "scheduler": "scheduler",
    "seed": "seed",
    "variation_seed": "subseed",
    "variation_strength": "subseed_strength",
    "seed_resize_width": "seed_resize_from_w",
    "seed_resize_height": "seed_resize_from_h",
}
TEXT_TO_IMAGE: Mapping[str, str] = {
    **EVERYWHERE,
    "prompt": "prompt",
    "negative_prompt": "negative_prompt",
    "cfg_scale": "cfg_scale",
    "width": "width",
    "height": "height",
    "hires_scale": "hr_scale",
    "hires_upscaler": "hr_upscaler",
    "hires_steps": "hr_second_pass_steps",
    "hires_width": "hr_resize_x",
    "hires_height": "hr_resize_y",
    "hires_prompt": "hr_prompt",
    "hires_negative_prompt": "hr_negative_prompt",
    "hires_denoising_strength": "denoising_strength",
}
"""Image to image takes little from the text, as the reference has it: neither prompt, size, CFG scale nor mask."""

RESTORERS = {restorer: restorer.label for restorer in FaceRestorer if restorer is not FaceRestorer.NONE}

OPTIONS: Mapping[str, str] = {row.field: name for name, row in SETTINGS.items() if name != "sd_model_checkpoint"}
"""A request's field → the setting; the checkpoint stays what it is (`disable_weights_auto_swap`)."""


def pasted(body: AnyBody) -> AnyBody:
    """The body with what its `infotext` says where it says nothing itself. Raises RequestError for what cannot be."""
    if not body.infotext:
        return body
    said = settings_from(body.infotext)
    names = EVERYWHERE if isinstance(body, Img2ImgBody) else TEXT_TO_IMAGE
    fields = {names[name]: value for name, value in said.items() if name in names}
    settings = {OPTIONS[name]: value for name, value in said.items() if name in OPTIONS and name not in names}
    if (restorer := said.get("restore_faces")) in RESTORERS:
        settings |= {"face_restoration": True, "face_restoration_model": RESTORERS[restorer]}
    given: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set}
    try:
        return type(body).model_validate(
            {**fields, **given, "override_settings": settings | (body.override_settings or {})}
        )
    except ValidationError as problem:
        raise RequestError(f"infotext: {first_problem(problem)}", "Leave it out, or mend it.") from problem
