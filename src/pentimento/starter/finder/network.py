"""The finder of drawn faces as it learns; `pixels.faces.drawn` computes the same without torch."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from pentimento.pixels.faces.drawn import DILATIONS, KERNELS, OUTPUTS, STRIDES, UNIT, WIDTHS
from pentimento.starter.finder.examples import LARGEST, SMALLEST
from pentimento.words.faces import Face

STRIDE = 4
NEAR, BESIDE = 0.16, 0.42
"""Cells nearer to a face's middle than this share of its height are it; those up to the second may be either."""


class Finder(nn.Module):
    """(B, 3, H, W) in [−1, 1] → (B, OUTPUTS, H/4, W/4): see `pixels.faces.drawn`."""

    def __init__(self) -> None:
        super().__init__()
        layers = [
            nn.Conv2d(ins, outs, kernel, stride, dilation * (kernel // 2), dilation)
            for ins, outs, kernel, stride, dilation in zip(
                (3, *WIDTHS), (*WIDTHS, OUTPUTS), KERNELS, STRIDES, DILATIONS, strict=True
            )
        ]
        for layer in layers[:-1]:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        self.layers = nn.ModuleList(layers)

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)

    def save(self, file: Path) -> None:
        tensors = {
            name.removeprefix("layers."): tensor.half().contiguous() for name, tensor in self.state_dict().items()
        }
        save_file(tensors, file)


def targets(faces: Sequence[Face], side: int) -> tuple[Tensor, Tensor]:
    """What the output should be, (OUTPUTS, cells, cells), and how much each cell's first counts: 0 or 1."""
    cells = side // STRIDE
    wanted, counts = np.zeros((OUTPUTS, cells, cells), np.float32), np.ones((cells, cells), np.float32)
    at = (np.arange(cells) + 0.5) * STRIDE
    for face in faces:
        x, y = face.middle
        away = np.maximum(np.abs(at[None] - x), np.abs(at[:, None] - y)) / face.height
        known = SMALLEST * 0.8 < face.height < LARGEST * 1.25
        counts[away < BESIDE if known else away < 1] = 0
        if known:
            near = away < max(NEAR, 0.6 * STRIDE / face.height)
            rows, columns = np.nonzero(near)
            counts[near] = 1
            wanted[0, near], wanted[1, near] = face.confidence, np.log(face.height / UNIT)
            for n, (px, py) in enumerate((face.middle, *face.spots)):
                wanted[2 + 2 * n, near] = (px - at[columns]) / UNIT
                wanted[3 + 2 * n, near] = (py - at[rows]) / UNIT
    return torch.from_numpy(wanted), torch.from_numpy(counts)


def loss_of(said: Tensor, wanted: Tensor, counts: Tensor) -> Tensor:
    """Cross-entropy of what is a face, hard cells of the rest more than easy ones; and distances of its places."""
    faces = wanted[:, 0] > 0
    sure = torch.sigmoid(said[:, 0])
    apart = nn.functional.binary_cross_entropy_with_logits(said[:, 0], wanted[:, 0], reduction="none")
    many = faces.sum().clamp(min=1)
    found = (apart * faces).sum() / many
    else_ = (apart * sure.detach() ** 1.5 * ~faces * counts).sum() / many
    places = (said[:, 1:] - wanted[:, 1:]).abs().mean(1)
    return found + 2 * else_ + 2 * (places * faces).sum() / many
