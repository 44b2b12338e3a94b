"""The text in a picture that says how it was made, as the reference writes it: prompts and fields ↔ text.

    a red hat
    Negative prompt: blurry
    Steps: 20, Sampler: Euler a, …, Version: Pentimento 1.0.0

A request is written by `writing` and read back by `reading`; what a field means stands there.
"""

import json
import re
from collections.abc import Iterator, Mapping

from pentimento.version import __version__

VERSION = f"Pentimento {__version__}"
NEGATIVE = "Negative prompt:"

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
