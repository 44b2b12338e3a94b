"""Files of prompts: a job for each line."""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pentimento.cli.options import GIVEN_OTHERWISE, kind_of
from pentimento.words.errors import RequestError
from pentimento.words.request import Request

ALIASES: Mapping[str, str] = {
    # as the reference's script calls them
    "sampler_name": "sampler",
    "sd_model": "checkpoint",
    "n_iter": "batch_count",
    "subseed": "variation_seed",
    "subseed_strength": "variation_strength",
    "seed_resize_from_w": "seed_resize_width",
    "seed_resize_from_h": "seed_resize_height",
}
OPTION = re.compile(r"(?:^|\s)--\w")


def read_jobs(file: Path) -> list[dict[str, Any]]:
    """Each line that is not blank: a prompt, or `--name value` pairs, as settings.

    A value reaches to the next option, so that prompts need no quotes; on/off settings need no value.

    raises  RequestError for a file that cannot be read, and for a line that cannot, with its number
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise RequestError(f"{file} cannot be read as prompts: {problem}", "It should be a text in UTF-8.") from problem
    jobs = [_job(line.strip(), f"{file}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not jobs:
        raise RequestError(f"{file} holds no prompts", "Write one on each line.")
    return jobs


def _job(line: str, place: str) -> dict[str, Any]:
    if not OPTION.search(line):
        return {"prompt": line}
    try:
        words = shlex.split(line)
    except ValueError as problem:
        raise RequestError(f"{place}: {problem}", "Close every quote.") from problem
    if not words[0].startswith("--"):
        raise RequestError(f"{place} begins with {words[0]!r}", "Write --prompt before it.")
    settings: dict[str, Any] = {}
    name = ""
    for word in words:
        if word.startswith("--"):
            name = _name(word, place)
            settings[name] = ""
        else:
            settings[name] = f"{settings[name]} {word}".strip()
    return {name: value or _nothing(name, place) for name, value in settings.items()}


def _name(word: str, place: str) -> str:
    said = word.removeprefix("--").replace("-", "_")
    name = ALIASES.get(said, said)
    if name not in Request.model_fields or name in GIVEN_OTHERWISE:
        raise RequestError(f"{place}: there is no setting {word}", "See --help for the settings.")
    return name


def _nothing(name: str, place: str) -> Any:
    """What an option without a value says: on, or an empty text."""
    kind = kind_of(Request.model_fields[name])
    if kind not in (bool, str):
        raise RequestError(f"{place}: --{name} has no value", "Write one after it.")
    return kind is bool or ""
