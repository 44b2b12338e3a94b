"""3 × 3 convolutions with a quarter of the multiplications, exact up to float32's rounding.

A tile of 4 × 4 results is a product of polynomials; taken at six points in each direction it costs 36 multiplications
for each pair of channels where the sum of products costs 144. Source: Lavin and Gray 2015 (arXiv:1509.09308),
F(4×4, 3×3); the matrices are Toom and Cook's at the points below. Against float64 one layer is about as exact as the
plain sum (tests/nets/test_nets_winograd.py), a whole network loses less than a digit (tests/nets/test_nets_routes.py).
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

TILE, WINDOW = 4, 6
"""Results, and pixels they are made of, in each direction."""
POINTS = (0, 0.625, -0.625, 1.5, -1.5)
"""… and infinity. Of the pairs tried these lose least: half of what 1 and 2 lose."""
NUMBERS = 1 << 22
"""Numbers a strip of tiles takes while it is worked on: larger falls out of the cache."""
IN_A_ROW = 256
"""Products that are added one after the other: what rounding loses grows with them, and the method with it."""


def matrices(points: Sequence[float]) -> tuple[Tensor, Tensor, Tensor]:
    """Results, weights and pixels to and from their values at some points and infinity, in both directions at once.

    For a tile of side t, one less than there are points, with windows of w = t + 2: (t², w²), (w², 9), (w², w²).
    """
    tile = len(points) - 1
    others = [[b for b in points if b != a] for a in points]
    divisors = [np.prod([a - b for b in rest]) for a, rest in zip(points, others, strict=True)]
    results = [[float(a**i) for a in points] + [float(i == tile - 1)] for i in range(tile)]
    weights = [[a**j / n for j in range(3)] for a, n in zip(points, divisors, strict=True)] + [[0.0, 0.0, 1.0]]
    pixels = [[*np.poly(rest)[::-1], 0.0] for rest in others] + [[*np.poly(points)[::-1]]]
    results, weights, pixels = (torch.tensor(np.kron(one, one)).float() for one in (results, weights, pixels))
    return results, weights, pixels


FROM_POINTS, WEIGHTS, TO_POINTS = matrices(POINTS)


def transformed(weight: Tensor, out: Tensor | None = None) -> Tensor:
    """(O, C, 3, 3) → (36, O, C): a convolution's weights at the points, four times the memory; into `out` if given."""
    points = WEIGHTS.to(weight.device)
    flat = None if out is None else out.view(WINDOW**2, -1)
    return torch.mm(points, weight.detach().float().reshape(-1, 9).T, out=flat).view(WINDOW**2, *weight.shape[:2])


def tiles(x: Tensor, tile: int = TILE) -> int:
    """Of one picture; `tile` results are the side of each."""
    return math.prod(-(-side // tile) for side in x.shape[-2:])


def convolved(x: Tensor, weights: Tensor, bias: Tensor | None) -> Tensor:
    """(B, C, H, W) → (B, O, H, W), zeros around the edge; float32. Each picture is the same in any batch.

    weights  (36, O, C) as `transformed` gives them
    """
    batch, channels, height, width = x.shape
    rows, columns, features = -(-height // TILE), -(-width // TILE), weights.shape[1]
    made = x.new_empty(batch, features, rows * TILE, columns * TILE)
    some = max(1, NUMBERS // (WINDOW**2 * columns * max(channels, features)))
    for picture, done in zip(x, made, strict=True):
        tiles = done.view(features, rows, TILE, columns, TILE)
        for top in range(0, rows, some):
            first, last = top * TILE - 1, min(top + some, rows) * TILE + 1
            around = (1, 1 + columns * TILE - width, max(-first, 0), max(last - height, 0))
            strip = F.pad(picture[:, max(first, 0) : last], around)
            tiles[:, top : top + some] = _strip(strip, weights, columns)
    made = made[:, :, :height, :width].contiguous()
    return made if bias is None else made.add_(bias[:, None, None])


def _strip(x: Tensor, weights: Tensor, columns: int) -> Tensor:
    """(C, 4n + 2, W) → (O, n, 4, W/4, 4)."""
    channels, rows = x.shape[0], (x.shape[1] - 2) // TILE
    plane, line, pixel = x.stride()
    windows = x.as_strided(
        (WINDOW, WINDOW, channels, rows, columns),
        (line, pixel, plane, TILE * line, TILE * pixel),
    )
    values = (TO_POINTS @ windows.reshape(WINDOW**2, -1)).view(WINDOW**2, channels, rows * columns)
    products = x.new_zeros(WINDOW**2, weights.shape[1], rows * columns)
    for some, those in zip(weights.split(IN_A_ROW, dim=2), values.split(IN_A_ROW, dim=1), strict=True):
        products.baddbmm_(some, those)
    return (FROM_POINTS @ products.view(WINDOW**2, -1)).view(TILE, TILE, -1, rows, columns).permute(2, 3, 0, 4, 1)
