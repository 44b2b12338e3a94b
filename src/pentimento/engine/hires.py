"""The second pass of text to image: what the first made, enlarged, under noise again and painted once more."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import NamedTuple

import torch.nn.functional as F
from torch import Tensor

from pentimento.checkpoint.open import Opened
from pentimento.diffusion.noise import NoiseStreams
from pentimento.engine.canvas import Canvas
from pentimento.engine.conditioning import condition
from pentimento.engine.enlarge import Upscaler, enlarged
from pentimento.engine.guidance import Guidance
from pentimento.engine.sampling import guide, plan, sample
from pentimento.engine.start import Start, Starts
from pentimento.nets.vae import VAE
from pentimento.words.choices import HiresUpscaler
from pentimento.words.images import Image
from pentimento.words.latents import Latents, Step
from pentimento.words.request import Request
from pentimento.words.sizes import CELL, Size

FIRST_PASS = "0" * 64
"""Stands for the first pass's picture, which is no file."""

LATENT_MODES: Mapping[str, tuple[str, bool]] = {
    # how latents are interpolated, and whether smoothed where they shrink
    HiresUpscaler.LATENT: ("bilinear", False),
    HiresUpscaler.LATENT_ANTIALIASED: ("bilinear", True),
    HiresUpscaler.LATENT_BICUBIC: ("bicubic", False),
    HiresUpscaler.LATENT_BICUBIC_ANTIALIASED: ("bicubic", True),
    HiresUpscaler.LATENT_NEAREST: ("nearest", False),
    HiresUpscaler.LATENT_NEAREST_EXACT: ("nearest-exact", False),
}


class Target(NamedTuple):
    """size: what the first pass is enlarged to; cut: latent cells too many across and down, cut off evenly."""

    size: Size
    cut: Size

    @property
    def cells(self) -> Size:
        return Size(self.size.cells.width - self.cut.width, self.size.cells.height - self.cut.height)


def target(request: Request, first: Size) -> Target:
    """How large the second pass is: by the scale, or by a size, which is covered and what is too much cut off."""
    width, height = request.hires_width, request.hires_height
    if not (width or height):
        scale = request.hires_scale
        return Target(_least(Size(int(first.width * scale), int(first.height * scale))), Size(0, 0))
    by_width = not height or (width and first.width / first.height < width / height)
    if by_width:
        size = _least(Size(width, width * first.height // first.width))
    else:
        size = _least(Size(height * first.width // first.height, height))
    surplus = Size(size.width - (width or size.width), size.height - (height or size.height))
    return Target(size, surplus.cells)


def _least(size: Size) -> Size:
    return Size(max(size.width, CELL), max(size.height, CELL))


def second_request(request: Request, size: Size) -> Request:
    """The second pass as a request of its own: image to image with every step run, at the larger size."""
    update = {
        "images": (FIRST_PASS,),
        "width": size.width,
        "height": size.height,
        "steps": request.hires_steps or request.steps,
        "exact_steps": True,
        "denoising_strength": request.hires_denoising_strength,
        "initial_noise_multiplier": 1,
        "sampler": request.hires_sampler or request.sampler,
        "scheduler": request.hires_scheduler or request.scheduler,
        "prompt": request.hires_prompt or request.prompt,
        "negative_prompt": request.hires_negative_prompt or request.negative_prompt,
        "hires_scale": 0,
        "hires_width": 0,
        "hires_height": 0,
    }
    return request.model_copy(update=update)


class Second(NamedTuple):
    """What the second pass is painted with.

    texts     prompt and negative prompt, without comments and network tags
    networks  puts those that they name in the place of the first pass's, while it is open
    opened    its checkpoint; None for the first pass's
    upscaler  what enlarges the first pass's pictures; None where its latents are enlarged
    """

    texts: tuple[str, str]
    networks: Callable[[], AbstractContextManager[None]] = nullcontext
    opened: Opened | None = None
    upscaler: Upscaler | None = None


class SecondPass:
    """Prepared once for a job, run after the first pass of each batch.

    first       the first pass's canvas
    text_steps  length of the first pass's prompt schedule, whose end is time 0 of the second's
    vae         the first pass's, which its latents are read with where pixels are enlarged
    opened      the second pass's checkpoint
    """

    def __init__(
        self,
        request: Request,
        first: Canvas,
        second: Second,
        text_steps: int,
        vae: VAE,
        opened: Opened,
        embeddings: Mapping[str, Tensor],
    ) -> None:
        self.way_back = first.way_back
        self.networks = second.networks
        self.vae = vae
        self.target = target(request, first.size)
        self.size = Size(self.target.cells.width * CELL, self.target.cells.height * CELL)
        self.request = second_request(request, self.size)
        self.mode = request.hires_upscaler or HiresUpscaler.LATENT
        self.upscaler = second.upscaler
        self.opened = opened
        self.idle = request.hires_denoising_strength == 0
        self.planned = plan(
            self.request.model_copy(update={"denoising_strength": 1}) if self.idle else self.request, opened.facts
        )
        with self.networks():
            self.conditioning = condition(
                *second.texts, self.planned.text_steps, self.request, opened.networks.text, embeddings, text_steps
            )

    @property
    def steps(self) -> int:
        return 0 if self.idle else self.planned.steps

    @property
    def calls(self) -> int:
        return 0 if self.idle else self.planned.calls

    @property
    def through_pixels(self) -> bool:
        """The first pass is decoded, enlarged and encoded again."""
        return self.upscaler is not None

    def guidance(self, start: Start) -> Guidance:
        return guide(self.planned, start, self.opened.networks.unet, self.conditioning)

    def run(self, start: Start, streams: NoiseStreams, guidance: Guidance, ended: Callable[[], bool]) -> Iterator[Step]:
        """The steps of one batch, or those until it is ended; at strength 0 only what it starts with."""
        if self.idle:
            assert start.known is not None
            yield Step(0, 0.0, start.known, start.known)
        else:
            with self.networks():
                yield from sample(self.planned, start, streams, guidance, ended)

    def start(self, latents: Latents, seeds: Sequence[int], pixels: Callable[[Tensor], Image]) -> Start:
        """What the second pass of a batch begins with.

        latents  (B, 4, h, w) finished ones of the first
        seeds    of the batch
        pixels   (1, 3, H, W) decoded → a picture
        """
        known = self._enlarged(latents)
        images = () if known is not None and self.request.mask_weight == 1 else self._images(latents, known, pixels)
        begun = Starts(self.request, self._canvas(images), self.opened.networks, seeds).of(slice(0, len(seeds)))
        if known is None:
            assert begun.known is not None
            known = begun.known
        extra = None if begun.extra is None else self._cut(begun.extra)
        return replace(begun, known=self._cut(known), extra=extra)

    def _enlarged(self, latents: Latents) -> Latents | None:
        """The latents at the target's size; None where pixels are enlarged instead."""
        if self.through_pixels:
            return None
        mode, antialias = LATENT_MODES[self.mode]
        cells = self.target.size.cells
        return F.interpolate(latents, size=(cells.height, cells.width), mode=mode, antialias=antialias)

    def _images(self, latents: Latents, known: Latents | None, pixels: Callable[[Tensor], Image]) -> tuple[Image, ...]:
        if known is not None:
            return tuple(pixels(self.opened.networks.vae.decode(row[None])) for row in known)
        assert self.upscaler is not None
        return tuple(enlarged(pixels(self.vae.decode(row[None])), self.target.size, self.upscaler) for row in latents)

    def _canvas(self, images: tuple[Image, ...]) -> Canvas:
        return Canvas(self.target.size, images, None, self.way_back)

    def _cut(self, cells: Tensor) -> Tensor:
        """(…, h, w) without the cells too many, the odd one off the far side."""
        across, down = self.target.cut
        height, width = cells.shape[-2:]
        return cells[..., down // 2 : height - (down + 1) // 2, across // 2 : width - (across + 1) // 2]
