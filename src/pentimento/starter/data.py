"""What training sees, computed from seeds alone: the same on every machine, and from whichever step one starts."""

from functools import cache
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
from pentimento.starter.recipe import Recipe
from pentimento.starter.scenes.captions import caption_of
from pentimento.starter.scenes.drawing import draw
from pentimento.starter.scenes.scene import Scene, scene_of
from pentimento.words.images import Image
from pentimento.words.sizes import CELL, Size

UNSEEN = 1_000_000
"""Scenes from this number on are never trained on."""

STREAMS = {"crops": 1, "captions": 2, "noise": 3, "order": 4, "holes": 5}


def rng_of(recipe: Recipe, stream: str, step: int) -> Generator:
    """The random numbers of one step, for one purpose."""
    return np.random.default_rng([recipe.seed, STREAMS[stream], step])


def pictures(recipe: Recipe, first: int, count: int) -> Tensor:
    """(count, size, size, 3) uint8: the scenes from number `first` on."""
    size = Size(recipe.size, recipe.size)
    return torch.from_numpy(np.stack([draw(scene_of(recipe.seed, first + i), size) for i in range(count)]))


def vae_batch(recipe: Recipe, step: int) -> Tensor:
    """Crops of new scenes around their main things; whole pictures, as many pixels in all, towards the end."""
    if step >= recipe.vae_steps * (1 - recipe.whole_share):
        count = max(1, recipe.vae_batch * recipe.crop**2 // recipe.size**2)
        return pictures(recipe, step * recipe.vae_batch, count)
    rng = rng_of(recipe, "crops", step)
    size = Size(recipe.size, recipe.size)
    scenes = [scene_of(recipe.seed, step * recipe.vae_batch + i) for i in range(recipe.vae_batch)]
    return torch.from_numpy(np.stack([crop(draw(scene, size), scene, recipe.crop, rng) for scene in scenes]))


def crop(image: Image, scene: Scene, side: int, rng: Generator) -> Image:
    """A square around some point of the main thing."""
    height = image.shape[0]
    main = scene.main
    x = main.x + main.size * rng.uniform(-0.6, 0.6)
    y = main.y - main.size * rng.uniform(-0.1, 1.1)
    left, top = (int(np.clip(round(c * height - side / 2), 0, height - side)) for c in (x, y))
    return image[top : top + side, left : left + side]


def captions(recipe: Recipe, step: int, numbers: NDArray[np.int64]) -> list[str]:
    """A fresh caption for each numbered scene, some of them empty."""
    rng = rng_of(recipe, "captions", step)
    texts = [caption_of(scene_of(recipe.seed, int(n)), rng) for n in numbers]
    return ["" if rng.random() < recipe.empty else text for text in texts]


def latents_of_scenes(recipe: Recipe, vae: AutoencoderKL, file: Path, chunk: int = 50) -> Tensor:
    """(scenes, 4, size/8, size/8): computed once and kept in `file`."""
    if not file.exists():
        parts = [encode(vae, pictures(recipe, i, chunk)) for i in range(0, recipe.scenes, chunk)]
        np.save(file, torch.cat(parts)[: recipe.scenes].numpy())
    return torch.from_numpy(np.load(file))


def surroundings(vae: AutoencoderKL, pixels: Tensor, hole: Tensor) -> Tensor:
    """(B, 5, H/8, W/8), what the 9-channel U-Net sees beside the latents: the hole, and the picture with it grey.

    pixels  (B, H, W, 3) uint8
    hole    (B, 1, H, W) or (B, 1, H/8, W/8), 1 repaints
    """
    size = (pixels.shape[1], pixels.shape[2])
    grey = pixels_to_tensor(pixels) * (1 - interpolate(hole, size))
    cells = interpolate(hole, (size[0] // CELL, size[1] // CELL))
    return torch.cat([cells, encode_tensor(vae, grey)], dim=1)


def surroundings_of_scenes(recipe: Recipe, vae: AutoencoderKL, file: Path, chunk: int = 50) -> Tensor:
    """(scenes, 5, size/8, size/8): one hole for each scene, computed once and kept in `file`."""
    if not file.exists():
        parts = [
            surroundings(vae, pictures(recipe, i, chunk), holes(recipe, i, chunk))
            for i in range(0, recipe.scenes, chunk)
        ]
        np.save(file, torch.cat(parts)[: recipe.scenes].numpy())
    return torch.from_numpy(np.load(file))


def holes(recipe: Recipe, first: int, count: int) -> Tensor:
    """(count, 1, size, size) float32, 1 repaints: a hole for each scene from number `first` on."""
    numbers = range(first, first + count)
    masks = [hole_of(scene_of(recipe.seed, n), recipe.size, rng_of(recipe, "holes", n)) for n in numbers]
    return torch.from_numpy(np.stack(masks)[:, None]).float() / 255


def shuffled(recipe: Recipe, step: int) -> NDArray[np.int64]:
    """The scenes of one batch: each pass through them is in an order of its own."""
    places = range(step * recipe.batch, (step + 1) * recipe.batch)
    return np.array([order(recipe, place // recipe.scenes)[place % recipe.scenes] for place in places])


@cache
def order(recipe: Recipe, epoch: int) -> NDArray[np.int64]:
    return rng_of(recipe, "order", epoch).permutation(recipe.scenes)


def stratified(rng: Generator, count: int, timesteps: int) -> NDArray[np.int64]:
    """`count` timesteps, one from each of as many equal parts: less noise in the loss than plain drawing."""
    return ((np.arange(count) + rng.random(count)) / count * timesteps).astype(np.int64)
