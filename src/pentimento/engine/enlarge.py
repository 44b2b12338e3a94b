"""A picture enlarged: by a network as often as it takes, then by Lanczos to the size that is wanted."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
import PIL.Image
import torch
from numpy.typing import NDArray

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.pictures import open_picture_net
from pentimento.nets.device import device_of
from pentimento.nets.spandrel import PictureNet, Purpose
from pentimento.nets.tiles import run_tiled
from pentimento.pixels.codec import MAX_PIXELS, MAX_SIDE
from pentimento.pixels.enlarge import UPSCALERS
from pentimento.words.errors import PictureError, UnknownModelError
from pentimento.words.images import Picture, Samples
from pentimento.words.sizes import Size

Colours: TypeAlias = NDArray[np.float32]
"""H × W × C in [0, 1]."""

Told: TypeAlias = Callable[[int, int], None]
"""How many tiles of how many are done."""

MOST_PASSES = 3
"""How often a network is applied at most, as webui has it."""

LANCZOS = PIL.Image.Resampling.LANCZOS


class Upscaler:
    """How a picture is enlarged: a network's file, or a filter of `UPSCALERS`."""

    def __init__(self, way: PictureNet | PIL.Image.Resampling) -> None:
        self.way = way

    @property
    def scale(self) -> int:
        """How much larger a picture is after one pass; 1 for filters, which take any factor."""
        return self.way.scale if isinstance(self.way, PictureNet) else 1

    def __call__(self, picture: Picture, size: Size, told: Told = lambda done, total: None) -> Picture:
        """The picture at this size; depth, channels, profile and EXIF stay, alpha is grown by Lanczos.

        A network works on what is larger than the picture; shrinking is Lanczos alone.
        """
        samples = picture.samples.astype(np.float32) / np.float32(picture.full)
        colours = samples[..., :-1] if picture.has_alpha else samples
        colours = self._grown(colours, size, told)
        if picture.has_alpha:
            colours = np.concatenate([colours, resized(samples[..., -1:], size, LANCZOS)], axis=2)
        return replace(picture, samples=_samples(colours, picture))

    def _grown(self, colours: Colours, size: Size, told: Told) -> Colours:
        if not isinstance(self.way, PictureNet):
            larger = size.width > colours.shape[1] or size.height > colours.shape[0]
            return resized(colours, size, self.way if larger else LANCZOS)
        for _ in range(MOST_PASSES):
            if colours.shape[1] >= size.width and colours.shape[0] >= size.height:
                break
            colours = once(self.way, colours, told)
            if self.way.scale == 1:
                break
        return resized(colours, size, LANCZOS)


def wanted_size(own: Size, factor: float) -> Size:
    """A picture's size so many times as large, at least one pixel a side.

    raises  PictureError beyond what a picture may be
    """
    size = Size(max(1, round(own.width * factor)), max(1, round(own.height * factor)))
    if max(size) > MAX_SIDE or size.area > MAX_PIXELS:
        raise PictureError(
            f"the picture would be {size}; the limit is {MAX_SIDE} a side and {MAX_PIXELS / 1e6:.0f} megapixels",
            "Choose a smaller scale.",
        )
    return size


def open_upscaler(name: str, library: Library, device: str = "cpu", *, paths: bool = False) -> Upscaler:
    """The upscaler that a name means: `Lanczos`, `Nearest`, or a file of the library's upscalers.

    raises  UnknownModelError with all that there are; what `open_picture_net` raises
    """
    filters: Mapping[str, PIL.Image.Resampling] = {known.lower(): kind for known, kind in UPSCALERS.items()}
    if name.lower() in filters:
        return Upscaler(filters[name.lower()])
    return Upscaler(placed(open_picture_net(_file(name, library, paths), Purpose.ENLARGE), device))


def _file(name: str, library: Library, paths: bool) -> Path:
    try:
        return library.picture_net("upscalers", name, paths=paths)
    except UnknownModelError as unknown:
        known = ", ".join((*UPSCALERS, *library.upscalers()))
        raise UnknownModelError(f"no upscaler is called {name!r}", f"There are: {known}. {unknown.hint}") from unknown


def placed(net: PictureNet, device: str) -> PictureNet:
    """The network on a device."""
    net.module.to(device_of(device))
    return net


@torch.inference_mode()
def once(net: PictureNet, colours: Colours, told: Told = lambda done, total: None) -> Colours:
    """One pass of a network; grey is seen as colour by networks that want it, and colour as three greys."""
    channels = colours.shape[2]
    planes = torch.from_numpy(np.ascontiguousarray(colours.transpose(2, 0, 1)))
    device = next(net.module.parameters()).device
    if channels == net.channels:
        made = run_tiled(net, planes[None].to(device), told)
    elif net.channels == 1:
        made = torch.cat([run_tiled(net, plane[None, None].to(device), told) for plane in planes], dim=1)
    else:
        made = run_tiled(net, planes.expand(net.channels, -1, -1)[None].to(device), told).mean(1, keepdim=True)
    return made[0].permute(1, 2, 0).float().cpu().numpy()


def resized(colours: Colours, size: Size, how: PIL.Image.Resampling) -> Colours:
    """Channel by channel at another size, without rounding; untouched if it has it already."""
    if (colours.shape[1], colours.shape[0]) == size:
        return colours
    planes = [PIL.Image.fromarray(np.ascontiguousarray(plane)) for plane in colours.transpose(2, 0, 1)]
    return np.stack([np.array(plane.resize(size, how)) for plane in planes], axis=2)


def _samples(colours: Colours, like: Picture) -> Samples:
    return np.rint(colours.clip(0, 1) * np.float32(like.full)).astype(like.samples.dtype)
