"""Command-line options made from the request's fields: names, limits, defaults and help stand there once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin

import click
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from pentimento.words.choices import Area, MaskMode, SamplerName, SchedulerName
from pentimento.words.errors import RequestError
from pentimento.words.request import Request, SoftInpainting
from pentimento.words.samplers import sampler_named, scheduler_named
from pentimento.words.sayings import first_problem

SHORT = {"prompt": "-p", "negative_prompt": "-n", "seed": "-s"}
GIVEN_OTHERWISE = ("images", "mask", "soft_inpainting")
MASK_FIELDS = (
    *("area", "padding", "supersampling", "resize_mask", "mask_mode", "mask_blur", "mask_blur_y", "mask_round"),
    *("extend", "masked_content", "fill", "mask_weight", "overlay"),
)
PICTURE_FIELDS = (
    *("resize_mode", "upscaler", "denoising_strength", "exact_steps", "image_cfg_scale", "color_correction"),
    *("background_color", "initial_noise_multiplier", "extra_noise"),
)
HIRES_FIELDS = tuple(name for name in Request.model_fields if name.startswith("hires_"))
SOFT = "soft_"
SOFT_NAMES = frozenset(SOFT + name for name in SoftInpainting.model_fields)
NAMED: Mapping[Any, Callable[[str], Any]] = {SamplerName: sampler_named, SchedulerName: scheduler_named}

SECTIONS: Mapping[str, str] = {
    # the field a section begins with, and the section's name
    "images": "What to paint",
    "width": "Where",
    "denoising_strength": "How",
    "seed": "Chance",
    "batch_size": "How many",
    "eta": "Finer settings of the sampler",
    "hires_scale": "Second pass",
    "restore_faces": "Faces",
    "fast": "Faster, at a price",
    "compat": "Whose habits",
}
SOFT_SECTION = "Soft inpainting"
INPUT_AND_OUTPUT = "Input and output"

Command = Callable[..., Any]


class Option(click.Option):
    """An option that knows under which heading of the help it stands."""

    def __init__(self, *names: Any, section: str = "", **how: Any) -> None:
        super().__init__(*names, **how)
        self.section = section


class Sectioned(click.Command):
    """A command whose help has a heading for each section of its options."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for option in self.get_params(ctx):
            if isinstance(option, click.Option) and (record := option.get_help_record(ctx)):
                sections.setdefault(getattr(option, "section", INPUT_AND_OUTPUT), []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records)


def sections() -> dict[str, str]:
    """Each field of the request → the section it belongs to."""
    found, title = {}, ""
    for name in Request.model_fields:
        title = SECTIONS.get(name, title)
        found[name] = title
    return found


def request_options(*, picture: bool, mask: bool, hires: bool = False) -> Callable[[Command], Command]:
    """Options for every field of the request that the task has; soft inpainting's only with a mask.

    hires  the second pass's too
    """
    hidden = {
        *GIVEN_OTHERWISE,
        *(() if mask else MASK_FIELDS),
        *(() if picture else PICTURE_FIELDS),
        *(() if hires else HIRES_FIELDS),
    }
    section = sections()

    def decorate(command: Command) -> Command:
        fields = {name: field for name, field in Request.model_fields.items() if name not in hidden}
        options = [_option(name, field, section[name]) for name, field in fields.items()]
        if mask:
            options += [*_shorthands(section), *_soft_options()]
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def field_options(names: Sequence[str]) -> Callable[[Command], Command]:
    """Options for these fields of the request."""
    section = sections()

    def decorate(command: Command) -> Command:
        for name in reversed(names):
            command = _option(name, Request.model_fields[name], section[name])(command)
        return command

    return decorate


def _option(name: str, field: FieldInfo, section: str, prefix: str = "") -> Command:
    flag = flag_of(prefix + name)
    kind = kind_of(field)
    about: dict[str, Any] = {"cls": Option, "default": None, "section": section, "help": _help(field)}
    if kind is bool:
        return click.option(f"{flag}/--no-{flag[2:]}", prefix + name, **about)
    return click.option(
        *([SHORT[name]] if name in SHORT else []),
        flag,
        prefix + name,
        type=click.Choice(_choices(kind), case_sensitive=False) if _choices(kind) and kind not in NAMED else str,
        metavar="NAME" if _choices(kind) else METAVARS.get(kind, "TEXT"),
        **about,
    )


METAVARS: Mapping[Any, str] = {int: "INTEGER", float: "NUMBER"}


def _choices(kind: Any) -> list[str]:
    return list(map(str, kind)) if isinstance(kind, type) and issubclass(kind, StrEnum) else []


def flag_of(name: str) -> str:
    """The option of a field."""
    return f"--{name.replace('_', '-')}"


def kind_of(field: FieldInfo) -> Any:
    """The type of a field, without None."""
    if get_origin(field.annotation) in (Union, UnionType):
        return next(kind for kind in get_args(field.annotation) if kind is not type(None))
    return field.annotation


def _help(field: FieldInfo) -> str:
    text = field.description or ""
    facts = (limits_of(field), default_of(field) and f"default: {default_of(field)}")
    extra = "; ".join(filter(None, facts))
    return f"{text[:1].upper()}{text[1:]}.{f'  [{extra}]' if extra else ''}"


def limits_of(field: FieldInfo) -> str:
    """What a field may be: `1 to 150`, or the names of its choices; nothing where there is nothing worth saying."""
    found = {type(limit).__name__: limit for limit in field.metadata}
    low = found["Ge"].ge if "Ge" in found else None
    high = found["Le"].le if "Le" in found else None
    return f"{low:g} to {high:g}" if low is not None and high is not None else ", ".join(_choices(kind_of(field)))


def default_of(field: FieldInfo) -> str:
    """What a field is when nothing is said; empty for nothing."""
    shown = field.default
    if shown in (None, "", ()):
        return ""
    return str(shown) if not isinstance(shown, bool) else ("on" if shown else "off")


def _shorthands(section: Mapping[str, str]) -> Iterator[Command]:
    for flag, field, value in (
        ("--only-masked", "area", Area.MASKED),
        ("--invert-mask", "mask_mode", MaskMode.NOT_MASKED),
    ):
        words = f'The same as {flag_of(field)} "{value}".'
        yield click.option(flag, cls=Option, section=section[field], is_flag=True, help=words)


def _soft_options() -> Iterator[Command]:
    words = _help(Request.model_fields["soft_inpainting"])
    yield click.option("--soft-inpainting", cls=Option, section=SOFT_SECTION, is_flag=True, help=words)
    for name, field in SoftInpainting.model_fields.items():
        yield _option(name, field, SOFT_SECTION, SOFT)


def request_from(settings: Mapping[str, Any], given: Mapping[str, Any]) -> Request:
    """A request from settings read elsewhere (a picture's text) and the options given on the command line.

    raises  RequestError naming the setting, its value and its limits
    """
    options = {name: value for name, value in given.items() if value is not None}
    fields: dict[str, Any] = dict(settings)
    if options.pop("only_masked", False):
        fields["area"] = Area.MASKED
    if options.pop("invert_mask", False):
        fields["mask_mode"] = MaskMode.NOT_MASKED
    soft = {name.removeprefix(SOFT): options.pop(name) for name in list(options) if name in SOFT_NAMES}
    if options.pop("soft_inpainting", False) or soft:
        fields["soft_inpainting"] = {**_values(fields.get("soft_inpainting")), **soft}
    for sampler, scheduler in (("sampler", "scheduler"), ("hires_sampler", "hires_scheduler")):
        if sampler in options:
            options[sampler], suffix = sampler_named(options[sampler])
            fields |= {scheduler: suffix} if suffix else {}
        if scheduler in options:
            options[scheduler] = scheduler_named(options[scheduler])
    try:
        return Request(**fields | options)
    except ValidationError as problem:
        raise RequestError(first_problem(problem), "See --help for what each setting may be.") from problem


def _values(soft: SoftInpainting | Mapping[str, Any] | None) -> Mapping[str, Any]:
    return soft.model_dump() if isinstance(soft, SoftInpainting) else soft or {}
