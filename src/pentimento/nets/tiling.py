"""Convolutions that go round the edge, so that a picture's left joins its right and its top its bottom."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from diffusers.models.downsampling import Downsample2D
from torch import nn

from pentimento.nets.networks import Networks

ONE_SIDED = [0, 1, 0, 1]
"""The encoder pads only right and bottom before it halves: left, right, top, bottom."""


@contextmanager
def tiled(networks: Networks, *, encoder: bool = True) -> Generator[None]:
    """Every 2-D convolution of U-Net and VAE sees the picture repeated beyond its edge; undone on leaving.

    encoder  the halvings of the VAE's encoder too, which pad by themselves (the reference leaves them their zeros)
    """
    before: list[tuple[nn.Module, str, Any]] = []
    try:
        for module, name, value in _changes(networks, encoder):
            before.append((module, name, getattr(module, name)))
            setattr(module, name, value)
        yield
    finally:
        for module, name, value in reversed(before):
            setattr(module, name, value)


def _changes(networks: Networks, encoder: bool) -> Iterator[tuple[nn.Module, str, Any]]:
    for network in (networks.unet.module, networks.vae.module):
        for module in network.modules():
            if isinstance(module, nn.Conv2d):
                yield module, "padding_mode", "circular"
            if encoder and isinstance(module, Downsample2D) and module.padding == 0:
                yield module, "padding", 1  # so that it leaves the padding to its convolution
                yield _convolution(module), "_reversed_padding_repeated_twice", ONE_SIDED


def _convolution(halving: Downsample2D) -> nn.Conv2d:
    convolution = halving.conv
    assert isinstance(convolution, torch.nn.Conv2d)
    return convolution
