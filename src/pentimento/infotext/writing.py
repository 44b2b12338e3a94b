"""A request and what came of it → text."""

from collections.abc import Callable, Mapping
from typing import Any

from pentimento.infotext.fields import FIELDS
from pentimento.infotext.keys import KEYS, label
from pentimento.infotext.made import Context, Made
from pentimento.infotext.reading import settings_from
from pentimento.infotext.text import VERSION, compose
from pentimento.words.compat import CompatName
from pentimento.words.request import Request


def write(request: Request, made: Made) -> str:
    """The text for one picture of a request, in the reference's order and under its conditions.

    Unless the request keeps the reference's habits, each setting that this text would not give back is added,
    under a key that the reference's parser passes over.
    """
    request = request.model_copy(update=_as_used(made))
    fields = {key: value(Context(request, made)) for key, value in FIELDS.items()} | dict(made.extra)
    if request.compat is CompatName.NONE:
        fields |= _missing(request, made, settings_from(_text(request, fields)))
    return _text(request, fields)


def _as_used(made: Made) -> dict[str, str]:
    names = ("prompt", "negative_prompt", "hires_prompt", "hires_negative_prompt")
    used = {name: getattr(made, name) for name in names}
    return {name: prompt for name, prompt in used.items() if prompt is not None}


def _text(request: Request, fields: Mapping[str, object]) -> str:
    return compose(request.prompt, request.negative_prompt, {**fields, "Version": VERSION})


def _missing(request: Request, made: Made, back: Mapping[str, Any]) -> dict[str, object]:
    """The settings that would be read back as something else, as fields."""
    recorded = {name for name, told in TOLD.items() if told(Context(request, made))}
    read = Request.model_validate({name: value for name, value in back.items() if name not in recorded})
    return {
        KEYS.get(name, label(name)): getattr(request, name)
        for name in Request.model_fields
        if name not in recorded and getattr(request, name) != getattr(read, name)
    }


TOLD: Mapping[str, Callable[[Context], object]] = {
    **dict.fromkeys(("images", "mask", "batch_size", "batch_count"), lambda c: True),
    **dict.fromkeys(("seed", "width", "height", "checkpoint", "noise_source"), lambda c: True),
    "variation_seed": lambda c: c.request.variation_strength,
    "vae": lambda c: c.made.vae,
    "scheduler": lambda c: c.made.schedule,
    "soft_inpainting": lambda c: not c.masked,
    "denoising_strength": lambda c: c.hires,
    **{name: lambda c: c.from_image for name in Request.model_fields if name.startswith("hires_")},
    "hires_scheduler": lambda c: c.from_image or c.made.hires_schedule,
    "hires_checkpoint": lambda c: c.from_image or c.made.hires_checkpoint,
}
"""What is not added as the request has it: it belongs to the whole job, decides nothing here, or what came of it is
recorded already."""
