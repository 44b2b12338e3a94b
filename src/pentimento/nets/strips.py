"""The autoencoder computed strip by strip, for when memory is short: slower by half, the result the same.

Tiles of a picture, decoded each alone, disagree about the averages of their group norms and show seams. Here every
layer goes over the whole picture, in strips of rows with the few rows around them that its convolutions reach, and
norms take their moments from all strips; so there is nothing to blend. The middle, at an eighth of the size, is
computed whole.
"""

from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from torch import Tensor, nn

Work = Callable[[Tensor], Tensor]
Moments = tuple[Tensor, Tensor]
"""Mean and 1/deviation of each group, float32, (groups,)."""


def decode_in_strips(module: AutoencoderKL, latents: Tensor, rows: int) -> Tensor:
    """(1, 4, h, w) unscaled latents → (1, 3, 8h, 8w), as `module.decode`, at most `rows` rows of pixels at a time."""
    decoder: Any = module.decoder
    before: Any = module.post_quant_conv
    x = decoder.mid_block(decoder.conv_in(before(latents)))
    for block in decoder.up_blocks:
        for resnet in block.resnets:
            x = _resnet(resnet, x, rows)
        for up in block.upsamplers or ():
            x = _over(x, up, 1, rows, scale=2)
    return _ending(decoder.conv_norm_out, decoder.conv_act, decoder.conv_out, x, rows)


def encode_in_strips(module: AutoencoderKL, image: Tensor, rows: int) -> Tensor:
    """(1, 3, H, W) → (1, 8, H/8, W/8) mean and log variance, as `module.encode`, at most `rows` rows at a time."""
    encoder: Any = module.encoder
    after: Any = module.quant_conv
    x = _over(image, encoder.conv_in, 1, rows)
    for block in encoder.down_blocks:
        for resnet in block.resnets:
            x = _resnet(resnet, x, rows)
        for down in block.downsamplers or ():
            x = _halved(down.conv, x, rows)
    x = encoder.mid_block(x)
    return after(_ending(encoder.conv_norm_out, encoder.conv_act, encoder.conv_out, x, rows))


def _resnet(block: Any, x: Tensor, rows: int) -> Tensor:
    act = block.nonlinearity
    before = _moments(block.norm1, (x[:, :, a:b] for a, b in _strips(x, rows)))

    def first(piece: Tensor) -> Tensor:
        return block.conv1(act(_normed(block.norm1, piece, before)))

    between = _moments(block.norm2, _pieces(x, first, 1, rows))

    def both(piece: Tensor) -> Tensor:
        kept = piece if block.conv_shortcut is None else block.conv_shortcut(piece)
        return (kept + block.conv2(act(_normed(block.norm2, first(piece), between)))) / block.output_scale_factor

    return _over(x, both, 2, rows)


def _ending(norm: nn.GroupNorm, act: Work, conv: Work, x: Tensor, rows: int) -> Tensor:
    moments = _moments(norm, (x[:, :, a:b] for a, b in _strips(x, rows)))
    return _over(x, lambda piece: conv(act(_normed(norm, piece, moments))), 1, rows)


def _over(x: Tensor, work: Work, reach: int, rows: int, scale: int = 1) -> Tensor:
    """`work` on every strip, put together; `reach` is how many rows around a strip it looks at."""
    return _joined(_pieces(x, work, reach, rows, scale), x.shape[2] * scale)


def _pieces(x: Tensor, work: Work, reach: int, rows: int, scale: int = 1) -> Iterator[Tensor]:
    for a, b in _strips(x, rows):
        top, bottom = max(0, a - reach), min(x.shape[2], b + reach)
        done = work(x[:, :, top:bottom])
        yield done[:, :, (a - top) * scale : (b - top) * scale]


def _halved(conv: Any, x: Tensor, rows: int) -> Tensor:
    """Every second row and column of a convolution that looks one to the right and one down."""
    height = x.shape[2] // 2

    def pieces() -> Iterator[Tensor]:
        for a in range(0, height, rows):
            b = min(a + rows, height)
            piece = x[:, :, 2 * a : 2 * b + 1]
            yield conv(F.pad(piece, (0, 1, 0, 2 * (b - a) + 1 - piece.shape[2])))

    return _joined(pieces(), height)


def _joined(pieces: Iterator[Tensor], height: int) -> Tensor:
    """Pieces below each other, each let go before the next is made."""
    first = next(pieces)
    whole = first.new_empty(*first.shape[:2], height, first.shape[3])
    whole[:, :, : first.shape[2]] = first
    at = first.shape[2]
    del first
    for piece in pieces:
        whole[:, :, at : at + piece.shape[2]] = piece
        at += piece.shape[2]
    return whole


def _strips(x: Tensor, rows: int) -> list[tuple[int, int]]:
    return [(a, min(a + rows, x.shape[2])) for a in range(0, x.shape[2], rows)]


def _moments(norm: nn.GroupNorm, pieces: Iterator[Tensor]) -> Moments:
    total = squares = torch.zeros((), dtype=torch.float64)
    count = 0
    for piece in pieces:
        groups = piece.reshape(norm.num_groups, -1)
        count += groups.shape[1]
        total = total + groups.sum(1, dtype=torch.float64).cpu()
        squares = squares + groups.double().square().sum(1).cpu()
    mean = total / count
    variance = (squares / count - mean**2).clamp(min=0)
    return mean.float(), (variance + norm.eps).rsqrt().float()


def _normed(norm: nn.GroupNorm, x: Tensor, moments: Moments) -> Tensor:
    mean, inverse = (values.to(x.device)[:, None] for values in moments)
    values = ((x.reshape(norm.num_groups, -1).float() - mean) * inverse).reshape(x.shape).to(x.dtype)
    return values * norm.weight[:, None, None] + norm.bias[:, None, None]
