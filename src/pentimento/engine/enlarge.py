"""A picture enlarged: by a network as often as it takes, then by Lanczos to the size that is wanted."""

import itertools
from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import PIL.Image
import torch
from numpy.typing import NDArray

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.pictures import PictureNets
from pentimento.checkpoint.retouchers import upscaler_file
from pentimento.engine.room import Room, plenty
from pentimento.engine.tileroom import Tiled, tiled_to_fit
from pentimento.nets.spandrel import PictureNet, Purpose
from pentimento.nets.tiles import count_tiles, run_tiled
from pentimento.pixels.enlarge import UPSCALERS, whole_cells
from pentimento.pixels.enlarge import enlarged as filtered
from pentimento.pixels.resize import stretched
from pentimento.pixels.view import image_of
from pentimento.words.images import Image, Picture, Samples, size_of
from pentimento.words.sizes import Size

Colours: TypeAlias = NDArray[np.float32]
"""H × W × C in [0, 1]."""

Told: TypeAlias = Callable[[int, int], None]
"""How many parts of how many are done."""

MOST_PASSES = 3
"""How often a network is applied at most, as webui has it."""

LANCZOS = PIL.Image.Resampling.LANCZOS
FILTERS: Mapping[str, PIL.Image.Resampling] = {name.lower(): kind for name, kind in UPSCALERS.items()}


class Upscaler:
    """How a picture is enlarged: a network's file, or a filter of `UPSCALERS`; with the room that a network has."""

    def __init__(self, way: PictureNet | PIL.Image.Resampling, room: Room = plenty) -> None:
        self.way, self.room = way, room

    @property
    def scale(self) -> int:
        """How much larger a picture is after one pass; 1 for filters, which take any factor."""
        return self.way.scale if isinstance(self.way, PictureNet) else 1

    @property
    def lanczos(self) -> bool:
        """It is the filter that takes every picture the rest of the way."""
        return self.way is LANCZOS

    def __call__(self, picture: Picture, size: Size, told: Told = lambda done, total: None) -> Picture:
        """What `parts` returns."""
        parts, total = self.parts(picture, size), self.count(picture, size)
        for done in itertools.count(1):
            try:
                next(parts)
            except StopIteration as end:
                return end.value
            told(done, total)
        raise AssertionError

    def count(self, picture: Picture, size: Size) -> int:
        """How many parts that takes; 0 where no network runs."""
        if not isinstance(self.way, PictureNet):
            return 0
        planes = picture.samples.shape[2] - picture.has_alpha if self.way.channels == 1 else 1
        tile = self.fitting(picture.size, size).tile
        return planes * sum(count_tiles(self.way, one, tile) for one in self._passes(picture.size, size))

    def fitting(self, own: Size, size: Size) -> Tiled:
        """In which tiles a picture of its own size is brought to another. Raises MemoryShortError."""
        if not isinstance(self.way, PictureNet):
            return Tiled()
        return tiled_to_fit(self.way, self._passes(own, size), size, self.room)

    def parts(self, picture: Picture, size: Size) -> Generator[None, None, Picture]:
        """The picture at this size, yielding after each part; depth, channels, profile and EXIF stay.

        A network works on what is larger than the picture; shrinking is Lanczos alone, and alpha is grown by it.
        raises  MemoryShortError before the first
        """
        tile = self.fitting(picture.size, size).tile
        samples = picture.samples.astype(np.float32) / np.float32(picture.full)
        colours = samples[..., :-1] if picture.has_alpha else samples
        colours = yield from self._grown(colours, size, tile)
        if picture.has_alpha:
            colours = np.concatenate([colours, resized(samples[..., -1:], size, LANCZOS)], axis=2)
        return replace(picture, samples=_samples(colours, picture))

    def _grown(self, colours: Colours, size: Size, tile: int) -> Generator[None, None, Colours]:
        own = Size(colours.shape[1], colours.shape[0])
        if not isinstance(self.way, PictureNet):
            larger = size.width > own.width or size.height > own.height
            return resized(colours, size, self.way if larger else LANCZOS)
        for _ in self._passes(own, size):
            colours = yield from once(self.way, colours, tile)
        return resized(colours, size, LANCZOS)

    def _passes(self, own: Size, size: Size) -> list[Size]:
        """What each pass of the network begins with."""
        sizes = [Size(own.width * self.scale**done, own.height * self.scale**done) for done in range(MOST_PASSES)]
        short = [one for one in sizes if one.width < size.width or one.height < size.height]
        return short[:1] if self.scale == 1 else short


def open_upscaler(
    name: str, library: Library, nets: PictureNets, *, paths: bool = False, room: Room = plenty
) -> Upscaler:
    """The upscaler that a name means: `Lanczos`, `Nearest`, or a file of the library's upscalers.

    raises  UnknownModelError with all that there are; what `open_picture_net` raises
    """
    file = upscaler_file(name, library, paths=paths)
    return Upscaler(nets.open(file, Purpose.ENLARGE) if file else FILTERS[name.lower()], room)


def enlarged(image: Image, size: Size, upscaler: Upscaler) -> Image:
    """A picture at another size: the upscaler goes to a size of whole cells, Lanczos the rest of the way."""
    own = size_of(image)
    factor = max(size.width / own.width, size.height / own.height)
    if factor <= 1 or upscaler.lanczos:
        return stretched(image, size)
    if isinstance(upscaler.way, PictureNet):
        image = image_of(upscaler(Picture(image), whole_cells(own, factor)))
    else:
        image = np.array(filtered(PIL.Image.fromarray(image), factor, upscaler.way))
    return stretched(image, size)


@torch.inference_mode()
def once(net: PictureNet, colours: Colours, tile: int = 0) -> Generator[None, None, Colours]:
    """One pass of a network; grey is seen as colour by networks that want it, and colour as three greys."""
    channels = colours.shape[2]
    planes = torch.from_numpy(np.ascontiguousarray(colours.transpose(2, 0, 1)))
    device = next(net.module.parameters()).device
    if channels == net.channels:
        made = yield from run_tiled(net, planes[None].to(device), tile)
    elif net.channels == 1:
        greys = []
        for plane in planes:
            greys.append((yield from run_tiled(net, plane[None, None].to(device), tile)))
        made = torch.cat(greys, dim=1)
    else:
        made = yield from run_tiled(net, planes.expand(net.channels, -1, -1)[None].to(device), tile)
        made = made.mean(1, keepdim=True)
    return made[0].permute(1, 2, 0).float().cpu().numpy()


def resized(colours: Colours, size: Size, how: PIL.Image.Resampling) -> Colours:
    """Channel by channel at another size, without rounding; untouched if it has it already."""
    if (colours.shape[1], colours.shape[0]) == size:
        return colours
    planes = [PIL.Image.fromarray(np.ascontiguousarray(plane)) for plane in colours.transpose(2, 0, 1)]
    return np.stack([np.array(plane.resize(size, how)) for plane in planes], axis=2)


def _samples(colours: Colours, like: Picture) -> Samples:
    return np.rint(colours.clip(0, 1) * np.float32(like.full)).astype(like.samples.dtype)
