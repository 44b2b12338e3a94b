"""What latents look like before they are done: by a linear map fitted to the decoder, by a tiny decoder, or by the
decoder itself."""

import json
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from pentimento.nets.networks import Networks
from pentimento.nets.tiny import TinyDecoder
from pentimento.nets.vae import VAE
from pentimento.words.images import Image
from pentimento.words.latents import Latents
from pentimento.words.sizes import CELL

SIDE = 8
"""Latent cells a side of the pictures that the map is fitted to."""
PATCHES = (2, 8)
"""Patches a side that these pictures consist of: broad colours, and as many as there are cells."""


@dataclass(frozen=True, eq=False)
class Linear:
    """Colours as a linear function of latents.

    weights  (3, 4), bias (3,): RGB about [-1, 1] from latents at the model's scale; float32, on the CPU
    """

    weights: Tensor
    bias: Tensor

    def __call__(self, latents: Latents) -> tuple[Image, ...]:
        """(B, 4, h, w) → a picture of h × w for each."""
        colours = torch.einsum("oc,bchw->bhwo", self.weights, latents.float().cpu()) + self.bias
        return tuple(_levels(one) for one in colours)

    def __str__(self) -> str:
        """As JSON, from which `of` makes it again."""
        return json.dumps({"weights": self.weights.tolist(), "bias": self.bias.tolist()})

    @classmethod
    def of(cls, text: str) -> "Linear":
        told = json.loads(text)
        return cls(torch.tensor(told["weights"]), torch.tensor(told["bias"]))


@torch.inference_mode()
def fitted(vae: VAE) -> Linear:
    """The map that comes nearest, in the least squares, to what the decoder makes of a few pictures' latents.

    The pictures are coloured patches, always the same; a cell's colour is the mean of its 8 × 8 pixels.
    """
    device = vae.module.decoder.conv_in.weight.device
    known = [vae.encode(picture.to(device)).mean for picture in _patchworks()]
    shown = [F.avg_pool2d(vae.decode(latents), CELL) for latents in known]
    latents, colours = (torch.cat([part.flatten(2)[0].T for part in parts]).double().cpu() for parts in (known, shown))
    terms = torch.cat([latents, torch.ones(len(latents), 1, dtype=torch.float64)], dim=1)
    solved = torch.linalg.lstsq(terms, colours, driver="gelsd").solution.float()
    return Linear(solved[:-1].T.contiguous(), solved[-1])


def sketched(tiny: TinyDecoder, latents: Latents) -> tuple[Image, ...]:
    """(B, 4, h, w) → a picture of 8h × 8w for each, as a tiny decoder has it."""
    return tuple(_levels(row.permute(1, 2, 0).cpu()) for row in tiny(latents))


def decoded(networks: Networks, latents: Latents) -> tuple[Image, ...]:
    """(B, 4, h, w) → a picture of 8h × 8w for each, as the autoencoder has it."""
    return tuple(_levels(networks.vae.decode(row[None])[0].permute(1, 2, 0).cpu()) for row in latents)


def _patchworks() -> list[Tensor]:
    """(1, 3, 64, 64) in [-1, 1]"""
    random = torch.Generator().manual_seed(0)
    side = SIDE * CELL
    patches = [torch.rand(1, 3, count, count, generator=random) * 2 - 1 for count in PATCHES]
    return [F.interpolate(patch, (side, side), mode="bilinear", align_corners=False) for patch in patches]


def _levels(colours: Tensor) -> Image:
    """H × W × 3 about [-1, 1] → 0…255"""
    return ((colours + 1) * 127.5).round().clamp(0, 255).numpy().astype(np.uint8)
