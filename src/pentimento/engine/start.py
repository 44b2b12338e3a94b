"""From the canvas to what sampling begins with: known latents, the hole, and what inpainting checkpoints look at."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from pentimento.diffusion.noise import STREAMS, NoiseStreams, Stream
from pentimento.engine.canvas import Canvas
from pentimento.engine.content import MASKED_CONTENT
from pentimento.nets.networks import Networks
from pentimento.nets.unet import INPAINTING_CHANNELS
from pentimento.nets.vae import Posterior
from pentimento.pixels import mask as masks
from pentimento.words.choices import NoiseSource, ResizeMode
from pentimento.words.images import Image
from pentimento.words.latents import LatentMask, Latents
from pentimento.words.request import Request

CHANNELS = 4


@dataclass(frozen=True, eq=False)
class Start:
    """What a batch begins with.

    known  (B, 4, h, w) latents of the picture after masked content; None for text to image
    hole   (1, 1, h, w) 1 repaints; None repaints everything
    extra  (B, 5, h, w) mask and masked picture for inpainting checkpoints; None for others
    """

    known: Latents | None
    hole: LatentMask | None
    extra: Tensor | None


class Starts:
    """Makes the start of each batch of a job; pictures are encoded once.

    seeds  of all pictures of the job
    """

    def __init__(self, request: Request, canvas: Canvas, networks: Networks, seeds: Sequence[int]) -> None:
        self.request = request
        self.canvas = canvas
        self.networks = networks
        self.seeds = seeds
        self.content = MASKED_CONTENT[request.masked_content]
        self._shared: Start | None = None

    def of(self, batch: slice) -> Start:
        """The start of the pictures `batch` of the job.

        The reference makes one for the first batch and uses it for all; else each picture has its own noise.
        """
        if not self.request.switches.shared_noise:
            return self._made(self.seeds[batch], self._own_noise)
        if self._shared is None:
            seeds = self.seeds[: self.request.batch_size]
            self._shared = self._made(seeds, _SharedNoise(self.seeds[-1], seeds[-1]))
        return self._shared

    @cached_property
    def hole(self) -> LatentMask | None:
        """(1, 1, h, w); soft inpainting keeps greys."""
        if self.canvas.mask is None:
            return None
        soft = self.request.soft_inpainting is not None
        cells = masks.latent_mask_bicubic(
            self.canvas.mask, self.canvas.size.cells, round=self.request.mask_round and not soft
        )
        return torch.from_numpy(cells)[None, None].to(self.networks.device)

    @cached_property
    def images(self) -> tuple[Image, ...]:
        """The pictures with the hole filled as masked content asks for."""
        mask = self.canvas.mask
        return (
            self.canvas.images
            if mask is None
            else tuple(self.content.pixels(image, mask) for image in self.canvas.images)
        )

    @cached_property
    def _posteriors(self) -> tuple[Posterior, ...]:
        return tuple(self.networks.vae.encode(self._tensor(image)) for image in self.images)

    @cached_property
    def _looked_at(self) -> tuple[Posterior, ...]:
        """Each picture as an inpainting checkpoint sees it: grey where the mask is."""
        if not self.images:
            width, height = self.canvas.size
            return (self.networks.vae.encode(torch.zeros(1, 3, height, width, device=self.networks.device)),)
        keep = 1 - self._pixel_mask
        seen = (self._tensor(image) for image in self.images)
        return tuple(
            self.networks.vae.encode(torch.lerp(image, image * keep, self.request.mask_weight)) for image in seen
        )

    @property
    def _pixel_mask(self) -> Tensor:
        if self.canvas.mask is None:
            return torch.ones(1, 1, 1, 1, device=self.networks.device)
        soft = self.request.soft_inpainting is not None
        mask = masks.pixel_mask(self.canvas.mask, round=self.request.mask_round and not soft)
        return torch.from_numpy(mask)[None, None].to(self.networks.device)

    def _made(self, seeds: Sequence[int], noise: "Noise") -> Start:
        known = self._known(seeds, noise)
        return Start(known, self.hole, self._extra(seeds, noise))

    def _known(self, seeds: Sequence[int], noise: "Noise") -> Latents | None:
        if not self.images:
            return None
        known = self._sized(_drawn(self._posteriors, noise("encode", seeds)))
        if self.hole is None:
            return known
        return self.content.latents(known, self.hole, lambda: self._hole_noise(seeds, noise))

    def _hole_noise(self, seeds: Sequence[int], noise: "Noise") -> Tensor:
        """Unit noise for the hole: the reference uses the sampler's own again, else it is independent of that."""
        if isinstance(noise, _SharedNoise):
            noise.reseed()
            return NoiseStreams(self.request.random, seeds, self.canvas.size.cells, device=self.networks.device).first()
        return noise("hole", seeds)((len(seeds), CHANNELS, *_rows_and_columns(self.canvas)))

    def _extra(self, seeds: Sequence[int], noise: "Noise") -> Tensor | None:
        if self.networks.unet.in_channels != INPAINTING_CHANNELS:
            return None
        seen = self._sized(_drawn(self._looked_at, noise("look", seeds)))
        return torch.cat([self._told_mask(seen), seen], dim=1)

    def _told_mask(self, seen: Tensor) -> Tensor:
        """(B, 1, h, w) the mask as inpainting checkpoints are told it: 1 repaints."""
        if self.canvas.mask is None:
            return torch.ones_like(seen[:, :1])
        soft = self.request.soft_inpainting is not None
        told = masks.conditioning_mask(
            self.canvas.mask, self.canvas.size.cells, round=self.request.mask_round and not soft
        )
        return torch.from_numpy(told)[None, None].to(seen).expand(len(seen), -1, -1, -1)

    def _own_noise(self, purpose: str, seeds: Sequence[int]) -> Stream:
        """Noise that each picture draws from its own seed, another for each purpose."""
        streams = [STREAMS[NoiseSource.NV](_derived(seed, purpose), self.networks.device) for seed in seeds]
        return lambda shape: torch.stack([stream(shape[1:]) for stream in streams])

    def _sized(self, latents: Latents) -> Latents:
        """Latent upscale: the latents of a picture at its own size, brought to the working size."""
        wanted = _rows_and_columns(self.canvas)
        if self.request.resize_mode is not ResizeMode.LATENT or latents.shape[-2:] == wanted:
            return latents
        return F.interpolate(latents, size=wanted, mode="bilinear", align_corners=False)

    def _tensor(self, image: Image) -> Tensor:
        """(1, 3, H, W) in [-1, 1]."""
        pixels = torch.from_numpy(image.astype(np.float32) / 255).to(self.networks.device)
        return pixels.permute(2, 0, 1)[None] * 2 - 1


Noise = Callable[[str, Sequence[int]], Stream]
"""(purpose, seeds of a batch) → a stream of (B, …) unit normal noise."""


class _SharedNoise:
    """One generator for all pictures, in the state that the same job leaves behind when it is run before (Q-3)."""

    def __init__(self, last_seed: int, batch_seed: int) -> None:
        self.generator = torch.Generator().manual_seed(last_seed)
        self.batch_seed = batch_seed

    def __call__(self, purpose: str, seeds: Sequence[int]) -> Stream:
        """Pictures are encoded one by one, but looked at all at once: so are their draws."""
        rows = [1] * len(seeds) if purpose == "encode" else [len(seeds)]
        return lambda shape: torch.cat([torch.randn((n, *shape[1:]), generator=self.generator) for n in rows])

    def reseed(self) -> None:
        self.generator.manual_seed(self.batch_seed)


def _drawn(posteriors: Sequence[Posterior], noise: Stream) -> Latents:
    """One draw per picture of the batch; a single posterior serves them all."""
    shape = posteriors[0].mean.shape
    mean = torch.cat([posterior.mean for posterior in posteriors])
    std = torch.cat([posterior.std for posterior in posteriors])
    return mean + std * noise(shape).to(mean)


def _derived(seed: int, purpose: str) -> int:
    """A seed of its own for each purpose, so that no noise of a picture repeats another."""
    return int.from_bytes(hashlib.sha256(f"{purpose} {seed}".encode()).digest()[:8], "big") >> 1


def _rows_and_columns(canvas: Canvas) -> tuple[int, int]:
    return canvas.size.cells.height, canvas.size.cells.width
