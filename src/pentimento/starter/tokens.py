"""Captions → token ids, one chunk each: start, words, padding with the end token."""

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor

from pentimento.prompt.tokenizer import encode
from pentimento.starter.networks import TOKENS

START, END = 49406, 49407


@cache
def token_ids(text: str) -> tuple[int, ...]:
    """77 ids; what does not fit is cut off."""
    words = encode(text)[: TOKENS - 2]
    return (START, *words, *[END] * (TOKENS - 1 - len(words)))


def token_tensor(texts: Sequence[str]) -> Tensor:
    """(B, 77) int64."""
    return torch.tensor([token_ids(text) for text in texts])
