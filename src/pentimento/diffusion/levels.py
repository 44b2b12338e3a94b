"""Stages of the way in variance-preserving terms: x = √ᾱ·clean + √(1−ᾱ)·noise."""

import math
from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch import Tensor

from pentimento.diffusion.schedule import NoiseSchedule
from pentimento.words.latents import Latents


class Level(NamedTuple):
    """A stage of the way: training timestep t (−1: past the last) with its ᾱ."""

    t: float
    alpha: float

    @classmethod
    def of(cls, t: float, model: NoiseSchedule) -> "Level":
        return cls(t, model.alpha(t))

    @property
    def signal(self) -> float:
        return math.sqrt(self.alpha)

    @property
    def deviation(self) -> float:
        return math.sqrt(1 - self.alpha)

    @property
    def sigma(self) -> float:
        return self.deviation / self.signal

    @property
    def log_snr(self) -> float:
        """λ = log(√ᾱ / √(1−ᾱ))."""
        return -math.log(self.sigma)

    def clean(self, x: Latents, eps: Latents) -> Latents:
        """The clean image, if this is the noise in x."""
        return (x - self.deviation * eps) / self.signal

    def eps(self, x: Latents, x0: Latents) -> Latents:
        """The noise in x, if this is the clean image."""
        return (x - self.signal * x0) / self.deviation


CLEAN = Level(-1, 1.0)


def weighted(weights: Iterable[float], tensors: Iterable[Tensor]) -> Tensor:
    """The weighted sum; 0 of nothing."""
    return sum((weight * tensor for weight, tensor in zip(weights, tensors, strict=True)), start=torch.zeros(()))
