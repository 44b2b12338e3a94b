"""Networks of the right sizes without numbers, to be given a file's."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import torch
from torch import nn

DRAWING: tuple[Any, ...] = (nn.Linear, nn.Conv2d, nn.Embedding, nn.LayerNorm, nn.GroupNorm)
"""Layers that draw numbers when they are made."""
_one_at_a_time = Lock()


@contextmanager
def hollow() -> Generator[None]:
    """What is made meanwhile takes no memory, nor time for drawing numbers that it cannot hold."""
    with _one_at_a_time, torch.device("meta"):
        before = {kind: kind.reset_parameters for kind in DRAWING}
        try:
            for kind, draw in before.items():
                kind.reset_parameters = _unless_hollow(draw)
            yield
        finally:
            for kind, draw in before.items():
                kind.reset_parameters = draw


def _unless_hollow(draw: Callable[[Any], None]) -> Callable[[Any], None]:
    """Layers that another thread makes meanwhile do draw."""
    return lambda layer: None if layer.weight is not None and layer.weight.is_meta else draw(layer)
