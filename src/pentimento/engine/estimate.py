"""What a job will take, told before it begins: memory and time."""

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

import torch
from diffusers.models.attention_processor import Attention
from torch import nn

from pentimento.checkpoint.open import Opened
from pentimento.engine.conditioning import Conditioning
from pentimento.engine.sampling import predictions
from pentimento.nets.networks import Networks
from pentimento.nets.unet import INPAINTING_CHANNELS
from pentimento.words.reports import Estimate
from pentimento.words.request import Request
from pentimento.words.sizes import CELL, Size

SAMPLED, CODED, KEPT = 22, 6, 3
"""How many tensors as large as the finest level's live at once, workspace included: in the U-Net, whose feed-forward
layers are eight times as wide, in the autoencoder, and in that beside a strip. Measured on the starter at 1024 × 1024:
20 to 25; 4 to 5; 2.5."""
AROUND = 4
"""Rows around a strip of the autoencoder that its layers look at, about."""
TOKENS = 77
"""Words that a call looks at; those of a longer prompt count for little."""
COARSEST = re.compile(
    r"mid_block|quant_conv|post_quant_conv|encoder\.(mid_block|conv_out)|decoder\.(mid_block|conv_in)"
)
BLOCK = re.compile(r"(?:encoder\.|decoder\.)?(down|up)_blocks\.(\d+)\.(downsamplers|upsamplers)?")
RESAMPLED = {"downsamplers": 1, "upsamplers": -1, None: 0}
"""How much coarser a layer's result is than its block."""


class Work(NamedTuple):
    """Operations (a product and a sum are two) of one call on one row, in terms of how many places the row has.

    once    whatever the size
    places  for each place: convolutions, linear layers, attention to the prompt
    pairs   for each pair of places: attention of the picture to itself
    """

    once: float = 0
    places: float = 0
    pairs: float = 0

    def at(self, places: float) -> float:
        return self.once + self.places * places + self.pairs * places**2


@dataclass(frozen=True)
class Costs:
    """What a checkpoint's networks cost.

    weights             bytes of all numbers
    number              bytes of one
    unet                places are latent cells
    encoder, decoder    places are pixels
    unet_width          features of the U-Net's finest level
    vae_width           features of the autoencoder's finest level
    """

    weights: int
    number: int
    unet: Work
    encoder: Work
    decoder: Work
    unet_width: int
    vae_width: int


class Pass(NamedTuple):
    """What a job does with one checkpoint at one size.

    calls    of the U-Net, in all
    rows     latents in one call: pictures of a batch times prompts
    encoded  pictures, in all
    decoded  pictures, in all
    """

    costs: Costs
    size: Size
    calls: int
    rows: int
    encoded: int
    decoded: int

    @property
    def operations(self) -> float:
        pixels = self.size.area
        sampling = self.calls * self.rows * self.costs.unet.at(pixels / CELL**2)
        return sampling + self.encoded * self.costs.encoder.at(pixels) + self.decoded * self.costs.decoder.at(pixels)

    def sampling(self, rows: int | None = None) -> float:
        """Bytes that the U-Net needs beside the weights, with so many latents in one call; all."""
        at_once = min(self.rows, rows or self.rows)
        return SAMPLED * self.costs.number * at_once * self.costs.unet_width * self.size.area / CELL**2

    def coding(self, strip: int | None = None) -> float:
        """Bytes that the autoencoder needs beside the weights, in strips of so many rows of pixels; whole."""
        alive = CODED if strip is None else min(CODED, KEPT + CODED * (strip + AROUND) / self.size.height)
        return alive * self.costs.number * self.costs.vae_width * self.size.area

    def working(self, pieces: "Pieces") -> float:
        """Bytes that are needed beside the weights."""
        return max(self.sampling(pieces.rows), self.coding(pieces.strip))


class Pieces(NamedTuple):
    """In which pieces a job is computed, so that it fits into memory.

    rows   latents in one call of the U-Net; None: all of a batch
    strip  rows of pixels that the autoencoder works on; None: all of a picture
    """

    rows: int | None = None
    strip: int | None = None


WHOLE = Pieces()


def pass_of(
    request: Request,
    opened: Opened,
    conditioning: Conditioning,
    size: Size,
    batches: Sequence[slice],
    *,
    calls: int,
    encoded: int,
    decoded: int,
) -> Pass:
    """What a request does with a checkpoint.

    calls             for one batch
    encoded, decoded  pictures, in all
    """
    unet = opened.networks.unet
    rows = (batches[0].stop - batches[0].start) * predictions(request, unet, conditioning)
    looks = 2 if unet.in_channels == INPAINTING_CHANNELS else 1
    return Pass(costs_of(opened.networks), size, calls * len(batches), rows, encoded * looks, decoded)


def costs_of(networks: Networks) -> Costs:
    unet, vae = networks.unet.module, networks.vae.module
    modules = (unet, vae, networks.text.module)
    levels = len(vae.encoder.down_blocks)
    return Costs(
        weights=sum(tensor.numel() * tensor.element_size() for module in modules for tensor in module.parameters()),
        number=networks.dtype.itemsize,
        unet=work_of(unet.named_modules(), len(unet.down_blocks)),
        encoder=work_of(_parts(vae, ("encoder.", "quant_conv")), levels),
        decoder=work_of(_parts(vae, ("decoder.", "post_quant_conv")), levels),
        unet_width=unet.conv_in.out_channels,
        vae_width=vae.encoder.conv_in.out_channels,
    )


def estimate(passes: Sequence[Pass], *, weights: int, speed: float, pieces: Pieces = WHOLE) -> Estimate:
    """Memory and time of a job.

    weights  bytes of all checkpoints it needs
    speed    operations a second
    """
    memory = weights + max((one.working(pieces) for one in passes), default=0)
    return Estimate(round(memory), sum(one.operations for one in passes) / speed)


def with_previews(expected: Estimate, operations: float, speed: float) -> Estimate:
    """An estimate with so many operations more, of previews, which need no more memory than the decoding at the end."""
    return replace(expected, seconds=expected.seconds + operations / speed)


@cache
def speed_of(device: torch.device, dtype: torch.dtype) -> float:
    """Operations a second, measured once with a convolution as the networks have them."""
    conv = nn.Conv2d(64, 64, 3, padding=1).to(device, dtype).requires_grad_(False)
    x = torch.zeros(1, 64, 64, 64, device=device, dtype=dtype)
    conv(x)
    begun = time.perf_counter()
    for _ in range(4):
        conv(x)
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return 4 * 2 * conv.weight.numel() * 64 * 64 / max(time.perf_counter() - begun, 1e-6)


def work_of(modules: Iterable[tuple[str, nn.Module]], levels: int) -> Work:
    """The work of a U-Net's or autoencoder's layers, told by their names; places are the finest level's."""
    named = list(modules)
    attentions = [module for _, module in named if isinstance(module, Attention)]
    asked = {layer for one in attentions if one.is_cross_attention for layer in (one.to_k, one.to_v)}
    works = [_layer(name, module, 4 ** _level(name, levels), module in asked) for name, module in named]
    return Work(*map(sum, zip(*works, strict=True)))


def _layer(name: str, module: nn.Module, coarse: int, asked: bool) -> Work:
    """One layer's work.

    coarse  how many of the finest places are one of its own
    asked   it reads the prompt
    """
    match module:
        case nn.Linear() if "time_emb" in name:
            return Work(once=2 * module.weight.numel())
        case nn.Linear() if asked:
            return Work(once=2 * module.weight.numel() * TOKENS)
        case nn.Linear() | nn.Conv2d():
            return Work(places=2 * module.weight.numel() / coarse)
        case Attention(is_cross_attention=True):
            return Work(places=4 * module.inner_dim * TOKENS / coarse)
        case Attention():
            return Work(pairs=4 * module.inner_dim / coarse**2)
    return Work()


def _level(name: str, levels: int) -> int:
    """How often places are halved where a layer's results stand; 0 the finest."""
    if COARSEST.match(name):
        return levels - 1
    found = BLOCK.match(name)
    if found is None:
        return 0
    way, number, resampled = found.groups()
    block = int(number) if way == "down" else levels - 1 - int(number)
    return block + RESAMPLED[resampled]


def _parts(network: nn.Module, prefixes: tuple[str, ...]) -> Iterator[tuple[str, nn.Module]]:
    return ((name, module) for name, module in network.named_modules() if name.startswith(prefixes))
