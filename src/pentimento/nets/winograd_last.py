"""3 × 3 convolutions of bfloat16 with channels last, with four ninths of the multiplications.

Winograd's method on tiles of 2 × 2 results: the matrices for pictures hold nothing but 0 and ±1, so numbers lose little
where a type has few digits. They are rounded three times where the plain sum is rounded once: results are off by about
three times as much in a layer, by half as much again in a whole network (tests/nets/test_nets_winograd_last.py,
test_nets_routes.py). Source: Lavin and Gray 2015 (arXiv:1509.09308), F(2×2, 3×3).
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from pentimento.nets.winograd import matrices

TILE, WINDOW = 2, 4
FROM_POINTS, WEIGHTS, TO_POINTS = matrices((0, 1, -1))
NUMBERS = 1 << 22
"""Numbers a strip of tiles takes while it is worked on: larger falls out of the cache."""


def transformed(weight: Tensor, out: Tensor) -> Tensor:
    """(O, C, 3, 3) → (16, O, C), a convolution's weights at the points, into `out`."""
    for some, done in zip(weight.detach().split(256), out.split(256, dim=1), strict=True):
        done.copy_((WEIGHTS @ some.float().reshape(-1, 9).T).view(done.shape))
    return out


def convolved(x: Tensor, weights: Tensor, bias: Tensor | None) -> Tensor:
    """(B, C, H, W) → (B, O, H, W), channels last, zeros around the edge.

    weights  (16, O, C) as `transformed` gives them
    """
    batch, channels, height, width = x.shape
    rows, columns, features = -(-height // TILE), -(-width // TILE), weights.shape[1]
    around = (0, 0, 1, 1 + columns * TILE - width, 1, 1 + rows * TILE - height)
    x = F.pad(x.permute(0, 2, 3, 1), around).contiguous()
    made = x.new_empty(batch, rows, TILE, columns, TILE, features)
    some = max(1, NUMBERS // (WINDOW**2 * batch * columns * max(channels, features)))
    for top in range(0, rows, some):
        strip = x[:, top * TILE : min(top + some, rows) * TILE + 2]
        _strip(strip, weights, bias, made[:, top : top + some])
    made = made.view(batch, rows * TILE, columns * TILE, features)[:, :height, :width].contiguous()
    return made.permute(0, 3, 1, 2)


def _strip(x: Tensor, weights: Tensor, bias: Tensor | None, made: Tensor) -> None:
    """(B, 2n + 2, W + 2, C) → `made`, (B, n, 2, W/2, 2, O)."""
    batch, rows, _, columns, _, features = made.shape
    picture, line, pixel, _ = x.stride()
    windows = x.as_strided(
        (WINDOW, WINDOW, batch, rows, columns, x.shape[3]),
        (line, pixel, picture, TILE * line, TILE * pixel, 1),
        x.storage_offset(),
    )
    values = (TO_POINTS.to(x.dtype) @ windows.reshape(WINDOW**2, -1)).view(WINDOW**2, -1, x.shape[3])
    products = torch.bmm(values, weights.transpose(1, 2)).view(WINDOW**2, -1)
    results = (FROM_POINTS.to(x.dtype) @ products).view(TILE, TILE, batch, rows, columns, features)
    results = results.permute(2, 3, 0, 4, 1, 5)
    made.copy_(results) if bias is None else torch.add(results, bias, out=made)
