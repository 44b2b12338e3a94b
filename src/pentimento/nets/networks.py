"""The networks of one checkpoint in memory; device and number type live here and nowhere else."""

from dataclasses import dataclass

import torch

from pentimento.nets.text import TextEncoder
from pentimento.nets.unet import UNet
from pentimento.nets.vae import VAE


@dataclass(frozen=True, eq=False)
class Networks:
    unet: UNet
    vae: VAE
    text: TextEncoder

    @property
    def device(self) -> torch.device:
        return self.unet.module.conv_in.weight.device

    @property
    def dtype(self) -> torch.dtype:
        return self.unet.module.conv_in.weight.dtype

    @property
    def modules(self) -> dict[str, torch.nn.Module]:
        """The modules that networks in a prompt change, by the name that their keys use."""
        return {"unet": self.unet.module, "text": self.text.module}
