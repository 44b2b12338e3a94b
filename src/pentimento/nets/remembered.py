"""Text features and pictures' latents, kept: the same words and the same pixels are computed once.

Results are stored under the content that went in, so what comes out is bit for bit what would be computed. Whoever
changes weights (a LoRA, tiling) has to leave the memory aside meanwhile.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TypeVar

import torch
from torch import Tensor

from pentimento.nets.networks import Networks
from pentimento.nets.text import Fix, TextEncoder
from pentimento.nets.vae import VAE, Posterior

LIMIT = 256 * 2**20
"""Bytes a memory holds at most; what was not asked for longest goes first."""

Result = TypeVar("Result", Tensor, Posterior)


class Memory:
    """Results of one checkpoint's networks by the content they were made from."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self._kept: OrderedDict[bytes, Tensor | Posterior] = OrderedDict()
        self._bytes = 0

    def recall(self, key: bytes, compute: Callable[[], Result]) -> Result:
        """The result kept under a key, or computed now; numbers that overflowed are not kept."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]  # ty: ignore[invalid-explicit-return]
        result = compute()
        size = sum(part.nbytes for part in _parts(result))
        if size <= self.limit and all(bool(part.isfinite().all()) for part in _parts(result)):
            self._kept[key] = result
            self._bytes += size
        while self._bytes > self.limit:
            _, old = self._kept.popitem(last=False)
            self._bytes -= sum(part.nbytes for part in _parts(old))
        return result


class _VAE(VAE):
    def __init__(self, vae: VAE, memory: Memory) -> None:
        super().__init__(vae.module, vae.scale)
        self.memory = memory

    def encode(self, image: Tensor) -> Posterior:
        compute = super().encode
        return self.memory.recall(_key("encode", image), lambda: compute(image))


class _TextEncoder(TextEncoder):
    def __init__(self, text: TextEncoder, memory: Memory) -> None:
        super().__init__(text.module)
        self.memory = memory

    def __call__(self, tokens: Tensor, *, clip_skip: int = 1, fixes: Sequence[Fix] = ()) -> Tensor:
        compute = super().__call__
        places = [(row, offset) for row, offset, _ in fixes]
        key = _key(f"text {clip_skip} {places}", tokens, *(vectors for _, _, vectors in fixes))
        return self.memory.recall(key, lambda: compute(tokens, clip_skip=clip_skip, fixes=fixes))


def remembering(networks: Networks, memory: Memory) -> Networks:
    """The same networks, which ask the memory first."""
    return Networks(networks.unet, _VAE(networks.vae, memory), _TextEncoder(networks.text, memory))


def _parts(result: Tensor | Posterior) -> Sequence[Tensor]:
    return (result,) if isinstance(result, Tensor) else result


def _key(what: str, *tensors: Tensor) -> bytes:
    digest = hashlib.sha256(what.encode())
    for tensor in tensors:
        digest.update(f"{tuple(tensor.shape)} {tensor.dtype}".encode())
        digest.update(tensor.detach().cpu().contiguous().view(torch.uint8).numpy())
    return digest.digest()
