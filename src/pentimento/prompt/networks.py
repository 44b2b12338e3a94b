"""Extra networks named in a prompt: `<lora:name:0.8>`."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pentimento.words.errors import PromptError

TAG = re.compile(r"<(\w++):([^>]++)>")
LORA = frozenset({"lora", "lyco"})


@dataclass(frozen=True)
class NetworkTag:
    """`<name:positional:key=value>` as written; whether such a network is known is not asked here."""

    name: str
    positional: tuple[str, ...]
    named: Mapping[str, str]

    def __str__(self) -> str:
        arguments = (*self.positional, *(f"{key}={value}" for key, value in self.named.items()))
        return f"<{':'.join((self.name, *arguments))}>"


class Lora(NamedTuple):
    """A LoRA as a prompt asks for it.

    file  name of its file without suffix, or the name it gives itself
    te    multiplier in the text encoder
    unet  multiplier in the UNet
    dyn   how many of its ranks are used; None all
    """

    file: str
    te: float = 1.0
    unet: float = 1.0
    dyn: int | None = None


def take_networks(text: str) -> tuple[str, tuple[NetworkTag, ...]]:
    """The prompt without its network tags, and the tags in order. The space around a tag stays."""
    end = text.rfind(">") + 1  # past the last one no tag can close: without this, `<a:<a:<a:…` takes n² steps
    tags = tuple(_tag(match) for match in TAG.finditer(text, 0, end))
    return TAG.sub("", text[:end]) + text[end:], tags


def read_lora(tag: NetworkTag) -> Lora:
    """`<lora:file:te:unet:dyn>`; `te=`, `unet=` and `dyn=` go before position; unet defaults to te, te to 1.

    raises  PromptError where the file is not named or a number cannot be read
    """
    if not tag.positional:
        raise PromptError(f"{tag} names no file", "Write <lora:file:0.8>.")
    file, *numbers = tag.positional
    written = {**dict(zip(("te", "unet", "dyn"), numbers, strict=False)), **tag.named}
    te = _number(tag, written.get("te", "1"))
    unet = _number(tag, written["unet"]) if "unet" in written else te
    return Lora(file, te, unet, _rank(tag, written["dyn"]) if "dyn" in written else None)


def _tag(match: re.Match[str]) -> NetworkTag:
    arguments = match[2].split(":")
    named = dict(argument.split("=") for argument in arguments if argument.count("=") == 1)
    return NetworkTag(match[1], tuple(a for a in arguments if a.count("=") != 1), named)


def _number(tag: NetworkTag, written: str) -> float:
    try:
        number = float(written)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise _unreadable(tag, written)
    return number


def _rank(tag: NetworkTag, written: str) -> int:
    try:
        return int(written)
    except ValueError:
        raise _unreadable(tag, written) from None


def _unreadable(tag: NetworkTag, written: str) -> PromptError:
    return PromptError(f"{written!r} in {tag} is not a number", "Write <lora:file:0.8>, or <lora:file:te=1:unet=0.5>.")
