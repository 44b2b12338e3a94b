"""Messages made from what a library reports."""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import ValidationError

SHOWN = 80
"""Letters of what somebody sent that a message repeats."""


def short(text: str, most: int = SHOWN) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def first_problem(problem: ValidationError, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """The first complaint of a validation, with the setting's name and the value that was given.

    names  of settings that whoever asked calls otherwise
    """
    first = problem.errors()[0]
    place = short(".".join(names.get(str(part), str(part)) for part in first["loc"]))
    if not place:
        return short(first["msg"].removeprefix("Value error, "), 400)
    return f"{place} is {short(repr(first['input']))}: {first['msg'].lower()}"
