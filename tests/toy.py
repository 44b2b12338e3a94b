"""Networks whose every answer is a formula, as a checkpoint: what the way of a picture makes of them is known."""

import math
from collections.abc import Callable
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pentimento.checkpoint.families import SD1, Checkpoint
from pentimento.checkpoint.open import Opened
from pentimento.diffusion.schedule import NoiseSchedule, scaled_linear
from pentimento.nets.networks import Networks
from pentimento.nets.text import TextEncoder
from pentimento.nets.unet import UNet
from pentimento.nets.vae import VAE

MODEL = NoiseSchedule(scaled_linear())
WIDTH = 4

Guess = Callable[[Tensor, float], Tensor]
"""((B, 4, h, w) latents, ᾱ) → the clean latents guessed."""


def level(value: float) -> Guess:
    """Sees one flat picture in everything."""
    return lambda x, alpha: torch.full_like(x, value)


def flat(x: Tensor, alpha: float) -> Tensor:
    """Knows flat pictures only: each channel's level, N(0, 1) before it has looked, from all that it sees."""
    cells = x.shape[-1] * x.shape[-2]
    total = x.sum((-1, -2), keepdim=True)
    return (math.sqrt(alpha) * total / (alpha * cells + 1 - alpha)).expand_as(x)


def cell(mean: float, spread: float) -> Guess:
    """Knows that each cell is N(mean, spread²), whatever the others."""

    def guess(x: Tensor, alpha: float) -> Tensor:
        gain = math.sqrt(alpha) * spread**2 / (alpha * spread**2 + 1 - alpha)
        return mean + gain * (x - math.sqrt(alpha) * mean)

    return guess


class ToyUNet(nn.Module):
    """A denoiser of a formula, as noise.

    calls     (t, context) of each call
    overflow  a factor its numbers go through on the way, and are divided by at the end
    """

    def __init__(self, guess: Guess, channels: int = 4, overflow: float = 1) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(channels, 1, 1, bias=False)
        self.down_blocks = nn.ModuleList()
        self.guess = guess
        self.overflow = overflow
        self.calls: list[tuple[Tensor, Tensor]] = []
        self.types: list[torch.dtype] = []

    def forward(self, x: Tensor, times: Tensor, context: Tensor, return_dict: bool) -> tuple[Tensor]:
        self.calls.append((times, context))
        self.types.append(x.dtype)
        x, alpha = x[:, :4], MODEL.alpha(times[0].item())
        clean = self.guess(x.float(), alpha)
        noise = ((x.float() - math.sqrt(alpha) * clean) / math.sqrt(1 - alpha)).to(x)
        return (noise * self.overflow / self.overflow,)


class ToyVAE(nn.Module):
    """A latent cell is the mean colour of its 8 × 8 pixels, in three channels of four; known up to `std`."""

    def __init__(self, std: float = 0, overflow: float = 1) -> None:
        super().__init__()
        self.encoder = nn.Module()
        self.decoder = nn.Module()
        for part in (self.encoder, self.decoder):
            part.conv_in = nn.Conv2d(1, 1, 1, bias=False)
        self.encoder.down_blocks = self.decoder.up_blocks = nn.ModuleList()
        self.std = std
        self.overflow = overflow

    def encode(self, image: Tensor) -> SimpleNamespace:
        colours = F.avg_pool2d(image, 8)
        mean = torch.cat([colours, colours.mean(1, keepdim=True)], dim=1)
        return SimpleNamespace(latent_dist=SimpleNamespace(mean=mean, std=torch.full_like(mean, self.std)))

    def decode(self, latents: Tensor, return_dict: bool) -> tuple[Tensor]:
        seen = F.interpolate(latents[:, :3].float(), scale_factor=8, mode="nearest").to(latents)
        return (seen * self.overflow / self.overflow,)


class ToyText(nn.Module):
    """A token's features are its number, as a share of all."""

    def __init__(self) -> None:
        super().__init__()
        self.config = SimpleNamespace(hidden_size=WIDTH, num_hidden_layers=1)
        self.embeddings = nn.Module()
        self.embeddings.token_embedding = nn.Embedding(49408, WIDTH)
        self.embeddings.token_embedding.weight.data = (torch.arange(49408.0) / 49408)[:, None].expand(-1, WIDTH)
        self.final_layer_norm = nn.Identity()
        self.device = torch.device("cpu")

    def forward(self, tokens: Tensor, output_hidden_states: bool) -> SimpleNamespace:
        features = self.embeddings.token_embedding(tokens)
        return SimpleNamespace(hidden_states=[features, features])


def toy(unet: ToyUNet, vae: ToyVAE | None = None, side: int = 64) -> Opened:
    """A checkpoint of toys, trained at pictures of this side."""
    channels = unet.conv_in.in_channels
    facts = Checkpoint(
        family=SD1.name,
        purpose={4: "text-to-image", 9: "inpainting"}[channels],
        prediction="eps",
        prediction_source="family",
        in_channels=channels,
        text_width=WIDTH,
        latent_scale=1,
        native_side=side,
        linear_start=SD1.linear_start,
        linear_end=SD1.linear_end,
        heads=1,
        zero_terminal_snr=False,
    )
    return Opened(facts, Networks(UNet(unet), VAE(vae or ToyVAE(), 1), TextEncoder(ToyText())))
