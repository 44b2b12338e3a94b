"""What a job's steps show, and what that costs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.tiny import open_tiny, tiny_file
from pentimento.engine.estimate import costs_of, speed_of, with_previews
from pentimento.engine.paint import Ready
from pentimento.engine.preview import decoded, sketched
from pentimento.jobs.runner import PreviewKind, Previews
from pentimento.nets.tiny import TinyDecoder
from pentimento.runners.residents import Loaded
from pentimento.words.images import Image
from pentimento.words.latents import Latents, Step
from pentimento.words.reports import Estimate
from pentimento.words.sizes import CELL, Size


@dataclass(frozen=True, eq=False)
class Shown:
    """How one job's previews are made.

    make        (B, 4, h, w) clean guesses → a picture of each
    operations  for one picture of a size
    """

    previews: Previews
    make: Callable[[Latents], tuple[Image, ...]]
    operations: Callable[[Size], float]

    def of(self, step: Step) -> tuple[Image, ...]:
        """What a step shows of each picture of its batch."""
        return self.make(step.x0) if self.previews.wanted(step.number + 1) else ()

    def expected(self, ready: Ready, pictures: int, loaded: Loaded) -> Estimate:
        """What the job is thought to take, its previews included."""
        networks, made = loaded.opened.networks, ready.steps // self.previews.every * pictures
        return with_previews(
            ready.expected, made * self.operations(ready.working), speed_of(networks.device, networks.dtype)
        )


def tiny_decoder(previews: Previews, library: Library, device: torch.device) -> TinyDecoder | None:
    """The tiny decoder, where previews are to be made with it. Raises what `tiny_file` and `open_tiny` raise."""
    return open_tiny(tiny_file(library), device) if previews.kind is PreviewKind.TINY else None


def shown(previews: Previews, loaded: Loaded, tiny: TinyDecoder | None) -> Shown:
    """A linear map is fitted now, so that no step has to wait for it."""
    if tiny:
        return Shown(previews, partial(sketched, tiny), lambda size: tiny.operations(size.area // CELL**2))
    networks = loaded.opened.networks
    match previews.kind:
        case PreviewKind.LINEAR:
            return Shown(previews, loaded.linear, lambda size: 0)
        case PreviewKind.FULL:
            return Shown(previews, partial(decoded, networks), lambda size: costs_of(networks).decoder.at(size.area))
    return Shown(previews, lambda latents: (), lambda size: 0)
