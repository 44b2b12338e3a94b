"""Masked content: what the hole holds before the first step, in pixels and then in latents."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from torch import Tensor

from pentimento.pixels.fill import Fill
from pentimento.words.choices import MaskedContent
from pentimento.words.images import Image, Mask
from pentimento.words.latents import LatentMask, Latents


class Content(NamedTuple):
    """What happens to the picture, then to its latents.

    pixels   (image, mask, fill) → image, where fill is how a hole is filled
    latents  (known, hole, noise) → what sampling starts from
    """

    pixels: Callable[[Image, Mask, Fill], Image]
    latents: Callable[[Latents, LatentMask, Callable[[], Tensor]], Latents]


def as_is(image: Image, mask: Mask, fill: Fill) -> Image:
    return image


def filled(image: Image, mask: Mask, fill: Fill) -> Image:
    return fill(image, mask)


def unchanged(known: Latents, hole: LatentMask, noise: Callable[[], Tensor]) -> Latents:
    return known


def noise_in_hole(known: Latents, hole: LatentMask, noise: Callable[[], Tensor]) -> Latents:
    return known * (1 - hole) + noise() * hole


def nothing_in_hole(known: Latents, hole: LatentMask, noise: Callable[[], Tensor]) -> Latents:
    return known * (1 - hole)


# fmt: off
MASKED_CONTENT: Mapping[MaskedContent, Content] = {
    # what the hole holds                in pixels  then in latents
    MaskedContent.FILL:           Content(filled,    unchanged),
    MaskedContent.ORIGINAL:       Content(as_is,     unchanged),
    MaskedContent.LATENT_NOISE:   Content(filled,    noise_in_hole),
    MaskedContent.LATENT_NOTHING: Content(filled,    nothing_in_hole),
}
# fmt: on
