"""The three networks of the starter model, made new, in Stable Diffusion's shape."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel

N = TypeVar("N", bound=nn.Module)

VOCABULARY = 49408
TOKENS = 77
SCALE_FACTOR = 0.18215
"""What the encoder's mean is multiplied with to give latents of unit variance (Rombach et al. 2022, section D.1)."""


@dataclass(frozen=True)
class Geometry:
    """Widths and depths, named as in a CompVis yaml.

    vae_channels    width of the VAE at the picture's resolution, and its factor on each level, three of which halve
    unet_channels   width of the U-Net at the latents' resolution, and its factor on each level
    attention       which of the U-Net's levels attend to the text
    context         width of the text features
    text_layers     depth of the text encoder
    """

    vae_channels: int = 32
    vae_factors: tuple[int, ...] = (1, 1, 2, 4)
    unet_channels: int = 64
    unet_factors: tuple[int, ...] = (1, 2, 2)
    attention: tuple[bool, ...] = (False, True, False)
    res_blocks: int = 1
    context: int = 128
    text_layers: int = 2


@dataclass(frozen=True)
class Networks:
    """Text encoder, U-Net and VAE, in float32."""

    vae: AutoencoderKL
    unet: UNet2DConditionModel
    text: CLIPTextModel


def vae_of(geometry: Geometry) -> AutoencoderKL:
    levels = len(geometry.vae_factors)
    return AutoencoderKL(
        in_channels=3,
        out_channels=3,
        latent_channels=4,
        layers_per_block=1,
        block_out_channels=tuple(geometry.vae_channels * f for f in geometry.vae_factors),
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        scaling_factor=SCALE_FACTOR,
    )


def unet_of(geometry: Geometry, in_channels: int = 4) -> UNet2DConditionModel:
    """4 channels in: latents. 9: latents, mask, latents of the masked picture."""
    down = tuple("CrossAttnDownBlock2D" if attends else "DownBlock2D" for attends in geometry.attention)
    up = tuple("CrossAttnUpBlock2D" if attends else "UpBlock2D" for attends in reversed(geometry.attention))
    return UNet2DConditionModel(
        in_channels=in_channels,
        out_channels=4,
        layers_per_block=geometry.res_blocks,
        block_out_channels=tuple(geometry.unet_channels * f for f in geometry.unet_factors),
        down_block_types=down,
        up_block_types=up,
        cross_attention_dim=geometry.context,
        attention_head_dim=8,  # diffusers' name for the number of heads
    )


def text_of(geometry: Geometry) -> CLIPTextModel:
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=VOCABULARY,
            hidden_size=geometry.context,
            intermediate_size=4 * geometry.context,
            num_hidden_layers=geometry.text_layers,
            num_attention_heads=4,
            max_position_embeddings=TOKENS,
            hidden_act="quick_gelu",
            projection_dim=geometry.context,
            bos_token_id=49406,
            eos_token_id=49407,
            pad_token_id=49407,
        )
    )


def filled(network: N, file: Path) -> N:
    network.load_state_dict(torch.load(file, weights_only=True))
    return network.requires_grad_(False).eval()


def parameters(*modules: nn.Module) -> int:
    return sum(p.numel() for module in modules for p in module.parameters())


def pixels_to_tensor(pixels: Tensor) -> Tensor:
    """(B, H, W, 3) uint8 → (B, 3, H, W) float32 in [−1, 1]."""
    return pixels.permute(0, 3, 1, 2).float() / 127.5 - 1


def tensor_to_pixels(x: Tensor) -> Tensor:
    """(B, 3, H, W) in [−1, 1] → (B, H, W, 3) uint8, rounded."""
    return ((x.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1)


@torch.no_grad()
def encode(vae: AutoencoderKL, pixels: Tensor) -> Tensor:
    """(B, H, W, 3) uint8 → (B, 4, H/8, W/8) latents at the model's scale: the mean, times the scale factor."""
    return encode_tensor(vae, pixels_to_tensor(pixels))


@torch.no_grad()
def encode_tensor(vae: AutoencoderKL, x: Tensor) -> Tensor:
    """(B, 3, H, W) in [−1, 1] → (B, 4, H/8, W/8) latents at the model's scale."""
    return vae.encode(x).latent_dist.mean * SCALE_FACTOR


@torch.no_grad()
def decode(vae: AutoencoderKL, latents: Tensor) -> Tensor:
    """(B, 4, H/8, W/8) latents at the model's scale → (B, H, W, 3) uint8."""
    return tensor_to_pixels(vae.decode(latents / SCALE_FACTOR).sample)


@torch.no_grad()
def standardise(vae: AutoencoderKL, sample: Tensor) -> None:
    """Fold shift and scale of the latents into the 1×1 convolutions beside them: then mean 0, scaled variance 1.

    `sample` is (B, H, W, 3) uint8, what the statistics are taken from.
    """
    latents = encode(vae, sample)
    mean = latents.mean((0, 2, 3)) / SCALE_FACTOR
    scale = 1 / latents.std((0, 2, 3))
    weights = dict(vae.named_parameters())
    weights["quant_conv.weight"][:4] *= scale[:, None, None, None]
    weights["quant_conv.bias"][:4] = (weights["quant_conv.bias"][:4] - mean) * scale
    weights["quant_conv.bias"][4:] += 2 * scale.log()
    weights["post_quant_conv.bias"].add_(weights["post_quant_conv.weight"][:, :, 0, 0] @ mean)
    weights["post_quant_conv.weight"].div_(scale[None, :, None, None])
