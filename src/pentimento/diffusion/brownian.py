"""A Brownian path per picture: noise between two levels that agrees with itself however the steps are cut.

The path is that of `torchsde.BrownianTree` (torchsde 0.2.6), number for number, for any source of normal numbers: an
interval is halved until its end is met, and each half's increment is drawn from a seed of its own (Brownian bridge).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from pentimento.diffusion.noise import STREAMS, Shape
from pentimento.words.choices import NoiseSource
from pentimento.words.latents import NoiseBetween, Sigmas

DIGITS = 6
"""Levels are met to 1e-6."""

POOL = 24
"""Words of entropy pool in the seeds' hash."""


class Interval(NamedTuple):
    """A node of the tree: number `key` of the intervals at its depth."""

    start: float
    end: float
    key: int = 0
    depth: int = 0

    @property
    def middle(self) -> float:
        return round(0.5 * (self.end + self.start), DIGITS)

    def halves(self) -> "tuple[Interval, Interval]":
        key, depth, middle = 2 * self.key, self.depth + 1, self.middle
        return Interval(self.start, middle, key, depth), Interval(middle, self.end, key + 1, depth)


@dataclass(eq=False)
class BrownianTree:
    """One path on [start, end], determined by its seed.

    start, end  ends of the path, rounded to 1e-6
    shape       of its values
    """

    start: float
    end: float
    shape: Shape
    seed: int
    source: NoiseSource = NoiseSource.CPU
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    _lately: dict[Interval, Tensor] = field(default_factory=dict)

    def increment(self, start: float, end: float) -> Tensor:
        """W(end) − W(start), for start ≤ end; what lies outside the path's ends is cut off."""
        root = Interval(round(self.start, DIGITS), round(self.end, DIGITS))
        first, last = (min(max(round(level, DIGITS), root.start), root.end) for level in (start, end))
        if first == last:
            return torch.zeros(self.shape, device=self.device)
        increment = self._lately.get(root)
        if increment is None:
            increment = self._normal(self._seeds(root, 3)) * math.sqrt(self.end - self.start)
        touched: dict[Interval, Tensor] = {root: increment}
        pieces = [touched[piece] for piece in self._cut(root, first, last, touched)]
        self._lately = touched
        return sum(pieces[1:], pieces[0])

    def _cut(self, whole: Interval, start: float, end: float, known: dict[Interval, Tensor]) -> Iterator[Interval]:
        """The largest intervals of the tree that make up [start, end], with their increments put into `known`."""
        if (start, end) == (whole.start, whole.end):
            yield whole
            return
        left, right = whole.halves()
        if left in self._lately:
            known[left], known[right] = self._lately[left], self._lately[right]
        else:
            known[left], known[right] = self._bridge(whole, known[whole])
        if start < left.end:
            yield from self._cut(left, start, min(end, left.end), known)
        if end > right.start:
            yield from self._cut(right, max(start, right.start), end, known)

    def _bridge(self, whole: Interval, increment: Tensor) -> tuple[Tensor, Tensor]:
        """The increments of both halves, given that of the whole."""
        middle, per_length = whole.middle, 1 / (whole.end - whole.start)
        before, after = middle - whole.start, whole.end - middle
        deviation = math.sqrt(before * after * per_length)
        left = before * increment * per_length + deviation * self._normal(self._seeds(whole, 4, bridge=True))
        return left, increment - left

    def _seeds(self, interval: Interval, count: int, *, bridge: bool = False) -> int:
        spawned = (interval.key, interval.depth) if bridge else ()
        state = np.random.SeedSequence(self.seed, spawn_key=spawned, pool_size=POOL).generate_state(count)
        return int(state[0])

    def _normal(self, seed: int) -> Tensor:
        return STREAMS[self.source](seed, self.device)(self.shape)


def brownian_noise(
    seeds: Sequence[int],
    shape: Shape,
    sigmas: Sigmas,
    source: NoiseSource = NoiseSource.CPU,
    device: torch.device | None = None,
) -> NoiseBetween:
    """Noise between two levels of a falling list: increments of one path per picture, over √(length), unit normal.

    seeds   one per picture, without seed delta; variation seeds do not count
    shape   of one picture's latents (C, H/8, W/8)
    sigmas  the *full* list, also where only a part of it is run: the paths reach from its lowest to its highest level
    """
    low, high = sigmas[sigmas > 0].min().item(), sigmas.max().item()
    trees = [BrownianTree(low, high, shape, seed, source, device or torch.device("cpu")) for seed in seeds]

    def between(sigma: float, next_sigma: float) -> Tensor:
        length = float(np.float32(sigma) - np.float32(next_sigma))
        return torch.stack([-tree.increment(next_sigma, sigma) for tree in trees]) / math.sqrt(length)

    return between
