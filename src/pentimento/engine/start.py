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
from pentimento.nets.unet import INPAINTING_CHANNELS, INSTRUCT_CHANNELS
from pentimento.nets.vae import Posterior
from pentimento.pixels import mask as masks
from pentimento.pixels.fill import Fill, fill
from pentimento.words.choices import NoiseSource, ResizeMode
from pentimento.words.images import Image, Mask
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
    fill   how the hole is filled where masked content wants it filled
    """

    def __init__(
        self, request: Request, canvas: Canvas, networks: Networks, seeds: Sequence[int], fill: Fill = fill
    ) -> None:
        self.request = request
        self.canvas = canvas
        self.networks = networks
        self.seeds = seeds
        self.fill = fill
        self.content = MASKED_CONTENT[request.masked_content]
        self._shared: Start | None = None

    def of(self, batch: slice) -> Start:
        """The start of the pictures `batch` of the job.

        The reference makes one for the first batch and uses it for all; else each picture has its own noise.
        """
        if not self.request.switches.shared_noise:
            return self._made(batch, self._own_noise)
        if self._shared is None:
            first = slice(0, self.request.batch_size)
            self._shared = self._made(first, _SharedNoise(self.seeds[-1], self.seeds[first][-1]))
        return self._shared

    def index(self, number: int) -> int:
        """Which of the pictures to start from the picture `number` of the job begins with."""
        return number % self.request.batch_size % max(1, len(self.canvas.images))

    @cached_property
    def hole(self) -> LatentMask | None:
        """(1, 1, h, w); soft inpainting keeps greys."""
        return None if self.canvas.mask is None else self._planes(self._cells(self.canvas.mask))

    def _cells(self, mask: Mask) -> masks.Cells:
        """Which latent cells are repainted."""
        if self.request.switches.sampled_mask:
            return masks.latent_mask_bicubic(mask, self.canvas.size.cells, round=self._hard)
        return masks.touched(mask) if self._hard else masks.latent_mask_max(mask)

    @property
    def _hard(self) -> bool:
        """Each cell is wholly old or wholly new."""
        return self.request.mask_round and self.request.soft_inpainting is None

    def _planes(self, values: masks.Cells) -> Tensor:
        """(1, 1, H, W)."""
        return torch.from_numpy(values)[None, None].to(self.networks.device)

    @cached_property
    def images(self) -> tuple[Image, ...]:
        """The pictures with the hole filled as masked content asks for."""
        mask = self.canvas.mask
        return (
            self.canvas.images
            if mask is None
            else tuple(self.content.pixels(image, mask, self.fill) for image in self.canvas.images)
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
        """What is hidden from an inpainting checkpoint: all that is repainted."""
        mask = self.canvas.mask
        if mask is None:
            return torch.ones(1, 1, 1, 1, device=self.networks.device)
        if self.request.switches.sampled_mask or not self._hard:
            return self._planes(masks.pixel_mask(mask, round=self._hard))
        return self._planes(masks.pixels_of(self._cells(mask), self.canvas.size))

    def _made(self, batch: slice, noise: "Noise") -> Start:
        indices = [self.index(number) for number in range(batch.start, batch.stop)]
        seeds = self.seeds[batch]
        return Start(self._known(indices, seeds, noise), self.hole, self._extra(indices, seeds, noise))

    def _known(self, indices: Sequence[int], seeds: Sequence[int], noise: "Noise") -> Latents | None:
        if not self.images:
            return None
        known = self._sized(_drawn([self._posteriors[index] for index in indices], noise("encode", seeds)))
        if self.hole is None:
            return known
        return self.content.latents(known, self.hole, lambda: self._hole_noise(seeds, noise))

    def _hole_noise(self, seeds: Sequence[int], noise: "Noise") -> Tensor:
        """Unit noise for the hole: the reference uses the sampler's own again, else it is independent of that."""
        if isinstance(noise, _SharedNoise):
            noise.reseed()
            return NoiseStreams(self.request.random, seeds, self.canvas.size.cells, device=self.networks.device).first()
        return noise("hole", seeds)((len(seeds), CHANNELS, *_rows_and_columns(self.canvas)))

    def _extra(self, indices: Sequence[int], seeds: Sequence[int], noise: "Noise") -> Tensor | None:
        if self.networks.unet.in_channels == INSTRUCT_CHANNELS:
            return self._picture_to_change(len(seeds))
        if self.networks.unet.in_channels != INPAINTING_CHANNELS:
            return None
        seen = self._sized(_drawn([self._looked_at[index] for index in indices], noise("look", seeds)))
        return torch.cat([self._told_mask(seen), seen], dim=1)

    def _picture_to_change(self, count: int) -> Tensor:
        """(B, 4, h, w) the pictures as instruct checkpoints look at them: without noise, at the autoencoder's scale."""
        if not self.images:
            return torch.zeros(count, CHANNELS, *_rows_and_columns(self.canvas), device=self.networks.device)
        means = self._sized(torch.cat([posterior.mean for posterior in self._posteriors]))
        return (means / self.networks.vae.scale).expand(count, -1, -1, -1)

    def _told_mask(self, seen: Tensor) -> Tensor:
        """(B, 1, h, w) the mask as inpainting checkpoints are told it: 1 repaints."""
        mask = self.canvas.mask
        if mask is None:
            return torch.ones_like(seen[:, :1])
        sampled = self.request.switches.sampled_mask
        cells = (
            masks.conditioning_mask(mask, self.canvas.size.cells, round=self._hard) if sampled else self._cells(mask)
        )
        return self._planes(cells).to(seen).expand(len(seen), -1, -1, -1)

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
        """(1, 3, H, W) in [-1, 1], plane by plane: torch's group norm loses three digits on interleaved channels."""
        pixels = torch.from_numpy(image.astype(np.float32) / 255).to(self.networks.device)
        return pixels.permute(2, 0, 1)[None].contiguous() * 2 - 1


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
    """One draw from each."""
    shape = posteriors[0].mean.shape
    mean = torch.cat([posterior.mean for posterior in posteriors])
    std = torch.cat([posterior.std for posterior in posteriors])
    return mean + std * noise(shape).to(mean)


def _derived(seed: int, purpose: str) -> int:
    """A seed of its own for each purpose, so that no noise of a picture repeats another."""
    return int.from_bytes(hashlib.sha256(f"{purpose} {seed}".encode()).digest()[:8], "big") >> 1


def _rows_and_columns(canvas: Canvas) -> tuple[int, int]:
    return canvas.size.cells.height, canvas.size.cells.width
