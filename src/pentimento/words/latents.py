"""Tensors by name: shapes and scales. The only file of this floor that needs torch."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from torch import Tensor

Latents: TypeAlias = Tensor
"""(B, 4, H/8, W/8) a picture as the network sees it, at the model's scale (unit variance, roughly)."""

LatentMask: TypeAlias = Tensor
"""(1, 1, H/8, W/8) in [0, 1]: 1 repaints, 0 keeps, between mixes."""

Sigmas: TypeAlias = Tensor
"""(N + 1,) noise levels as standard deviations, falling; float32, on the CPU."""

Timesteps: TypeAlias = Tensor
"""(N,) training timesteps 0…999, rising; int64, on the CPU."""

Denoiser: TypeAlias = Callable[[Latents, float], Latents]
"""(x, sigma) → the best guess of the clean latents."""

EpsModel: TypeAlias = Callable[[Latents, float], Latents]
"""(x, t) → the noise in x, where x = √ᾱ·clean + √(1−ᾱ)·noise at training timestep t."""

NoiseBetween: TypeAlias = Callable[[float, float], Tensor]
"""(sigma, next sigma) → unit normal noise (B, 4, H/8, W/8) for the step between them."""


class Step(NamedTuple):
    """One step of sampling, done.

    number  0, 1, 2, …
    sigma   the noise level reached
    x       (B, 4, H/8, W/8) the latents there
    x0      (B, 4, H/8, W/8) the clean guess that led there, what a preview shows
    """

    number: int
    sigma: float
    x: Latents
    x0: Latents


Steps: TypeAlias = Iterator[Step]
