"""The autoencoder as two functions."""

from typing import NamedTuple

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from torch import Tensor

from pentimento.nets.pages import all_let_go
from pentimento.nets.resnet import spare


def vae_module(*, channels: tuple[int, ...], layers: int, latent_channels: int) -> AutoencoderKL:
    """An SD autoencoder without weights worth having."""
    levels = len(channels)
    module = AutoencoderKL(
        block_out_channels=channels,
        layers_per_block=layers,
        latent_channels=latent_channels,
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        norm_num_groups=32,
    )
    spare(module)
    return module


class Posterior(NamedTuple):
    """What the encoder says of a picture: a normal distribution over latents at the model's scale, float32.

    mean, std  (1, 4, H/8, W/8)
    """

    mean: Tensor
    std: Tensor

    def sample(self, noise: Tensor) -> Tensor:
        """One draw, given unit normal noise of the same shape."""
        return self.mean + self.std * noise.to(self.mean)


class VAE:
    """Pictures ↔ latents, one picture at a time so that each is the same in any batch.

    scale  factor that brings the encoder's output to unit variance (0.18215 for SD 1.x)
    """

    def __init__(self, module: AutoencoderKL, scale: float) -> None:
        self.module = module.eval().requires_grad_(False)
        self.scale = scale

    @torch.inference_mode()
    def encode(self, image: Tensor) -> Posterior:
        """(1, 3, H, W) picture in [-1, 1] → its latents' distribution."""
        kind = self.module.encoder.conv_in.weight
        posterior = self.module.encode(image.to(kind)).latent_dist
        all_let_go(self.module)
        return Posterior(posterior.mean.float() * self.scale, posterior.std.float() * self.scale)

    @torch.inference_mode()
    def decode(self, latents: Tensor) -> Tensor:
        """(1, 4, h, w) latents at the model's scale → (1, 3, 8h, 8w) picture, about [-1, 1], float32."""
        kind = self.module.decoder.conv_in.weight
        picture = self.module.decode(latents.to(kind) / self.scale, return_dict=False)[0].float()
        all_let_go(self.module)
        return picture
