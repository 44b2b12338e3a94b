"""A grid's axes: `name=values` → places, each of which changes a request.

Any setting of the request is an axis under its own name. Beside them:

    prompt=old|new1|new2   the word `old` as it is, then replaced by each of the others, in both prompts
    order=a,b,c            the words in every order
    size=512x512,768x512   width and height together
    soft_mask_influence=…  a number of soft inpainting, under the command line's name
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from itertools import permutations
from random import Random
from types import UnionType
from typing import Any, NamedTuple, TypeAlias, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from pentimento.grids.values import MOST, items, numbers
from pentimento.words.errors import RequestError
from pentimento.words.request import SEEDS, Request, SoftInpainting
from pentimento.words.samplers import sampler_named, scheduler_named
from pentimento.words.sayings import first_problem

Fields: TypeAlias = Mapping[str, Any]
Change: TypeAlias = Callable[[Request], Fields]
"""A request → the settings that are different at this place. May raise RequestError."""


class Point(NamedTuple):
    """One place on an axis."""

    label: str
    change: Change


@dataclass(frozen=True)
class Axis:
    """A name and its places; the axis without a name has one place and changes nothing."""

    name: str
    points: tuple[Point, ...]

    def __len__(self) -> int:
        return len(self.points)


NOTHING = Axis("", (Point("", lambda request: {}),))

NO_AXES = frozenset({"images", "mask", "soft_inpainting", "batch_size", "batch_count"})
SOFT = "soft_"
BAR = re.compile(r"\[[^\]]*\]|(\|)")
"""A bar, unless it stands in the square brackets of an alternation."""


def read_axis(text: str, rng: Random) -> Axis:
    """`cfg_scale=1,3,7` as an axis.

    rng     draws random values, and seeds of −1
    raises  RequestError for an unknown setting, or a value that it does not take
    """
    name, _, values = text.partition("=")
    name = name.strip().replace("-", "_").lower()
    if not values.strip():
        raise RequestError(f"the axis {text!r} has no values", "Write for instance cfg_scale=1,3,7.")
    return Axis(name, tuple(_points(name, values, rng)))


def _points(name: str, values: str, rng: Random) -> Iterable[Point]:
    if name == "prompt" and any(bar[1] for bar in BAR.finditer(values)):
        return replacements(_parted(values))
    if name in SPECIAL:
        return SPECIAL[name](items(values))
    if name.startswith(SOFT) and (field := SoftInpainting.model_fields.get(name.removeprefix(SOFT))):
        read = _read(name, field, values, rng)
        return [softened(name.removeprefix(SOFT), value) for value in read]
    field = Request.model_fields.get(name)
    if field is None or name in NO_AXES:
        raise _unknown(name)
    return [setting(name, value) for value in _read(name, field, values, rng)]


def _parted(values: str) -> list[str]:
    """What stands between the bars."""
    cuts = [bar.start() for bar in BAR.finditer(values) if bar[1]]
    ends = zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(values)], strict=True)
    return [values[start:end].strip() for start, end in ends]


def _unknown(name: str) -> RequestError:
    known = [*(name for name in Request.model_fields if name not in NO_AXES), *SPECIAL]
    nearest = get_close_matches(name, known, n=1, cutoff=0.4)
    suggestion = f"Did you mean {nearest[0]}? " if nearest else ""
    return RequestError(
        f"there is no setting {name!r} to make an axis of", f"{suggestion}There are: {', '.join(known)}."
    )


# ------------------------------------------------------------------------------------------------ a setting's values


def _read(name: str, field: FieldInfo, values: str, rng: Random) -> Sequence[Any]:
    """The values of a setting; `*` is every choice that it has."""
    kind = kind_of(field)
    if kind in (int, float):
        read = numbers(values, whole=kind is int, limits=_limits(name, field), rng=rng)
        return [rng.randrange(SEEDS) if value == -1 and name.endswith("seed") else value for value in read]
    if values.strip() == "*" and isinstance(kind, type) and issubclass(kind, StrEnum):
        return list(kind)
    if values.strip() == "*" and kind is bool:
        return [False, True]
    return items(values)


def kind_of(field: FieldInfo) -> Any:
    """The type of a field, without None."""
    if get_origin(field.annotation) in (Union, UnionType):
        return next(kind for kind in get_args(field.annotation) if kind is not type(None))
    return field.annotation


def _limits(name: str, field: FieldInfo) -> tuple[float, float] | None:
    if name.endswith("seed"):
        return 0, SEEDS - 1
    found = {type(limit).__name__: limit for limit in field.metadata}
    return (found["Ge"].ge, found["Le"].le) if {"Ge", "Le"} <= found.keys() else None


def setting(name: str, value: Any) -> Point:
    """One value of one setting, checked at once."""
    fields = NAMED[name](value) if name in NAMED and isinstance(value, str) else {name: value}
    try:
        read = Request.model_validate(fields)
    except ValidationError as problem:
        raise RequestError(first_problem(problem), "See --help for what each setting may be.") from problem
    checked = {name: getattr(read, name) for name in fields}
    return Point(shown(checked[name]), lambda request: checked)


def _sampler(text: str) -> Fields:
    sampler, scheduler = sampler_named(text)
    return {"sampler": sampler} | ({"scheduler": scheduler} if scheduler else {})


NAMED: Mapping[str, Callable[[str], Fields]] = {
    "sampler": _sampler,
    "scheduler": lambda text: {"scheduler": scheduler_named(text)},
    "hires_sampler": lambda text: {"hires_sampler": sampler_named(text)[0]},
    "hires_scheduler": lambda text: {"hires_scheduler": scheduler_named(text)},
}
"""Settings that go by several names."""


def softened(name: str, value: Any) -> Point:
    """One value of a number of soft inpainting, which is switched on by it."""
    try:
        SoftInpainting.model_validate({name: value})
    except ValidationError as problem:
        raise RequestError(first_problem(problem)) from problem
    change = lambda request: {  # noqa: E731
        "soft_inpainting": (request.soft_inpainting or SoftInpainting()).model_copy(update={name: float(value)})
    }
    return Point(shown(value), change)


def shown(value: Any) -> str:
    """A value as a label: numbers with eight digits at most."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:.8g}" if isinstance(value, float) else str(value)


# --------------------------------------------------------------------------------------------------- what is special

PROMPTS = ("prompt", "negative_prompt")


def replacements(words: Sequence[str]) -> list[Point]:
    """The first word as it is, then replaced by each of the others wherever it stands."""
    if not words[0]:
        raise RequestError("there is no word to replace", "Write prompt=old|new.")
    return [Point(word, lambda request, word=word: _replaced(request, words[0], word)) for word in words]


def _replaced(request: Request, old: str, new: str) -> Fields:
    if not any(old in getattr(request, name) for name in PROMPTS):
        raise RequestError(f"{old!r} is in neither prompt, so nothing can take its place", "Begin with a word of one.")
    return {name: getattr(request, name).replace(old, new) for name in PROMPTS}


def orders(words: Sequence[str]) -> list[Point]:
    """Every order of the words, put where they first stand in the prompt."""
    if len(words) > 6:
        raise RequestError(f"{len(words)} words have more than {MOST} orders", "Take six words at most.")
    return [
        Point(", ".join(order), lambda request, order=order: _ordered(request, order)) for order in permutations(words)
    ]


def _ordered(request: Request, order: Sequence[str]) -> Fields:
    if missing := [word for word in order if word not in request.prompt]:
        raise RequestError(f"{missing[0]!r} is not in the prompt", "Name words of the prompt.")
    places = sorted((request.prompt.index(word), word) for word in order)
    pieces, end = [], 0
    for (start, was), word in zip(places, order, strict=True):
        pieces += [request.prompt[end:start], word]
        end = start + len(was)
    return {"prompt": "".join([*pieces, request.prompt[end:]])}


def sizes(texts: Sequence[str]) -> list[Point]:
    """Working sizes such as 512x768."""
    return [_size(text) for text in texts]


def _size(text: str) -> Point:
    sides = re.fullmatch(r"(\d+)\s*[x×]\s*(\d+)", text)
    if sides is None:
        raise RequestError(f"{text!r} is no size", "Write 512x768.")
    fields = {"width": int(sides[1]), "height": int(sides[2])}
    try:
        Request.model_validate(fields)
    except ValidationError as problem:
        raise RequestError(first_problem(problem)) from problem
    return Point(f"{fields['width']}×{fields['height']}", lambda request: fields)


SPECIAL: Mapping[str, Callable[[Sequence[str]], list[Point]]] = {
    "replace": replacements,
    "order": orders,
    "size": sizes,
}
