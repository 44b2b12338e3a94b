"""What a job will take, told before it begins: memory and time."""

import re
import time
from dataclasses import dataclass
from functools import cache

import torch
from torch import nn

from pentimento.nets.networks import Networks
from pentimento.words.reports import Estimate
from pentimento.words.sizes import CELL, Size

ALIVE = 6
"""How many tensors as large as the widest layer's live at once, workspace included."""
LEVEL = re.compile(r"(?:(encoder)\.|(decoder)\.)?(?:down_blocks|(up_blocks))\.(\d+)\.")


@dataclass(frozen=True)
class Costs:
    """What a checkpoint's networks cost.

    weights             bytes of all numbers
    number              bytes of one
    unet                operations of one call, per latent cell
    encoder, decoder    operations per pixel
    unet_width          features of the U-Net's finest level
    vae_width           features of the autoencoder's finest level
    """

    weights: int
    number: int
    unet: float
    encoder: float
    decoder: float
    unet_width: int
    vae_width: int


def costs_of(networks: Networks) -> Costs:
    unet, vae = networks.unet.module, networks.vae.module
    modules = (unet, vae, networks.text.module)
    return Costs(
        weights=sum(tensor.numel() * tensor.element_size() for module in modules for tensor in module.parameters()),
        number=networks.dtype.itemsize,
        unet=_operations(unet, len(unet.down_blocks)),
        encoder=_operations(vae.encoder, len(vae.encoder.down_blocks)),
        decoder=_operations(vae.decoder, len(vae.decoder.up_blocks)),
        unet_width=unet.conv_in.out_channels,
        vae_width=vae.encoder.conv_in.out_channels,
    )


def estimate(
    costs: Costs, size: Size, *, steps: int, batch: int, batches: int, pictures: int, speed: float
) -> Estimate:
    """Memory and time of a job.

    size      the working size
    steps     U-Net calls of one batch, each for the prompt and the negative prompt
    pictures  how many are encoded before
    speed     operations a second
    """
    pixels = size.area
    cells = pixels / CELL**2
    sampling = 2 * batch * costs.unet_width * cells
    decoding = costs.vae_width * pixels
    operations = batches * steps * 2 * batch * costs.unet * cells
    operations += pixels * (batches * batch * costs.decoder + pictures * costs.encoder)
    memory = costs.weights + ALIVE * costs.number * max(sampling, decoding)
    return Estimate(round(memory), operations / speed)


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


def _operations(network: nn.Module, levels: int) -> float:
    """Two per weight of each layer and place it is applied at, in units of the finest level's places."""
    return sum(
        2 * module.weight.numel() / 4 ** _level(name, levels)
        for name, module in network.named_modules()
        if isinstance(module, nn.Conv2d | nn.Linear)
    )


def _level(name: str, levels: int) -> int:
    """How often places are halved where a layer works; 0 the finest."""
    if name.startswith("mid_block"):
        return levels - 1
    found = LEVEL.match(name)
    if found is None:
        return 0
    return levels - 1 - int(found[4]) if found[3] else int(found[4])
