"""Convolutions as a product of matrices, exact up to float32's rounding."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def convolved(layer: nn.Conv2d, x: Tensor, weight: Tensor) -> Tensor:
    """(B, C, H, W) → (B, O, …), as the layer says, zeros around the edge. Each picture is the same in any batch."""
    rows, around = weight.flatten(1), tuple(int(side) for side in layer.padding)
    start = x.new_zeros(1) if layer.bias is None else layer.bias.to(x.dtype)[:, None]
    height, width = places(x, layer)
    made = x.new_empty(len(x), len(rows), height * width)
    for picture, done in zip(x, made, strict=True):
        windows = F.unfold(picture[None], layer.kernel_size, padding=around, stride=layer.stride)[0]
        torch.addmm(start, rows, windows, out=done)
    return made.unflatten(2, (height, width))


def places(x: Tensor, layer: nn.Conv2d) -> tuple[int, int]:
    """Rows and columns of a layer's result."""
    sides = zip(x.shape[-2:], layer.kernel_size, layer.stride, layer.padding, strict=True)
    height, width = ((side + 2 * int(around) - kernel) // step + 1 for side, kernel, step, around in sides)
    return height, width
