"""Text → settings of a request."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from pentimento.infotext.keys import READS, SOFT
from pentimento.infotext.text import parse
from pentimento.words.choices import NoiseSource, SchedulerName
from pentimento.words.request import Request


def settings_from(text: str) -> dict[str, Any]:
    """The settings that a text records, as fields of a Request.

    What it does not record is not in it. A value that no Request takes stays the text it is, for Request to refuse
    in its own words. A text without RNG means GPU, the reference's default; a text of the reference that speaks of
    a mask but not of its blur means 0, which the reference never writes.
    """
    fields = parse(text)
    settings: dict[str, Any] = {name: fields[key] for key, name in READS.items() if key in fields}
    settings |= {"noise_source": fields.get("RNG", NoiseSource.GPU)}
    settings |= _sampler(fields) | _checkpoint(fields)
    if HIRES_KEYS & fields.keys() and "denoising_strength" in settings:
        settings["hires_denoising_strength"] = settings.pop("denoising_strength")
    if fields.get("Noise Schedule") == "Zero Terminal SNR":
        settings["zero_terminal_snr"] = "True"
    if (
        fields.keys() & MASK_KEYS
        and "Mask blur" not in fields
        and not fields.get("Version", "").startswith("Pentimento")
    ):
        settings["mask_blur"] = "0"
    if "Soft inpainting enabled" in fields:
        settings["soft_inpainting"] = {name: fields[key] for key, name in SOFT.items() if key in fields}
    return {name: _typed(name, value) for name, value in settings.items()}


HIRES_KEYS = {"Hires upscale", "Hires resize-1"}
"""Fields that only a picture with a second pass has."""
MASK_KEYS = {"Mask mode", "Inpaint area", "Masked content", "Soft inpainting enabled"}
"""Fields that only a picture made with a mask has."""


def _sampler(fields: Mapping[str, str]) -> dict[str, str]:
    """Sampler and schedule where older texts put both in one, such as `DPM++ 2M Karras`."""
    said = fields.get("Sampler", "")
    both = ((said.removesuffix(f" {schedule}"), schedule) for schedule in SchedulerName)
    return next(({"sampler": name, "scheduler": schedule} for name, schedule in both if name != said), {})


def _checkpoint(fields: Mapping[str, str]) -> dict[str, str]:
    """The checkpoint by name and hash, `name [hash]`, or by what there is of them."""
    name, digest = fields.get("Model"), fields.get("Model hash")
    said = f"{name} [{digest}]" if name and digest else name or digest
    return {"checkpoint": said} if said else {}


def _typed(name: str, value: Any) -> Any:
    """A value as the setting has it; choices are found whatever their case, and what cannot be read is kept."""
    for said in (value, str(value).lower()):
        try:
            return getattr(Request.model_validate({name: said}), name)
        except ValidationError:
            continue
    return value
