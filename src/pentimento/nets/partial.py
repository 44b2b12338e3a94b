"""The U-Net for one picture with a hole: computed around the hole where its surroundings are known well enough."""

from dataclasses import dataclass

import torch
from torch import Tensor

from pentimento.nets.around import Surroundings
from pentimento.nets.unet import UNet
from pentimento.words.sizes import Box, Size

MARGIN = 4
"""Latent cells around the hole that are computed with it."""
WORTH = 0.6
"""Share of the picture from which on the part is not worth the trouble."""
LIMIT = 2**30
"""Bytes that surroundings may take, those of the last whole call aside."""


@dataclass(eq=False)
class _Known:
    """What one whole call left behind.

    served  timesteps it was good for: its own, then others
    guess   its result
    """

    served: list[float]
    context: Tensor
    around: Surroundings
    guess: Tensor

    @property
    def bytes(self) -> int:
        return self.around.bytes + self.guess.nbytes


class PartialUNet(UNet):
    """The U-Net for all candidates of one picture.

    A call is whole where nothing is known of its noise level and `between` calls were on the part since the last whole
    one; what it leaves behind then serves the calls after it, and every later candidate at the same levels. Outside the
    part the last whole result is returned: the picture there is known.

    part     in latent cells, as `part_of` gives it
    between  calls on the part after each whole one
    """

    def __init__(self, unet: UNet, part: Box, between: int, limit: int = LIMIT) -> None:
        self.module = unet.module
        self.unet = unet
        self.part = part
        self.between = between
        self.limit = limit
        self._levels: list[_Known] = []
        self._last: list[_Known] = []

    @torch.inference_mode()
    def __call__(self, x: Tensor, t: float, context: Tensor) -> Tensor:
        known = self._known(x, t, context)
        return self._whole(x, t, context) if known is None else self._part(x, t, context, known)

    def _known(self, x: Tensor, t: float, context: Tensor) -> _Known | None:
        for known in self._levels:
            if t in known.served and _alike(known, x, context):
                return known
        for known in self._last:
            if len(known.served) <= self.between and _alike(known, x, context):
                known.served.append(t)
                return known
        return None

    def _whole(self, x: Tensor, t: float, context: Tensor) -> Tensor:
        around = Surroundings(self.part, (x.shape[-2], x.shape[-1]))
        with around.leaving(self.module):
            guess = self.unet(x, t, context)
        known = _Known([t], context, around, guess)
        self._last = [known, *(one for one in self._last if not _alike(one, x, context))][:2]
        if sum(one.bytes for one in self._levels) + known.bytes <= self.limit:
            self._levels.append(known)
        return guess

    def _part(self, x: Tensor, t: float, context: Tensor, known: _Known) -> Tensor:
        left, top, right, bottom = self.part
        with known.around.around(self.module):
            inside = self.unet(x[..., top:bottom, left:right], t, context)
        guess = known.guess.clone()
        guess[..., top:bottom, left:right] = inside
        return guess


def grid_of(unet: UNet) -> int:
    """Latent cells a side of a place of the U-Net's coarsest level."""
    return 2 ** (len(unet.module.down_blocks) - 1)


def part_of(unet: UNet, hole: Tensor) -> Box | None:
    """The smallest part around a hole that a U-Net can be computed on; None where that is not worth it.

    hole  (1, 1, h, w), what is above 0 changes
    """
    rows, columns = hole.shape[-2:]
    grid = grid_of(unet)
    down, across = hole[0, 0].any(dim=1).nonzero(), hole[0, 0].any(dim=0).nonzero()
    if rows % grid or columns % grid or not len(down):
        return None
    box = Box(int(across[0]), int(down[0]), int(across[-1]) + 1, int(down[-1]) + 1).grown(MARGIN)
    part = Box(*(side // grid * grid for side in box[:2]), *(-(-side // grid) * grid for side in box[2:]))
    part = part.clipped(Size(columns, rows))
    return part if part.width * part.height <= WORTH * rows * columns else None


def _alike(known: _Known, x: Tensor, context: Tensor) -> bool:
    same = known.guess.shape[0] == x.shape[0] and known.guess.shape[2:] == x.shape[2:]
    return same and known.context.shape == context.shape and torch.equal(known.context, context)
