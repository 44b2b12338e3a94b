"""Messages made from what a library reports."""

from pydantic import ValidationError


def first_problem(problem: ValidationError) -> str:
    """The first complaint of a validation, with the setting's name and the value that was given."""
    first = problem.errors()[0]
    place = ".".join(map(str, first["loc"]))
    if not place:
        return first["msg"].removeprefix("Value error, ")
    return f"{place} is {first['input']!r}: {first['msg'].lower()}"
