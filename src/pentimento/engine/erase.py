"""What is in the hole taken away without diffusion: by a formula, or by a network such as LaMa or MAT."""

from functools import partial

import numpy as np
import torch
from torch import Tensor

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.pictures import PictureNets
from pentimento.checkpoint.retouchers import eraser_file
from pentimento.engine.room import Room, plenty
from pentimento.engine.tileroom import check_fits
from pentimento.nets.spandrel import PictureNet, Purpose
from pentimento.pixels.crop import Crop, at
from pentimento.pixels.fill import FILLS, Fill
from pentimento.pixels.mask import bounds
from pentimento.pixels.paste import paste
from pentimento.pixels.view import eight_bit, image_of, unflattened
from pentimento.words.errors import MaskSizeError, PictureError
from pentimento.words.images import Image, Mask, Picture, size_of
from pentimento.words.sizes import Box, Size

CONTEXT = 128
"""Pixels around the hole that are looked at, at least; and as many as half the hole is wide."""

LONGEST = 1024
"""Side of what a network is given; a larger part is shrunk to it, and the hole enlarged again."""


def open_fill(name: str, library: Library, nets: PictureNets, *, paths: bool = True, room: Room = plenty) -> Fill:
    """How a hole is filled: a row of `FILLS`, or a network's file of the library's erasers.

    room    what a network is given; the fill raises MemoryShortError where that is not enough
    raises  UnknownModelError with all that there are; what `open_picture_net` raises
    """
    file = eraser_file(name, library, paths=paths)
    return partial(imagined, nets.open(file, Purpose.ERASE), room=room) if file else FILLS[name.lower()]


@torch.inference_mode()
def imagined(net: PictureNet, image: Image, mask: Mask, room: Room = plenty) -> Image:
    """The image with its hole, all above 0 in the mask, filled by a network; kept pixels as they were.

    raises  MemoryShortError
    """
    box = _seen(mask)
    if box is None:
        return image
    longest = max(box.size)
    factor = min(1.0, LONGEST / longest)
    crop = Crop.of(box, Size(max(1, round(box.width * factor)), max(1, round(box.height * factor))))
    check_fits(net, crop.size, room)
    hole = np.where(mask > 0, np.uint8(255), np.uint8(0))
    device = next(net.module.parameters()).device
    made = net.call(_planes(crop.cut(image)).to(device), (_planes(crop.cut(hole)[..., None]) > 0).float().to(device))
    pixels = np.rint(made[0].permute(1, 2, 0).cpu().numpy() * np.float32(255)).astype(np.uint8)
    done = image.copy()
    at(done, box)[:] = np.where(at(hole, box)[..., None] > 0, crop.back(pixels), at(image, box))
    return done


def erased(picture: Picture, mask: Mask, fill: Fill, background: str = "#ffffff") -> Picture:
    """The picture with what is masked filled; where the mask is 0, every sample stays bit for bit.

    Transparency is continued into the hole as the colours are.
    raises  MaskSizeError; PictureError where nothing is left that could be continued
    """
    if size_of(mask) != picture.size:
        raise MaskSizeError(picture.size, size_of(mask))
    if not mask.any():
        return picture
    if mask.all():
        raise PictureError(
            "the mask covers all of the picture: nothing is left that could be continued",
            "White is erased: leave black what is to stay, or invert the mask.",
        )
    hole = np.where(mask > 0, np.uint8(255), np.uint8(0))
    made, opacity = fill(image_of(picture, background), hole), None
    if picture.has_alpha:
        opacity = _opacity(picture, hole, fill)
        made = unflattened(made, opacity, background)
    return paste(picture, made, Crop.of(Box.whole(picture.size), picture.size), mask, opacity=opacity)


def _opacity(picture: Picture, hole: Mask, fill: Fill) -> Mask:
    """Alpha with its hole filled; where all around is alike, so is the hole."""
    alpha = eight_bit(picture.samples[..., -1])
    around = alpha[hole == 0]
    if (around == around[0]).all():
        return np.full_like(alpha, around[0])
    return fill(np.repeat(alpha[..., None], 3, axis=2), hole)[..., 0]


def _seen(mask: Mask) -> Box | None:
    """The hole with its surroundings."""
    box = bounds(mask)
    return box and box.grown(max(CONTEXT, *(side // 2 for side in box.size))).clipped(size_of(mask))


def _planes(pixels: Image) -> Tensor:
    """H × W × C, 8 bit → (1, C, H, W) in [0, 1]."""
    return torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))[None].float() / 255
