"""What the reference takes for granted when it reads a text."""

import re
from collections.abc import Mapping

from pentimento.infotext.text import parse

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
