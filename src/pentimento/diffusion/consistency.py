"""Sampling with consistency models, such as checkpoints with an LCM LoRA."""

from pentimento.diffusion.options import SamplerOptions
from pentimento.diffusion.stepping import levels
from pentimento.words.latents import Denoiser, Latents, NoiseBetween, Sigmas, Step, Steps


def lcm(denoise: Denoiser, x: Latents, sigmas: Sigmas, noise: NoiseBetween, options: SamplerOptions) -> Steps:
    """Guess the clean image, put fresh noise of the next level on it, repeat.

    Source: Song et al. 2023, Consistency Models (arXiv:2303.01469), algorithm 1.
    """
    for i, (sigma, next_sigma) in levels(sigmas):
        x = x0 = denoise(x, sigma)
        if next_sigma > 0:
            x = x0 + next_sigma * noise(sigma, next_sigma)
        yield Step(i, next_sigma, x, x0)
