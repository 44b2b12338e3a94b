"""Command-line options made from the request's fields: names, limits, defaults and help stand there once."""

from collections.abc import Callable, Iterator, Mapping
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
    *("area", "padding", "mask_mode", "mask_blur", "mask_blur_y", "mask_round"),
    *("masked_content", "mask_weight", "overlay"),
)
PICTURE_FIELDS = (
    *("resize_mode", "denoising_strength", "exact_steps", "color_correction", "background_color"),
    *("initial_noise_multiplier", "extra_noise"),
)
SOFT = "soft_"
NAMED = {SamplerName: sampler_named, SchedulerName: scheduler_named}

Command = Callable[..., Any]


def request_options(*, picture: bool, mask: bool) -> Callable[[Command], Command]:
    """Options for every field of the request that the task has; soft inpainting's only with a mask."""
    hidden = {*GIVEN_OTHERWISE, *(() if mask else MASK_FIELDS), *(() if picture else PICTURE_FIELDS)}

    def decorate(command: Command) -> Command:
        options = [_option(name, field) for name, field in Request.model_fields.items() if name not in hidden]
        if mask:
            options += [*_shorthands(), *_soft_options()]
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def _option(name: str, field: FieldInfo, prefix: str = "") -> Command:
    flag = f"--{(prefix + name).replace('_', '-')}"
    kind = _kind(field.annotation)
    help_text = ". ".join(filter(None, (field.description, _limits(field), _default(field))))
    if kind is bool:
        return click.option(f"{flag}/--no-{flag[2:]}", prefix + name, default=None, help=help_text)
    choices = list(kind) if isinstance(kind, type) and issubclass(kind, StrEnum) and kind not in NAMED else None
    return click.option(
        *([SHORT[name]] if name in SHORT else []),
        flag,
        prefix + name,
        default=None,
        type=click.Choice([str(c) for c in choices], case_sensitive=False) if choices else str,
        metavar=None if choices else _metavar(kind),
        help=help_text,
    )


def _kind(annotation: Any) -> Any:
    """The type of a field, without None."""
    if get_origin(annotation) in (Union, UnionType):
        return next(kind for kind in get_args(annotation) if kind is not type(None))
    return annotation


def _metavar(kind: Any) -> str:
    return {int: "WHOLE", float: "NUMBER"}.get(kind, "TEXT")


def _limits(field: FieldInfo) -> str:
    found = {type(limit).__name__: limit for limit in field.metadata}
    low = found["Ge"].ge if "Ge" in found else None
    high = found["Le"].le if "Le" in found else None
    return f"{low:g} to {high:g}" if low is not None and high is not None else ""


def _default(field: FieldInfo) -> str:
    shown = field.default
    if shown in (None, "", ()):
        return ""
    return f"Default: {str(shown) if not isinstance(shown, bool) else ('on' if shown else 'off')}"


def _shorthands() -> Iterator[Command]:
    yield click.option("--only-masked", is_flag=True, help=f'The same as --area "{Area.MASKED}".')
    yield click.option("--invert-mask", is_flag=True, help=f'The same as --mask-mode "{MaskMode.NOT_MASKED}".')


def _soft_options() -> Iterator[Command]:
    yield click.option("--soft-inpainting", is_flag=True, help=Request.model_fields["soft_inpainting"].description)
    for name, field in SoftInpainting.model_fields.items():
        yield _option(name, field, SOFT)


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
        fields["soft_inpainting"] = soft
    if "sampler" in options:
        options["sampler"], suffix = sampler_named(options["sampler"])
        fields |= {"scheduler": suffix} if suffix else {}
    if "scheduler" in options:
        options["scheduler"] = scheduler_named(options["scheduler"])
    try:
        return Request(**fields | options)
    except ValidationError as problem:
        raise RequestError(first_problem(problem), "See --help for what each setting may be.") from problem


SOFT_NAMES = frozenset(SOFT + name for name in SoftInpainting.model_fields)
