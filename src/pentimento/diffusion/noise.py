"""A seed → noise: one stream of normal numbers per picture, from three sources."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pentimento.words.choices import NoiseSource
from pentimento.words.latents import Latents
from pentimento.words.sizes import Size

Shape: TypeAlias = tuple[int, ...]

Stream: TypeAlias = Callable[[Shape], Tensor]
"""A shape → the stream's next unit normal numbers in it: float32, on the stream's device."""

_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_KEY_STEPS = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW, _32 = np.uint64(0xFFFFFFFF), np.uint64(32)
_UNIFORM = float(np.float32(2.3283064e-10))
_ANGLE = float(np.float32(2.3283064e-10 * 6.2831855))


def philox(counter: NDArray[np.uint64], key: NDArray[np.uint64], rounds: int = 10) -> NDArray[np.uint64]:
    """Philox-4×32: counters (4, n) and a key (2,), all below 2³² → (4, n) random words below 2³².

    Source: Salmon et al. 2011, Parallel Random Numbers: As Easy as 1, 2, 3.
    """
    a, b, c, d = counter
    left, right = key
    for _ in range(rounds):
        p, q = a * _MULTIPLIERS[0], c * _MULTIPLIERS[1]
        a, b, c, d = (q >> _32) ^ b ^ left, q & _LOW, (p >> _32) ^ d ^ right, p & _LOW
        left, right = (left + _KEY_STEPS[0]) & _LOW, (right + _KEY_STEPS[1]) & _LOW
    return np.stack([a, b, c, d])


def nv_normal(seed: int, call: int, count: int) -> NDArray[np.float32]:
    """The `count` normal numbers that CUDA's generator with this seed gives at its call number `call`.

    Philox words to two uniform numbers to one normal, by Box and Muller 1958 (the sine half only), in float64.
    Numbers are the same on every machine, and the first n of a call do not depend on how many are asked for.
    """
    counter = np.zeros((4, count), np.uint64)
    counter[0], counter[2] = call, np.arange(count, dtype=np.uint64)
    words = philox(counter, np.array([seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF], np.uint64))
    uniform = words[0] * _UNIFORM + _UNIFORM / 2
    angle = words[1] * _ANGLE + _ANGLE / 2
    return (np.sqrt(-2 * np.log(uniform)) * np.sin(angle)).astype(np.float32)


def _nv_stream(seed: int, device: torch.device) -> Stream:
    calls = iter(range(2**32))
    return lambda shape: torch.from_numpy(nv_normal(seed, next(calls), int(np.prod(shape))).reshape(shape)).to(device)


def _torch_stream(seed: int, where: torch.device, device: torch.device) -> Stream:
    generator = torch.Generator(where).manual_seed(seed)
    return lambda shape: torch.randn(shape, generator=generator, device=where).to(device)


def _cpu_stream(seed: int, device: torch.device) -> Stream:
    return _torch_stream(seed, torch.device("cpu"), device)


def _gpu_stream(seed: int, device: torch.device) -> Stream:
    """On Apple's GPUs, whose generator differs from torch's others, the numbers of the CPU."""
    return _cpu_stream(seed, device) if device.type == "mps" else _torch_stream(seed, device, device)


STREAMS: Mapping[NoiseSource, Callable[[int, torch.device], Stream]] = {
    NoiseSource.CPU: _cpu_stream,
    NoiseSource.GPU: _gpu_stream,
    NoiseSource.NV: _nv_stream,
}


def resolve_seeds(seed: int, subseed: int, strength: float, count: int) -> tuple[list[int], list[int]]:
    """The seeds and variation seeds of a job's pictures.

    Picture k has seed + k; but while variations are on (strength > 0) all share the seed and differ by subseed + k.
    """
    return [seed + (0 if strength else k) for k in range(count)], [subseed + k for k in range(count)]


def slerp(share: float, low: Tensor, high: Tensor) -> Tensor:
    """Turn `low` towards `high` (C, H, W), keeping the length of its columns.

    Angles are taken along H, not along channels, and nearly parallel noise is mixed with the shares exchanged:
    both are webui's habits, which every published variation seed depends on.
    """
    cosine = (low / low.norm(dim=1, keepdim=True) * (high / high.norm(dim=1, keepdim=True))).sum(1)
    if cosine.mean() > 0.9995:
        return low * share + high * (1 - share)
    angle = torch.acos(cosine)
    at_low, at_high = torch.sin((1 - share) * angle), torch.sin(share * angle)
    return (at_low / torch.sin(angle)).unsqueeze(1) * low + (at_high / torch.sin(angle)).unsqueeze(1) * high


@dataclass(frozen=True)
class Variation:
    """Lean each picture's first noise towards that of another seed. share: 0 not at all, 1 wholly."""

    seeds: Sequence[int]
    share: float


@dataclass(frozen=True, eq=False)
class NoiseStreams:
    """The noise of a batch: picture k's is bit for bit what its seed gives alone.

    Ask for `first` once, then for `next` as often as noise is wanted; a NoiseStreams is also a `NoiseBetween`.

    source        where numbers come from
    seeds         one per picture, below 2⁶⁴
    size          of a picture, in latent cells
    variation     other seeds to lean towards
    resized_from  in latent cells: the size of the picture whose noise stands in the middle of this one's
    seed_delta    added to the seeds after the first draw (ENSD)
    """

    source: NoiseSource
    seeds: Sequence[int]
    size: Size
    channels: int = 4
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    variation: Variation | None = None
    resized_from: Size | None = None
    seed_delta: int = 0

    def first(self) -> Latents:
        """(B, C, H/8, W/8) what sampling starts from."""
        return torch.stack([self._first(k) for k in range(len(self.seeds))])

    def next(self) -> Latents:
        """(B, C, H/8, W/8) fresh noise."""
        return torch.stack([stream(self._shape(self.size)) for stream in self._later])

    def __call__(self, sigma: float, next_sigma: float) -> Latents:
        return self.next()

    def _first(self, k: int) -> Tensor:
        inner, outer = self.resized_from or self.size, self.size
        noise = (self._stream(self.seeds[k]) if inner != outer else self._streams[k])(self._shape(inner))
        if self.variation and self.variation.share:
            other = self._stream(self.variation.seeds[k])(self._shape(inner))
            noise = slerp(self.variation.share, noise, other)
        return noise if inner == outer else centred(noise, self._streams[k](self._shape(outer)))

    def _stream(self, seed: int) -> Stream:
        return STREAMS[self.source](seed, self.device)

    @cached_property
    def _streams(self) -> list[Stream]:
        return [self._stream(seed) for seed in self.seeds]

    @cached_property
    def _later(self) -> list[Stream]:
        return [self._stream(seed + self.seed_delta) for seed in self.seeds] if self.seed_delta else self._streams

    def _shape(self, size: Size) -> Shape:
        return self.channels, size.height, size.width


def centred(inner: Tensor, outer: Tensor) -> Tensor:
    """`outer` (C, H, W) with the middle of `inner` (C, h, w) in its middle; neither is changed."""
    result = outer.clone()
    rows = _overlap(inner.shape[1], outer.shape[1])
    columns = _overlap(inner.shape[2], outer.shape[2])
    result[:, rows[1], columns[1]] = inner[:, rows[0], columns[0]]
    return result


def _overlap(inner: int, outer: int) -> tuple[slice, slice]:
    """Where the overlap of two centred lengths lies in each of them."""
    offset = (outer - inner) // 2
    length = inner if offset >= 0 else inner + 2 * offset
    start, at = max(-offset, 0), max(offset, 0)
    return slice(start, start + length), slice(at, at + length)
