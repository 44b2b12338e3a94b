"""The U-Net as a function."""

import torch
import torch.nn.functional as F
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.models.upsampling import Upsample2D
from torch import Tensor

from pentimento.nets.resnet import spare


class _SkipSizedUpsample(Upsample2D):
    """Doubles, convolves, and only then fits the skip connection's size (nearest), as Stable Diffusion does.

    diffusers fits before the convolution, which differs where a latent side is odd on some level.
    """

    def forward(self, hidden_states: Tensor, output_size: int | None = None, *args: object, **kwargs: object) -> Tensor:
        doubled = super().forward(hidden_states)
        if output_size is None or doubled.shape[-2:] == tuple(output_size):  # ty: ignore[invalid-argument-type]
            return doubled
        return F.interpolate(doubled, size=output_size, mode="nearest")


def unet_module(
    *,
    in_channels: int,
    out_channels: int,
    channels: tuple[int, ...],
    attention: tuple[bool, ...],
    layers: int,
    context: int,
    heads: int,
) -> UNet2DConditionModel:
    """An SD 1.x U-Net without weights worth having."""
    module = UNet2DConditionModel(
        in_channels=in_channels,
        out_channels=out_channels,
        block_out_channels=channels,
        down_block_types=tuple("CrossAttnDownBlock2D" if a else "DownBlock2D" for a in attention),
        up_block_types=tuple("CrossAttnUpBlock2D" if a else "UpBlock2D" for a in reversed(attention)),
        layers_per_block=layers,
        cross_attention_dim=context,
        attention_head_dim=heads,
    )
    for block in module.up_blocks:
        for upsampler in getattr(block, "upsamplers", None) or ():
            upsampler.__class__ = _SkipSizedUpsample
    spare(module)
    return module


INPAINTING_CHANNELS = 9
"""Input channels of an inpainting checkpoint: 4 of latents, 1 of mask, 4 of the masked picture."""

INSTRUCT_CHANNELS = 8
"""Input channels of an instruct checkpoint: 4 of latents, 4 of the picture to change, at the autoencoder's scale."""


class UNet:
    """(x, t, context) → the network's prediction.

    x        (B, C, H/8, W/8) latents scaled to unit variance, with 5 more channels for inpainting checkpoints
    t        training timestep, may be fractional
    context  (B, 77·n, width) text features
    returns  (B, 4, H/8, W/8), float32
    """

    def __init__(self, module: UNet2DConditionModel) -> None:
        self.module = module.eval().requires_grad_(False)

    @property
    def in_channels(self) -> int:
        return self.module.conv_in.in_channels

    @torch.inference_mode()
    def __call__(self, x: Tensor, t: float, context: Tensor) -> Tensor:
        kind = self.module.conv_in.weight
        times = torch.full((x.shape[0],), t, device=kind.device, dtype=torch.float32)
        guess = self.module(x.to(kind), times, context.to(kind), return_dict=False)[0]
        return guess.float()
