"""What is trained, for how long and how: one value."""

from dataclasses import dataclass, field

from pentimento.starter.networks import Geometry


@dataclass(frozen=True)
class Recipe:
    """A whole training. Equal recipes give equal data, batches and noise.

    size           side of the pictures in image pixels
    crop           side of the VAE's crops, around the main thing; whole pictures in the last `whole_share` of steps
    kl             weight of the VAE's Kullback–Leibler term, per latent value
    scenes         pictures whose latents the U-Net sees
    empty          share of empty captions, which make guidance possible (Ho and Salimans 2022)
    gamma          min-SNR weighting: signal-to-noise above this counts as this (Hang et al. 2023)
    warmup, decay  shares of the steps in which the rate rises at first and falls to 0 at the end
    """

    geometry: Geometry = field(default_factory=Geometry)
    seed: int = 1
    size: int = 128

    vae_steps: int = 760
    vae_batch: int = 8
    vae_rate: float = 6e-3
    crop: int = 64
    whole_share: float = 0.2
    kl: float = 1e-4

    scenes: int = 4000
    steps: int = 840
    inpainting_steps: int = 250
    batch: int = 32
    rate: float = 3e-3
    empty: float = 0.1
    gamma: float = 5.0
    ema: float = 0.98

    warmup: float = 0.02
    decay: float = 0.6
    look_every: int = 210

    def rate_factor(self, step: int, steps: int) -> float:
        """Rising, level, then falling: the factor on the rate at a step."""
        share = step / steps
        return min(1.0, (share + 1 / steps) / self.warmup, (1 - share) / self.decay)


FIRST_LIGHT = Recipe()
