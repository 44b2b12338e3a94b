"""The autoencoder as two functions."""

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from torch import Tensor


def vae_module(*, channels: tuple[int, ...], layers: int, latent_channels: int) -> AutoencoderKL:
    """An SD autoencoder without weights worth having."""
    levels = len(channels)
    return AutoencoderKL(
        block_out_channels=channels,
        layers_per_block=layers,
        latent_channels=latent_channels,
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        norm_num_groups=32,
    )


class VAE:
    """Pictures ↔ latents, one picture at a time so that each is the same in any batch.

    scale  factor that brings the encoder's output to unit variance (0.18215 for SD 1.x)
    """

    def __init__(self, module: AutoencoderKL, scale: float) -> None:
        self.module = module.eval().requires_grad_(False)
        self.scale = scale

    @torch.inference_mode()
    def encode(self, image: Tensor, noise: Tensor | None = None) -> Tensor:
        """Latents of a picture.

        image    (1, 3, H, W) in [-1, 1]
        noise    (1, 4, H/8, W/8) unit normal: draws a sample of the posterior; none gives its mean
        returns  (1, 4, H/8, W/8) at the model's scale, float32
        """
        kind = self.module.encoder.conv_in.weight
        posterior = self.module.encode(image.to(kind)).latent_dist
        latents = posterior.mean.float()
        if noise is not None:
            latents = latents + posterior.std.float() * noise.to(latents)
        return latents * self.scale

    @torch.inference_mode()
    def decode(self, latents: Tensor) -> Tensor:
        """(1, 4, h, w) latents at the model's scale → (1, 3, 8h, 8w) picture, about [-1, 1], float32."""
        kind = self.module.post_quant_conv.weight
        return self.module.decode(latents.to(kind) / self.scale, return_dict=False)[0].float()
