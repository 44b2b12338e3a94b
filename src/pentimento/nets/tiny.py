"""A tiny decoder: latents → what the picture looks like, roughly, at a small part of the autoencoder's work.

TAESD's layout (Ollin Boer Bohan, https://github.com/madebyollin/taesd, MIT), as diffusers has it.
"""

import torch
from diffusers.models.autoencoders.vae import DecoderTiny
from torch import Tensor, nn

CHANNELS, BLOCKS, DOUBLING = 64, (3, 3, 3, 1), 2


def tiny_module() -> DecoderTiny:
    """The network without weights worth having."""
    return DecoderTiny(
        in_channels=4,
        out_channels=3,
        num_blocks=BLOCKS,
        block_out_channels=(CHANNELS,) * len(BLOCKS),
        upsampling_scaling_factor=DOUBLING,
        act_fn="relu",
        upsample_fn="nearest",
    )


class TinyDecoder:
    """(B, 4, h, w) latents at the model's scale → (B, 3, 8h, 8w) pictures, about [-1, 1], float32.

    One picture at a time, so that each takes the memory of one.
    """

    def __init__(self, module: DecoderTiny) -> None:
        self.module = module.eval().requires_grad_(False)

    @torch.inference_mode()
    def __call__(self, latents: Tensor) -> Tensor:
        kind = next(self.module.parameters())
        return torch.cat([self.module(row[None].to(kind)).float() for row in latents])

    def operations(self, cells: int) -> float:
        """Sums and products for a picture of so many latent cells."""
        places, total = cells, 0
        for layer in self.module.layers:
            if isinstance(layer, nn.Upsample):
                places *= DOUBLING**2
            total += sum(2 * part.weight.numel() for part in layer.modules() if isinstance(part, nn.Conv2d)) * places
        return total
