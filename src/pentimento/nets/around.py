"""A U-Net that is computed around a mask only, while it sees the whole picture: what the rest says is kept.

On a whole call each layer leaves behind what a part of the picture needs of the rest: a convolution its neighbouring
places, a group norm the rest's mean and variance, a self-attention the rest's keys and values. A call on the part alone
puts them in. With what the same call left behind, the part's result is the whole one's to rounding; with what another
noise level or another candidate left behind it is an approximation.
Source of the idea: Li et al. 2022, SIGE (arXiv:2211.02048); Li et al. 2024, DistriFusion (arXiv:2402.19481).
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from diffusers.models.attention_processor import Attention
from torch import Tensor, nn

from pentimento.words.sizes import Box

Left = dict[nn.Module, tuple[Any, ...]]
"""What each layer left behind."""
Call = Callable[[Tensor], Tensor]
KEPT = torch.float16
"""Number type of kept keys and values: half the memory of float32, for an error far below that of another candidate."""


@dataclass
class Surroundings:
    """What one whole call left behind of all that is outside a part.

    part   in latent cells
    cells  rows and columns of the whole picture
    """

    part: Box
    cells: tuple[int, int]
    left: Left = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        return sum(one.nbytes for parts in self.left.values() for one in parts if isinstance(one, Tensor))

    def part_at(self, rows: int) -> Box:
        """The part on a map of so many rows: as much coarser as the map is."""
        coarser = self.cells[0] // rows
        return Box(*(side // coarser for side in self.part))

    @contextmanager
    def leaving(self, net: nn.Module) -> Generator[None]:
        """Whole calls of a network leave behind what the part needs."""
        with _replaced(net, lambda layer, call: _leaving(self, layer, call)):
            yield

    @contextmanager
    def around(self, net: nn.Module) -> Generator[None]:
        """Calls of a network are on the part alone, with what was left behind around it."""
        with _replaced(net, lambda layer, call: _around(self, layer, call)):
            yield


def _concerned(layer: nn.Module) -> bool:
    """Whether what a layer gives at a place depends on others."""
    match layer:
        case nn.Conv2d():
            return layer.kernel_size != (1, 1)
        case nn.GroupNorm():
            return True
        case Attention():
            return not layer.is_cross_attention
    return False


@contextmanager
def _replaced(net: nn.Module, instead: Callable[[Any, Call], Callable[..., Tensor]]) -> Generator[None]:
    layers: list[Any] = [layer for layer in net.modules() if _concerned(layer)]
    before = [vars(layer).get("forward") for layer in layers]
    try:
        for layer in layers:
            layer.forward = instead(layer, layer.forward)
        yield
    finally:
        for layer, forward in zip(layers, before, strict=True):
            if forward is None:
                del layer.forward
            else:
                layer.forward = forward


def _leaving(around: Surroundings, layer: Any, call: Call) -> Callable[..., Tensor]:
    def conv(x: Tensor) -> Tensor:
        reach, part = layer.stride[0], around.part_at(x.shape[-2])
        mode = "constant" if layer.padding_mode == "zeros" else layer.padding_mode
        wide = F.pad(x, (reach,) * 4, mode)[..., part.top : part.bottom + 2 * reach, part.left : part.right + 2 * reach]
        beside = wide[..., reach:-reach, :]
        strips = wide[..., :reach, :], wide[..., -reach:, :], beside[..., :reach], beside[..., -reach:]
        around.left[layer] = tuple(strip.clone() for strip in strips)
        return call(x)

    def norm(x: Tensor) -> Tensor:
        part = around.part_at(x.shape[-2])
        whole, inside = (_moments(layer, one) for one in (x, x[..., part.top : part.bottom, part.left : part.right]))
        around.left[layer] = _without(whole, inside)
        return call(x)

    def attention(x: Tensor, *rest: Any, **named: Any) -> Tensor:
        rows, columns = _map_of(around.cells, x.shape[1])
        part = around.part_at(rows)
        outside = torch.ones(rows, columns, dtype=torch.bool, device=x.device)
        outside[part.top : part.bottom, part.left : part.right] = False
        keys, values = layer.to_k(x), layer.to_v(x)
        outside = outside.flatten()
        around.left[layer] = keys[:, outside].to(KEPT), values[:, outside].to(KEPT)
        return _attended(layer, x, keys, values)

    return {nn.GroupNorm: norm, Attention: attention}.get(type(layer), conv)


def _around(around: Surroundings, layer: Any, call: Call) -> Callable[..., Tensor]:
    def conv(x: Tensor) -> Tensor:
        top, bottom, left, right = around.left[layer]
        wide = torch.cat([top, torch.cat([left, x, right], dim=3), bottom], dim=2)
        return call(wide)[..., 1:-1, 1:-1]

    def norm(x: Tensor) -> Tensor:
        count, mean, squares = _together(around.left[layer], _moments(layer, x))
        scale = (squares / count + layer.eps).rsqrt()
        grouped = x.float().unflatten(1, (layer.num_groups, -1)).flatten(2)
        settled = ((grouped - mean[..., None]) * scale[..., None]).view(x.shape)
        weight, bias = (one.float()[:, None, None] for one in (layer.weight, layer.bias))
        return (settled * weight + bias).to(x.dtype)

    def attention(x: Tensor, *rest: Any, **named: Any) -> Tensor:
        keys, values = (one.to(x.dtype) for one in around.left[layer])
        return _attended(layer, x, torch.cat([keys, layer.to_k(x)], dim=1), torch.cat([values, layer.to_v(x)], dim=1))

    return {nn.GroupNorm: norm, Attention: attention}.get(type(layer), conv)


Moments = tuple[float, Tensor, Tensor]
"""Count, mean and sum of squared differences from it, (B, groups) each, of a group's numbers."""


def _moments(layer: nn.GroupNorm, x: Tensor) -> Moments:
    grouped = x.float().unflatten(1, (layer.num_groups, -1)).flatten(2)
    variance, mean = torch.var_mean(grouped, dim=2, correction=0)
    return grouped.shape[2], mean, variance * grouped.shape[2]


def _together(one: Sequence[Any], other: Moments) -> Moments:
    """Of both together (Chan, Golub and LeVeque 1979)."""
    count, off = one[0] + other[0], other[1] - one[1]
    return count, one[1] + off * (other[0] / count), one[2] + other[2] + off**2 * (one[0] * other[0] / count)


def _without(whole: Moments, inside: Moments) -> Moments:
    """Of the rest."""
    count = whole[0] - inside[0]
    mean = (whole[1] * whole[0] - inside[1] * inside[0]) / count
    between = (inside[1] - mean) ** 2 * (count * inside[0] / whole[0])
    return count, mean, (whole[2] - inside[2] - between).clamp(min=0)


def _map_of(cells: tuple[int, int], tokens: int) -> tuple[int, int]:
    """Rows and columns of so many tokens, the latent's cells halved a few times."""
    rows, columns = cells
    while rows * columns > tokens:
        rows, columns = rows // 2, columns // 2
    return rows, columns


def _attended(layer: Any, x: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    def heads(one: Tensor) -> Tensor:
        return one.unflatten(2, (layer.heads, -1)).transpose(1, 2)

    seen = F.scaled_dot_product_attention(heads(layer.to_q(x)), heads(keys), heads(values))
    return layer.to_out[1](layer.to_out[0](seen.transpose(1, 2).flatten(2)))
