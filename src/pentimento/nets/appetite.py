"""How much memory a network takes at work: what its tensors take at once is counted while it is run on little."""

import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

PROBE = 32
"""Side of the picture that a network is run on to be measured: a hundredth of the work of a tile."""
BESIDE = 2.0
"""Times what its tensors take that a process grows by: kernels have room of their own. Measured on the CPU with ESRGAN,
SwinIR and LaMa: 1.6 to 2.2."""
SQUARE: Mapping[str, float] = {"MAT": 4800}
"""Bytes for each pixel of designs that cannot be run on little. Measured on the CPU: MAT grows by 4777 at 512 × 512 and
by 4255 at 1024 × 1024, of which its tensors are 4055."""


class Peak(TorchDispatchMode):
    """While open, counts bytes of the tensors that are made and still held; `most` is what they were at once."""

    def __init__(self) -> None:
        super().__init__()
        self.held = self.most = 0
        self._known: weakref.WeakSet[torch.UntypedStorage] = weakref.WeakSet()

    def __torch_dispatch__(
        self, func: Callable[..., Any], types: Sequence[type], args: Sequence[Any] = (), kwargs: Mapping[str, Any] = {}
    ) -> Any:
        made = func(*args, **kwargs)
        before = {leaf.untyped_storage() for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)}
        for leaf in tree_leaves(made):
            if isinstance(leaf, Tensor) and leaf.untyped_storage() not in before:
                self._count(leaf.untyped_storage())
        return made

    def _count(self, storage: torch.UntypedStorage) -> None:
        if storage in self._known:
            return
        self._known.add(storage)
        self.held += storage.nbytes()
        self.most = max(self.most, self.held)
        weakref.finalize(storage, self._let_go, storage.nbytes())

    def _let_go(self, size: int) -> None:
        self.held -= size


@torch.inference_mode()
def peak_bytes(run: Callable[..., Any], *given: Tensor) -> int:
    """Bytes that all tensors which a call makes take at once."""
    with Peak() as peak:
        run(*given)
    return peak.most


def appetite_of(run: Callable[..., Any], channels: Sequence[int], device: torch.device) -> float:
    """Bytes that a network takes at work for each pixel it is given, at any size.

    channels  of each thing that it is given: 3 for a picture, 3 and 1 for a picture and its mask
    """
    given = [torch.zeros(1, count, PROBE, PROBE, device=device) for count in channels]
    return BESIDE * peak_bytes(run, *given) / PROBE**2
