"""A network run over a picture in tiles, so that its memory does not grow with the picture; no seams."""

from collections.abc import Generator, Iterator

import torch
from torch import Tensor

from pentimento.nets.spandrel import PictureNet
from pentimento.words.sizes import Box, Size

TILE = 192
MARGIN = 32
"""Pixels read around each tile and thrown away: a network that sees no further gives what it gives for the whole."""
RAMP = 16
"""Pixels beyond a tile's edge over which it fades into its neighbour, for networks that see further."""
UNDIVIDED = 512 * 512
"""Pixels up to which a network that sees far, such as SwinIR, is given the whole picture."""
STEP = 8
"""Reading begins at multiples of this, as networks with windows or shuffled pixels need."""


def run_tiled(net: PictureNet, picture: Tensor, tile: int = 0) -> Generator[None, None, Tensor]:
    """`net.call` of a picture, tile by tile where the network allows that; yields after each of its `count_tiles`.

    picture  (1, C, H, W) in [0, 1] → (1, C, H·scale, W·scale)
    tile     side of a tile, in pixels; 0 the usual one
    """
    size = Size(picture.shape[3], picture.shape[2])
    if not divides(net, size, tile):
        made = net.call(picture)
        yield
        return made
    total = picture.new_zeros(1, picture.shape[1], size.height * net.scale, size.width * net.scale)
    weights = picture.new_zeros(1, 1, *total.shape[2:])
    for box in tiles(size, tile):
        read = _reading(box, size)
        made = net.call(picture[:, :, read.top : read.bottom, read.left : read.right])
        shown = box.grown(RAMP).clipped(size)
        inside = _slices(shown.shifted(-read.left, -read.top), net.scale)
        place = _slices(shown, net.scale)
        weight = _weight(box, shown, net.scale).to(picture)
        total[place] += made[inside] * weight
        weights[place] += weight
        yield
    return total.div_(weights)


def count_tiles(net: PictureNet, size: Size, tile: int = 0) -> int:
    """In how many parts a network is run over a picture of this size."""
    return sum(1 for _ in tiles(size, tile)) if divides(net, size, tile) else 1


def largest_read(net: PictureNet, size: Size, tile: int = 0) -> int:
    """Pixels of the largest part that it is given at once."""
    return max(_reading(box, size).size.area for box in tiles(size, tile)) if divides(net, size, tile) else size.area


def divides(net: PictureNet, size: Size, tile: int = 0) -> bool:
    """Whether a picture of this size is done in tiles."""
    if net.local:
        return max(size) > (tile or TILE) + 2 * MARGIN
    return not net.whole and (bool(tile) or size.area > UNDIVIDED)


def tiles(size: Size, tile: int = 0) -> Iterator[Box]:
    """Boxes of at most so many pixels a side, 0 `TILE`, that cover a picture, each pixel once."""
    side = tile or TILE
    for top in range(0, size.height, side):
        for left in range(0, size.width, side):
            yield Box(left, top, left + side, top + side).clipped(size)


def _reading(box: Box, size: Size) -> Box:
    seen = box.grown(MARGIN + RAMP).clipped(size)
    return seen._replace(left=seen.left // STEP * STEP, top=seen.top // STEP * STEP)


def _slices(box: Box, scale: int) -> tuple[slice, slice, slice, slice]:
    every = slice(None)
    return every, every, slice(box.top * scale, box.bottom * scale), slice(box.left * scale, box.right * scale)


def _weight(box: Box, shown: Box, scale: int) -> Tensor:
    """1 inside the tile, falling to 0 over the ramp beyond; (1, 1, h, w)."""
    across = _ramp(box.left - shown.left, box.width, shown.right - box.right, scale)
    down = _ramp(box.top - shown.top, box.height, shown.bottom - box.bottom, scale)
    return (down[:, None] * across)[None, None]


def _ramp(before: int, inside: int, after: int, scale: int) -> Tensor:
    def rising(length: int) -> Tensor:
        count = length * scale
        return (torch.arange(count) + 0.5) / max(count, 1)

    return torch.cat([rising(before), torch.ones(inside * scale), rising(after).flip(0)])
