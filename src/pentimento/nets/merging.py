"""Attention over fewer tokens: where the U-Net attends finest, those that say nearly the same are taken together.

One token of each 2 × 2 stays; of the other three, the share that is most like one of those is averaged into it before
attention and gets its result after. An approximation. Source: Bolya and Hoffman 2023, Token Merging for Fast Stable
Diffusion (arXiv:2303.17604), with the kept token in a fixed corner, so that equal requests give equal pictures.
"""

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from pentimento.nets.networks import Networks

SHARE = 0.5
"""Of all tokens, how many are merged; at most 3/4 can be."""


class Merge:
    """Which tokens go into which.

    like   (B, N, C) tokens of a picture, row by row
    shape  rows and columns
    """

    def __init__(self, like: Tensor, shape: tuple[int, int], share: float = SHARE) -> None:
        rows, columns = shape
        grid = torch.arange(rows * columns, device=like.device).view(rows, columns)
        stays = torch.zeros(rows, columns, dtype=torch.bool, device=like.device)
        stays[::2, ::2] = True
        self.kept, self.moving = grid[stays], grid[~stays]
        unit = like / like.norm(dim=-1, keepdim=True).clamp(min=1e-6)
        alike, into = (unit[:, self.moving] @ unit[:, self.kept].transpose(1, 2)).max(dim=-1)
        order = alike.argsort(dim=-1, descending=True, stable=True)
        count = min(round(rows * columns * share), len(self.moving))
        self.merged, self.alone = order[:, :count], order[:, count:]
        self.into = into.gather(1, self.merged)

    def together(self, x: Tensor) -> Tensor:
        """(B, N, C) → (B, N − merged, C): first those that nothing went into, then the kept ones, as means."""
        moving, kept = x[:, self.moving], x[:, self.kept]
        means = kept.scatter_reduce(1, _wide(self.into, x), _picked(moving, self.merged), "mean", include_self=True)
        return torch.cat([_picked(moving, self.alone), means], dim=1)

    def apart(self, x: Tensor) -> Tensor:
        """The way back: each merged token gets what the one it went into has."""
        alone, kept = x[:, : self.alone.shape[1]], x[:, self.alone.shape[1] :]
        moving = x.new_empty(len(x), len(self.moving), x.shape[2])
        moving.scatter_(1, _wide(self.alone, x), alone)
        moving.scatter_(1, _wide(self.merged, x), _picked(kept, self.into))
        whole = x.new_empty(len(x), len(self.moving) + len(self.kept), x.shape[2])
        whole[:, self.moving], whole[:, self.kept] = moving, kept
        return whole


def _wide(index: Tensor, x: Tensor) -> Tensor:
    return index[..., None].expand(-1, -1, x.shape[2])


def _picked(x: Tensor, index: Tensor) -> Tensor:
    return x.gather(1, _wide(index, x))


@contextmanager
def merged(networks: Networks, share: float = SHARE) -> Generator[None]:
    """The U-Net's finest self-attention, over merged tokens; undone on leaving."""
    net: Any = networks.unet.module
    cells: list[Any] = [(0, 0)]

    def look(module: nn.Module, given: tuple[Tensor, ...]) -> None:
        cells[0] = given[0].shape[-2:]

    hook = net.register_forward_pre_hook(look)
    found = [*_finest(net.down_blocks), *_finest(reversed(net.up_blocks))]

    def over_merged(attend: Callable[..., Tensor]) -> Callable[..., Tensor]:
        def call(x: Tensor, *rest: Any, **named: Any) -> Tensor:
            shape = _grid(cells[0], x.shape[1])
            if shape is None:
                return attend(x, *rest, **named)
            merge = Merge(x, shape, share)
            return merge.apart(attend(merge.together(x), *rest, **named))

        return call

    try:
        for attention in found:
            attention.forward = over_merged(attention.forward)
        yield
    finally:
        hook.remove()
        for attention in found:
            del attention.forward


def _finest(levels: Iterable[Any]) -> list[Any]:
    """The self-attentions of the first level that has any."""
    blocks = next((level.attentions for level in levels if getattr(level, "attentions", None)), ())
    return [block.attn1 for attention in blocks for block in attention.transformer_blocks]


def _grid(cells: tuple[int, int], tokens: int) -> tuple[int, int] | None:
    """Rows and columns of so many tokens, the latent's cells halved a few times."""
    rows, columns = cells
    while rows * columns > tokens:
        rows, columns = -(-rows // 2), -(-columns // 2)
    return (rows, columns) if rows * columns == tokens else None
