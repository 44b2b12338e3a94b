"""The text in a picture that says how it was made, as the reference writes it, and back.

    a red hat
    Negative prompt: blurry
    Steps: 20, Sampler: Euler a, …, Version: Pentimento 1.0.0

Three layers: fields ↔ text (`compose`, `parse`), what the reference takes for granted (`parse_with_defaults`), and
request ↔ text (`write`, `settings_from`).
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError

from pentimento.version import __version__
from pentimento.words.choices import Area, Emphasis, MaskedContent, MaskMode, NoiseSource, SamplerName, SchedulerName
from pentimento.words.compat import CompatName
from pentimento.words.request import Request, SoftInpainting
from pentimento.words.sizes import Size

VERSION = f"Pentimento {__version__}"
NEGATIVE = "Negative prompt:"

# ---------------------------------------------------------------------------------------------------- fields ↔ text

FIELD = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
SIZE = re.compile(r"(\d+)x(\d+)")
FEWEST = 3
"""A last line with fewer fields than this is prompt."""


def quoted(value: object) -> str:
    """A value as it stands in the text: as JSON where it holds a comma, a colon or a line break."""
    text = str(value)
    plain = not re.search(r"[,:\n]", text) and text == text.strip() and text == unquoted(text)
    return text if plain else json.dumps(text, ensure_ascii=False)


def unquoted(text: str) -> str:
    """The inverse of `quoted`; what only looks like JSON stays as it is."""
    if not (len(text) > 1 and text.startswith('"') and text.endswith('"')):
        return text
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return text
    return value if isinstance(value, str) else text


def compose(prompt: str, negative_prompt: str, fields: Mapping[str, object]) -> str:
    """Prompts and fields as one text. None is left out; a value equal to its key is written once."""
    line = ", ".join(
        key if key == value else f"{key}: {quoted(value)}" for key, value in fields.items() if value is not None
    )
    negative = f"\n{NEGATIVE} {negative_prompt}" if negative_prompt else ""
    return f"{prompt}{negative}\n{line}".strip()


def parse(text: str) -> dict[str, str]:
    """The text's fields as they stand there, with `Prompt` and `Negative prompt`; "WxH" becomes two fields."""
    *lines, last = text.strip().split("\n")
    found = FIELD.findall(last)
    if len(found) < FEWEST:
        lines, found = [*lines, last], []
    fields = dict(part for key, value in found for part in _parts(key, unquoted(value)))
    prompt, negative = _prompts(lines)
    return fields | {"Prompt": prompt, "Negative prompt": negative}


def _parts(key: str, value: str) -> Iterator[tuple[str, str]]:
    if sides := SIZE.fullmatch(value):
        yield f"{key}-1", sides[1]
        yield f"{key}-2", sides[2]
    else:
        yield key, value


def _prompts(lines: list[str]) -> tuple[str, str]:
    """The lines before and from `Negative prompt:` on, each stripped."""
    stripped = [line.strip() for line in lines]
    starts = next((i for i, line in enumerate(stripped) if line.startswith(NEGATIVE)), len(lines))
    negative = [line.removeprefix(NEGATIVE).strip() for line in stripped[starts:]]
    return "\n".join(stripped[:starts]), "\n".join(negative).lstrip("\n")


# ------------------------------------------------------------------------------- what the reference takes for granted

GRANTED: Mapping[str, str | int | bool] = {
    "Clip skip": "1",
    "Hires resize-1": 0,
    "Hires resize-2": 0,
    "Hires sampler": "Use same sampler",
    "Hires schedule type": "Use same scheduler",
    "Hires checkpoint": "Use same checkpoint",
    "Hires prompt": "",
    "Hires negative prompt": "",
    "Mask mode": "Inpaint masked",
    "Masked content": "original",
    "Inpaint area": "Whole picture",
    "Masked area padding": 32,
    "RNG": "GPU",
    "Schedule type": "Automatic",
    "Schedule max sigma": 0,
    "Schedule min sigma": 0,
    "Schedule rho": 0,
    "VAE Encoder": "Full",
    "VAE Decoder": "Full",
    "FP8 weight": "Disable",
    "Refiner switch by sampling steps": False,
}
"""What the reference's parser adds where a text says nothing."""

BRACKETS = re.compile(r"\\.|[(\[]", re.DOTALL)


def parse_with_defaults(text: str) -> dict[str, str | int | bool]:
    """The fields as the reference's parser gives them: `parse`, and what it takes for granted.

    Emphasis is told from an unescaped bracket alone; the reference also looks whether its weight differs from 1.
    """
    fields = parse(text)
    emphasis = {"Emphasis": "Original"} if _emphasized(fields["Prompt"] + fields["Negative prompt"]) else {}
    return {**GRANTED, **emphasis, **fields}


def _emphasized(prompt: str) -> bool:
    return any(token in "([" for token in BRACKETS.findall(prompt))


# ------------------------------------------------------------------------------------------------- request → text


@dataclass(frozen=True)
class Made:
    """What only the making of one picture could tell, beyond the request.

    seed, variation_seed       of this picture: drawn, and counted on within the job
    size                       the working size
    model, model_hash          file stem of the checkpoint, and the first ten digits of its sha256
    vae, vae_hash              file name and hash of a VAE of its own; None: the checkpoint's is used
    schedule                   the schedule really used; None: what the request says
    prompt, negative_prompt    as used, styles applied; None: what the request says
    takes_mask                 the checkpoint has a mask and a masked picture among its inputs (9 channels)
    takes_picture              … only the picture to change (8 channels)
    mask_dropped               only masked was asked for, but the mask was empty, so the run went on without
    emphasized                 a text given to the text encoder held a round or square bracket
    negative_skipped           `s_min_uncond` left out a negative pass at least once
    padded                     prompt and negative prompt differed in length and were padded
    rescheduled                `old_prompt_editing` changed when parts of a prompt hold
    hires_prompt, hires_negative_prompt  as used by the second pass; None: what the request says
    hires_schedule             the schedule that the second pass really used, where one's own function gave it
    lora_hashes, embedding_hashes  name → hash
    extra                      further fields, written last; one named as below takes that one's place, which is
                               how a number is printed as a client sent it
    """

    seed: int
    size: Size
    model: str
    model_hash: str | None = None
    variation_seed: int = 0
    vae: str | None = None
    vae_hash: str | None = None
    schedule: SchedulerName | None = None
    prompt: str | None = None
    negative_prompt: str | None = None
    takes_mask: bool = False
    takes_picture: bool = False
    mask_dropped: bool = False
    emphasized: bool = False
    negative_skipped: bool = True
    padded: bool = False
    rescheduled: bool = False
    hires_prompt: str | None = None
    hires_negative_prompt: str | None = None
    hires_schedule: SchedulerName | None = None
    lora_hashes: Mapping[str, str] = field(default_factory=dict)
    embedding_hashes: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)


SEED_DELTA = {
    SamplerName.EULER_A,
    SamplerName.DPM2_A,
    SamplerName.DPMPP_2S_A,
    SamplerName.DPM_FAST,
    SamplerName.DPM_ADAPTIVE,
}
"""Samplers whose noise `eta_noise_seed_delta` moves."""
ETA = SEED_DELTA | {
    SamplerName.DPMPP_SDE,
    SamplerName.DPMPP_2M_SDE,
    SamplerName.DPMPP_2M_SDE_HEUN,
    SamplerName.DPMPP_3M_SDE,
}
"""Samplers with an eta that is 1 unless given …"""
ETA_DDIM = {SamplerName.DDIM, SamplerName.DDIM_CFGPP}
"""… and 0."""
TIMESTEPS = ETA_DDIM | {SamplerName.PLMS, SamplerName.UNIPC}
"""Samplers that no schedule concerns."""
DISCARDS = {SamplerName.DPM2, SamplerName.DPM2_A, SamplerName.DPMPP_3M_SDE}
"""Samplers that leave out the last positive noise level unasked."""
RHO = {SchedulerName.KARRAS: 7.0, SchedulerName.POLYEXPONENTIAL: 1.0}
"""Schedules with a rho, and what it is unless given."""


class Context(NamedTuple):
    """What a field is written from."""

    request: Request
    made: Made

    @property
    def from_image(self) -> bool:
        return self.request.task != "txt2img"

    @property
    def masked(self) -> bool:
        return self.request.task == "inpaint"

    @property
    def inverted(self) -> bool:
        return self.masked and self.request.mask_mode is MaskMode.NOT_MASKED

    @property
    def filled(self) -> bool:
        return self.masked and not self.made.mask_dropped

    @property
    def only_masked(self) -> bool:
        return self.filled and self.request.area is Area.MASKED

    @property
    def schedule(self) -> SchedulerName:
        return self.made.schedule or self.request.scheduler

    @property
    def scheduled(self) -> bool:
        """A schedule's own function gave the noise levels."""
        return self.schedule is not SchedulerName.AUTOMATIC and self.request.sampler not in TIMESTEPS

    @property
    def hires(self) -> bool:
        return self.request.hires

    @property
    def strength(self) -> float | None:
        """Of the second pass where there is one; text alone has none."""
        if self.hires:
            return float(self.request.hires_denoising_strength)
        return float(self.request.denoising_strength) if self.from_image else None

    @property
    def hires_size(self) -> str | None:
        width, height = self.request.hires_width, self.request.hires_height
        return f"{width}x{height}" if self.hires and (width or height) else None

    @property
    def beta(self) -> bool:
        return self.scheduled and self.schedule is SchedulerName.BETA

    @property
    def discards(self) -> bool:
        """The last positive noise level is left out because the request says so."""
        return self.request.discard_penultimate_sigma and self.request.sampler not in DISCARDS

    @property
    def skips(self) -> bool:
        return self.request.s_min_uncond > 0 and self.made.negative_skipped

    @property
    def eta(self) -> float:
        default = 0.0 if self.request.sampler in ETA_DDIM else 1.0
        return default if self.request.eta is None else self.request.eta

    @property
    def blur(self) -> int | None:
        """The mask's softness where it is the same both ways and not nothing."""
        even = self.request.mask_blur_y in (None, self.request.mask_blur)
        return self.request.mask_blur or None if self.masked and even else None

    @property
    def noise_size(self) -> str | None:
        width, height = self.request.seed_resize_width, self.request.seed_resize_height
        return f"{width}x{height}" if width and height else None

    @property
    def rho(self) -> float | None:
        usual = RHO.get(self.schedule) if self.scheduled else None
        return None if usual is None or self.request.rho in (0, usual) else self.request.rho


Writer = Callable[[Context], object]
"""What a field says; None leaves it out."""


def _setting(name: str, unless: object = None, when: Callable[[Context], object] = lambda c: True) -> Writer:
    """The request's own word, unless it is the usual one or what it is about did not happen."""

    def value(c: Context) -> object:
        said = getattr(c.request, name)
        if said == unless or not when(c):
            return None
        return float(said) if Request.model_fields[name].annotation is float else said  # 7 is written 7.0

    return value


def _soft(name: str) -> Writer:
    """One number of soft inpainting, whole ones without a point, as the reference's page sends them."""

    def value(c: Context) -> object:
        if not c.masked or c.request.soft_inpainting is None:
            return None
        number = float(getattr(c.request.soft_inpainting, name))
        return int(number) if number.is_integer() else number

    return value


def _pairs(hashes: Mapping[str, str]) -> str | None:
    return ", ".join(f"{name}: {digest}" for name, digest in hashes.items()) or None


def _other(c: Context, name: str, usual: object) -> object:
    """A setting of the second pass where it is not the first's."""
    said = getattr(c.request, name)
    return said if c.hires and said and said != usual else None


def _nothing(c: Context) -> None:
    """Keeps a place for what the reference records only when it comes from its settings: see `Made.extra`."""


SOFT = {f"Soft inpainting {name.replace('_', ' ')}": name for name in SoftInpainting.model_fields}
"""Key → setting of soft inpainting."""

# fmt: off
FIELDS: Mapping[str, Writer] = {
    "Steps":                   _setting("steps"),
    "Sampler":                 _setting("sampler"),
    "Schedule type":           lambda c: c.schedule,
    "CFG scale":               _setting("cfg_scale"),
    "Image CFG scale":         _setting("image_cfg_scale", when=lambda c: c.made.takes_picture),
    "Seed":                    lambda c: c.made.seed,
    "Size":                    lambda c: f"{c.made.size.width}x{c.made.size.height}",
    "Model hash":              lambda c: c.made.model_hash,
    "Model":                   lambda c: c.made.model,
    "VAE hash":                lambda c: c.made.vae_hash,
    "VAE":                     lambda c: c.made.vae,
    "Variation seed":          lambda c: c.made.variation_seed if c.request.variation_strength else None,
    "Variation seed strength": _setting("variation_strength", unless=0),
    "Seed resize from":        lambda c: c.noise_size,
    "Denoising strength":      lambda c: c.strength,
    "Conditional mask weight": _setting("mask_weight", when=lambda c: c.made.takes_mask),
    "Clip skip":               _setting("clip_skip", unless=1),
    "ENSD":                    _setting("eta_noise_seed_delta", 0, lambda c: c.eta and c.request.sampler in SEED_DELTA),
    "RNG":                     lambda c: None if c.request.random is NoiseSource.GPU else c.request.random,
    "Tiling":                  _setting("tiling", unless=False),
    # from here on in the order in which the reference's run comes upon them
    "Soft inpainting enabled": lambda c: (c.masked and c.request.soft_inpainting is not None) or None,
    **{key: _soft(name) for key, name in SOFT.items()},
    "Mask mode":               lambda c: "Inpaint not masked" if c.inverted else None,
    "Mask blur":               lambda c: c.blur,
    "Inpaint area":            lambda c: "Only masked" if c.only_masked else None,
    "Masked area padding":     _setting("padding", when=lambda c: c.only_masked),
    "Masked content":          _setting("masked_content", MaskedContent.ORIGINAL, lambda c: c.filled),
    "Hires sampler":           lambda c: _other(c, "hires_sampler", c.request.sampler),
    "Hires prompt":            lambda c: _other(c, "hires_prompt", c.request.prompt),
    "Hires negative prompt":   lambda c: _other(c, "hires_negative_prompt", c.request.negative_prompt),
    "Hires schedule type":     lambda c: c.made.hires_schedule if c.made.hires_schedule != c.schedule else None,
    "Hires upscale":           _setting("hires_scale", 0, lambda c: c.hires and not c.hires_size),
    "Hires resize":            lambda c: c.hires_size,
    "Hires steps":             _setting("hires_steps", 0, lambda c: c.hires),
    "Hires upscaler":          _setting("hires_upscaler", None, lambda c: c.hires),
    "Lora hashes":             lambda c: _pairs(c.made.lora_hashes),
    "TI hashes":               lambda c: _pairs(c.made.embedding_hashes),
    "Emphasis":                _setting("emphasis", Emphasis.ORIGINAL, lambda c: c.made.emphasized),
    "Downcast alphas_cumprod": _setting("downcast_alphas", unless=False),
    "Noise Schedule":          lambda c: "Zero Terminal SNR" if c.request.zero_terminal_snr else None,
    "Noise multiplier":        _setting("initial_noise_multiplier", 1, lambda c: c.from_image),
    "Discard penultimate sigma": lambda c: c.discards or None,
    "Schedule min sigma":      _setting("sigma_min", 0, lambda c: c.scheduled),
    "Schedule max sigma":      _setting("sigma_max", 0, lambda c: c.scheduled),
    "Schedule rho":            lambda c: c.rho,
    "Beta schedule alpha":     _setting("beta_alpha", when=lambda c: c.beta),
    "Beta schedule beta":      _setting("beta_beta", when=lambda c: c.beta),
    "Extra noise":             _setting("extra_noise", 0, lambda c: c.from_image),
    "Eta":                     lambda c: c.eta if c.eta != 1 and c.request.sampler in ETA else None,
    "Eta DDIM":                lambda c: c.eta if c.eta != 0 and c.request.sampler in ETA_DDIM else None,
    "Sigma churn":             _nothing,
    "Sigma tmin":              _nothing,
    "Sigma tmax":              _nothing,
    "Sigma noise":             _nothing,
    "Skip Early CFG":          _setting("skip_early_cond", unless=0),
    "NGMS":                    _setting("s_min_uncond", unless=0, when=lambda c: c.skips),
    "NGMS all steps":          _setting("s_min_uncond_all", False, lambda c: c.skips),
    "Pad conds":               _setting("pad_prompts", False, lambda c: c.made.padded),
    "Old prompt editing timelines": _setting("old_prompt_editing", False, lambda c: c.made.rescheduled),
}
"""The reference's fields in its order: key → what is written."""
# fmt: on


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
        KEYS.get(name, _label(name)): getattr(request, name)
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
}
"""What is not added as the request has it: it belongs to the whole job, decides nothing here, or what came of it is
recorded already."""

# ------------------------------------------------------------------------------------------------- text → request

KEYS = {
    "steps": "Steps",
    "sampler": "Sampler",
    "scheduler": "Schedule type",
    "cfg_scale": "CFG scale",
    "image_cfg_scale": "Image CFG scale",
    "seed": "Seed",
    "vae": "VAE",
    "variation_seed": "Variation seed",
    "variation_strength": "Variation seed strength",
    "denoising_strength": "Denoising strength",
    "mask_weight": "Conditional mask weight",
    "clip_skip": "Clip skip",
    "eta_noise_seed_delta": "ENSD",
    "noise_source": "RNG",
    "tiling": "Tiling",
    "mask_mode": "Mask mode",
    "mask_blur": "Mask blur",
    "area": "Inpaint area",
    "padding": "Masked area padding",
    "masked_content": "Masked content",
    "emphasis": "Emphasis",
    "downcast_alphas": "Downcast alphas_cumprod",
    "initial_noise_multiplier": "Noise multiplier",
    "discard_penultimate_sigma": "Discard penultimate sigma",
    "sigma_min": "Schedule min sigma",
    "sigma_max": "Schedule max sigma",
    "rho": "Schedule rho",
    "beta_alpha": "Beta schedule alpha",
    "beta_beta": "Beta schedule beta",
    "extra_noise": "Extra noise",
    "eta": "Eta",
    "s_churn": "Sigma churn",
    "s_tmin": "Sigma tmin",
    "s_tmax": "Sigma tmax",
    "s_noise": "Sigma noise",
    "skip_early_cond": "Skip Early CFG",
    "s_min_uncond": "NGMS",
    "s_min_uncond_all": "NGMS all steps",
    "pad_prompts": "Pad conds",
    "old_prompt_editing": "Old prompt editing timelines",
    "hires_scale": "Hires upscale",
    "hires_scheduler": "Hires schedule type",
    "prompt": "Exact prompt",
    "negative_prompt": "Exact negative prompt",
}
"""Setting → the key it is known by in a text; a setting not named here goes by its own name."""

ALIASES = {
    "Prompt": "prompt",
    "Negative prompt": "negative_prompt",
    "Size-1": "width",
    "Size-2": "height",
    "Seed resize from-1": "seed_resize_width",
    "Seed resize from-2": "seed_resize_height",
    "Hires resize-1": "hires_width",
    "Hires resize-2": "hires_height",
    "Eta DDIM": "eta",
    "Beta scheduler alpha": "beta_alpha",
    "Beta scheduler beta": "beta_beta",
}
"""Further keys that a setting is read from."""

JOB = ("images", "mask", "batch_size", "batch_count", "checkpoint", "soft_inpainting")


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


READS = ALIASES | {KEYS.get(name, _label(name)): name for name in Request.model_fields if name not in JOB}
"""Key → setting; of two keys for one setting the later counts."""


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
