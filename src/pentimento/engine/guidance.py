"""Classifier-free guidance: one prediction from the prompt's and the negative prompt's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from pentimento.diffusion.denoiser import Guess
from pentimento.engine.conditioning import Conditioning
from pentimento.nets.unet import UNet


@dataclass(frozen=True)
class Skipping:
    """When the negative pass is left out.

    always   guidance is off (CFG 1): the result is the same without it
    below    noise level under which it is left out at every other call (NGMS); 0 never
    every    … at every call
    early    share of all calls at the start without it
    late     … and at the end
    calls    how many calls there will be
    """

    always: bool = False
    below: float = 0
    every: bool = False
    early: float = 0
    late: float = 0
    calls: int = 1

    def skips(self, level: float, counter: int) -> bool:
        if self.always or (self.early and counter / self.calls <= self.early):
            return True
        if self.late and counter / self.calls >= 1 - self.late:
            return True
        return level < self.below and (self.every or counter % 2 == 1)


class Guidance:
    """(x, t) → out = u + Σ wⱼ·s·(cⱼ − u), with u the negative prompt's prediction and cⱼ those of the prompt's parts.

    Source: Ho & Salimans 2022 (arXiv:2207.12598); weighted parts: Liu et al. 2022 (arXiv:2206.01714).
    Instruct checkpoints: out = b + s·(c − u) + p·(u − b), with b the negative prompt's prediction from no picture and
    p the picture's scale (InstructPix2Pix, arXiv:2211.09800, equation 3); one part only.

    position  (t, calls so far) → place on the prompts' schedules
    level     t → the noise level that `skipping` is compared with
    extra     (B, 5, h, w) mask and masked picture that inpainting checkpoints look at, or (B, 4, h, w) the picture
              that instruct checkpoints change
    picture_scale  p above; None where the checkpoint is not guided by a picture
    empty     (77, width) features of the empty prompt: pads the shorter of prompt and negative prompt
    calls, skipped, padded  what has happened so far
    """

    def __init__(
        self,
        unet: UNet,
        conditioning: Conditioning,
        scale: float,
        *,
        position: Callable[[float, int], int],
        level: Callable[[float], float],
        skipping: Skipping,
        extra: Tensor | None,
        empty: Tensor | None = None,
        picture_scale: float | None = None,
    ) -> None:
        self.unet = unet
        self.conditioning = conditioning
        self.scale = scale
        self.position = position
        self.level = level
        self.skipping = skipping
        self.extra = extra
        self.empty = empty
        self.picture_scale = picture_scale
        self.calls = 0
        self.skipped = False
        self.padded = False

    def __call__(self, x: Tensor, t: float) -> Guess:
        place = self.position(t, self.calls)
        skip = self.skipping.skips(self.level(t), self.calls)
        self.calls += 1
        weights = [weight for weight, _ in self.conditioning.parts]
        parts = _same_length([part.at(place) for _, part in self.conditioning.parts])
        if skip:
            self.skipped = True
            wanted = self._predict(x, t, parts)
            unwanted, scale = wanted[0], 1.0
        elif self.picture_scale is not None:
            return self._by_picture(x, t, parts, place, self.picture_scale)
        else:
            contexts = self._padded([*parts, self.conditioning.negative.at(place)])
            *wanted, unwanted = self._predict(x, t, contexts)
            scale = self.scale
        out = unwanted
        for weight, guess in zip(weights, wanted, strict=True):
            out = out + (guess - unwanted) * (weight * scale)
        return Guess(out, unwanted)

    def _by_picture(self, x: Tensor, t: float, parts: list[Tensor], place: int, picture_scale: float) -> Guess:
        wanted, unwanted = self._padded([*parts, self.conditioning.negative.at(place)])
        blind = None if self.extra is None else torch.zeros_like(self.extra)
        c, u, b = self._predict(x, t, (wanted, unwanted, unwanted), (self.extra, self.extra, blind))
        return Guess(b + (c - u) * self.scale + (u - b) * picture_scale, b)

    def _padded(self, contexts: list[Tensor]) -> list[Tensor]:
        """Contexts of one length, if that is wanted: the shorter ones followed by the empty prompt."""
        longest = max(len(context) for context in contexts)
        if self.empty is None or all(len(context) == longest for context in contexts):
            return contexts
        self.padded = True
        empty = self.empty
        return [torch.cat([context, *[empty] * ((longest - len(context)) // len(empty))]) for context in contexts]

    def _predict(
        self, x: Tensor, t: float, contexts: Sequence[Tensor], extras: Sequence[Tensor | None] = ()
    ) -> list[Tensor]:
        """One prediction per context, each with its own extra channels if so given: those of one length in one call."""
        seen = extras or (self.extra,) * len(contexts)
        inputs = [x if extra is None else torch.cat([x, extra.to(x)], dim=1) for extra in seen]
        guesses: list[Tensor] = []
        while len(guesses) < len(contexts):
            rest = contexts[len(guesses) :]
            run = next((i for i, context in enumerate(rest) if context.shape != rest[0].shape), len(rest))
            rows = torch.cat([context.expand(len(x), -1, -1) for context in rest[:run]])
            guesses += self.unet(torch.cat(inputs[len(guesses) : len(guesses) + run]), t, rows).chunk(run)
        return guesses


def _same_length(contexts: Sequence[Tensor]) -> list[Tensor]:
    """Shorter contexts extended by their last row."""
    longest = max(len(context) for context in contexts)
    return [torch.cat([context, context[-1:].expand(longest - len(context), -1)]) for context in contexts]
