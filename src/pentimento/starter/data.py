"""What training sees, computed from seeds alone: the same on every machine, and from whichever step one starts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import interpolate

from pentimento.starter.holes import hole_of
from pentimento.starter.networks import encode, encode_tensor, pixels_to_tensor
from pentimento.starter.recipe import Phase, Recipe
from pentimento.starter.scenes.body import BUILDS
from pentimento.starter.scenes.captions import caption_of
from pentimento.starter.scenes.figure import SIDES
from pentimento.starter.scenes.person import face_of, hand_of
from pentimento.starter.scenes.shot import Shot, shot_of
from pentimento.words.images import Image
from pentimento.words.sizes import CELL, Size

UNSEEN = 1_000_000
"""Scenes from this number on are never trained on."""

STREAMS = {"crops": 1, "captions": 2, "noise": 3, "order": 4, "holes": 5}
MOST_CROPS = 16
"""From so many scenes on the next step of the VAE's training takes its own."""

LOOKED_AT = 8
"""How many unseen pictures a sheet shows."""

CHUNK = 32
"""How many pictures are encoded at a time."""


def rng_of(recipe: Recipe, stream: str, *step: int) -> Generator:
    """The random numbers of one step, for one purpose."""
    return np.random.default_rng([recipe.seed, STREAMS[stream], *step])


def shots_of(recipe: Recipe, mixture: str, first: int, count: int) -> list[Shot]:
    return [shot_of(recipe.seed, first + i, mixture) for i in range(count)]


def pictures(shots: Sequence[Shot], size: Size) -> Tensor:
    """(N, H, W, 3) uint8."""
    return torch.from_numpy(np.stack([shot.drawn(size) for shot in shots]))


# ── The VAE's crops ──


def vae_batch(recipe: Recipe, step: int) -> Tensor:
    """(B, side, side, 3) uint8: crops of new scenes drawn at many heights, at the least of which they are whole."""
    rng = rng_of(recipe, "crops", step)
    side = int(rng.choice(recipe.crops))
    count = max(1, recipe.vae_batch * 128**2 // side**2)
    crops = []
    for i in range(count):
        shot = shot_of(recipe.seed, step * MOST_CROPS + i, recipe.vae_mixture)
        height = max(side, int(rng.integers(*recipe.vae_heights, endpoint=True)))
        crops.append(crop(shot.drawn(Size(height, height)), shot, side, rng))
    return torch.from_numpy(np.stack(crops))


def crop(image: Image, shot: Shot, side: int, rng: Generator) -> Image:
    """A square about something worth looking at, or anywhere."""
    height, width = image.shape[:2]
    x, y = shot.point_of_interest(rng)
    left = int(np.clip(round(x * width - side / 2), 0, width - side))
    top = int(np.clip(round(y * height - side / 2), 0, height - side))
    return image[top : top + side, left : left + side]


# ── Where the decoder has to look ──


def heeded(shot: Shot, size: Size, face: float) -> NDArray[np.float32]:
    """(H, W): 1, and up to `face` times as much about faces, up to half of that about hands."""
    ys, xs = np.mgrid[: size.height, : size.width].astype(np.float32)
    weight = np.ones((size.height, size.width), np.float32)
    view = shot.view
    for figure in shot.scene.figures:
        radius = BUILDS[figure.kind].head * figure.size / view.height * size.height
        hands = [hand for side in SIDES if (hand := hand_of(figure, side))]
        for share, (x, y) in ((1.0, face_of(figure)), *((0.5, hand) for hand in hands)):
            left = (x - view.x) / view.height * size.height + size.width / 2
            top = ((y - view.y) / view.height + 0.5) * size.height
            near = np.exp(-((xs - left) ** 2 + (ys - top) ** 2) / (share * radius) ** 2)
            weight += (share * face - 1) * near
    return weight


# ── A phase's pictures ──


@dataclass(frozen=True)
class Batch:
    """What a step sees: numbers of the pictures, latents (B, 4, h, w) and, with holes, surroundings (B, 5, h, w)."""

    numbers: list[int]
    latents: Tensor
    surroundings: Tensor | None = None


class Pool:
    """The pictures of a phase, as latents that are computed once and kept in files, a file for each shape.

    Picture `number` of the phase, counted from its first, has the shape `sizes[number % len(sizes)]`.
    """

    def __init__(self, recipe: Recipe, phase: Phase, vae: AutoencoderKL, folder: Path) -> None:
        self.recipe, self.phase, self.vae, self.folder = recipe, phase, vae, folder
        self.latents = [self._kept("latents", i, self._encoded) for i in range(len(phase.sizes))]
        self.surroundings = (
            [self._kept("surroundings", i, self._hidden) for i in range(len(phase.sizes))] if phase.holes else []
        )

    def batch(self, step: int) -> "Batch":
        rng = rng_of(self.recipe, "order", step)
        i = int(rng.integers(len(self.phase.sizes)))
        count = len(self.latents[i])
        places = rng.choice(count, min(self.recipe.batch, count), replace=False)
        numbers = [self.number(i, int(place)) for place in places]
        latents = self.latents[i][places]
        if not self.surroundings:
            return Batch(numbers, latents)
        holes = rng.integers(self.phase.holes, size=len(places))
        return Batch(numbers, latents, self.surroundings[i][places * self.phase.holes + holes])

    def number(self, shape: int, place: int) -> int:
        return self.phase.first + place * len(self.phase.sizes) + shape

    def shots(self, shape: int) -> list[Shot]:
        count = len(range(shape, self.phase.scenes, len(self.phase.sizes)))
        numbers = (self.number(shape, place) for place in range(count))
        return [shot_of(self.recipe.seed, n, self.phase.mixture) for n in numbers]

    def _encoded(self, shots: Sequence[Shot], shape: int, first: int) -> Tensor:
        return encode(self.vae, pictures(shots, self.phase.sizes[shape]))

    def _hidden(self, shots: Sequence[Shot], shape: int, first: int) -> Tensor:
        each = self.phase.holes
        size = self.phase.sizes[shape]
        pixels = pictures(shots, size).repeat_interleave(each, dim=0)
        masks = [
            hole_of(shot, size, rng_of(self.recipe, "holes", self.number(shape, first + i), k))
            for i, shot in enumerate(shots)
            for k in range(each)
        ]
        return surroundings(self.vae, pixels, torch.from_numpy(np.stack(masks)[:, None]).float() / 255)

    def _kept(self, kind: str, shape: int, computed: Callable[[Sequence[Shot], int, int], Tensor]) -> Tensor:
        file = self.folder / f"{kind}-{self.phase.name}-{shape}{'-unseen' if self.phase.first >= UNSEEN else ''}.npy"
        if not file.exists():
            shots = self.shots(shape)
            parts = [computed(shots[i : i + CHUNK], shape, i) for i in range(0, len(shots), CHUNK)]
            partial = file.with_suffix(".part.npy")
            np.save(partial, torch.cat(parts).numpy())
            partial.replace(file)
        return torch.from_numpy(np.load(file))


def captions(recipe: Recipe, phase: Phase, step: int, numbers: Sequence[int]) -> list[str]:
    """A fresh caption for each numbered picture, some of them empty."""
    rng = rng_of(recipe, "captions", step)
    texts = [caption_of(shot_of(recipe.seed, n, phase.mixture), rng) for n in numbers]
    return ["" if rng.random() < recipe.empty else text for text in texts]


def surroundings(vae: AutoencoderKL, pixels: Tensor, hole: Tensor) -> Tensor:
    """(B, 5, H/8, W/8), what the 9-channel U-Net sees beside the latents: the hole, and the picture with it grey.

    pixels  (B, H, W, 3) uint8
    hole    (B, 1, H, W) or (B, 1, H/8, W/8), 1 repaints
    """
    size = (pixels.shape[1], pixels.shape[2])
    grey = pixels_to_tensor(pixels) * (1 - interpolate(hole, size))
    cells = interpolate(hole, (size[0] // CELL, size[1] // CELL))
    return torch.cat([cells, encode_tensor(vae, grey)], dim=1)


def stratified(rng: Generator, count: int, timesteps: int) -> NDArray[np.int64]:
    """`count` timesteps, one from each of as many equal parts: less noise in the loss than plain drawing."""
    return ((np.arange(count) + rng.random(count)) / count * timesteps).astype(np.int64)
