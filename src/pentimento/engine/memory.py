"""When memory runs out: fewer pictures at once, then the autoencoder in strips, and only then a clear error."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import torch
from torch import Tensor

from pentimento.nets.networks import Networks
from pentimento.nets.strips import decode_in_strips, encode_in_strips
from pentimento.nets.unet import UNet
from pentimento.nets.vae import VAE, Posterior
from pentimento.words.errors import ComputeError
from pentimento.words.reports import Estimate

Result = TypeVar("Result")

FIRST_ROWS, FEWEST_ROWS = 256, 16
"""Rows of pixels in a strip: to begin with, and when memory is too short even for that."""
SHORTAGES = (
    "can't allocate memory",
    "std::bad_alloc",
    "could not create a primitive",
    "could not create a memory",
    "could not execute a primitive",
)
"""What torch's allocator, C++ and oneDNN say where memory runs out on the processor, which has no error of its own."""
LOWEST, HIGHEST = -30.0, 20.0
"""Bounds of the autoencoder's log variance."""


@dataclass
class Sparing:
    """One job's networks, which make do with less memory when it runs out.

    expected  what the job was thought to take
    said      what happened, for the report
    rows      latents in one call of the U-Net at most; None: as many as come
    strip     rows of pixels that the autoencoder works on; None: all
    """

    networks: Networks
    expected: Estimate | None = None
    rows: int | None = None
    strip: int | None = None
    said: list[str] = field(default_factory=list)

    @property
    def spared(self) -> Networks:
        return Networks(_UNet(self.networks.unet, self), _VAE(self.networks.vae, self), self.networks.text)

    def say(self, text: str) -> None:
        if text not in self.said:
            self.said.append(text)

    def too_much(self, what: str) -> ComputeError:
        return ComputeError(
            f"memory ran out {what}, though it was done in the smallest pieces; the job was thought to take "
            + str(self.expected or "less"),
            "Work at a smaller --width and --height, use --only-masked, or close other programs.",
        )


class _UNet(UNet):
    """The U-Net, on fewer rows of a batch at a time after memory ran out."""

    def __init__(self, unet: UNet, sparing: Sparing) -> None:
        self.module = unet.module
        self.unet = unet
        self.sparing = sparing

    def __call__(self, x: Tensor, t: float, context: Tensor) -> Tensor:
        while True:
            rows = min(self.sparing.rows or len(x), len(x))
            parts = range(0, len(x), rows)
            done = attempted(
                lambda rows=rows, parts=parts: [self.unet(x[a : a + rows], t, context[a : a + rows]) for a in parts]
            )
            if done is not None:
                return done[0] if len(done) == 1 else torch.cat(done)
            if rows == 1:
                raise self.sparing.too_much("in the U-Net")
            self.sparing.rows = rows // 2
            self.sparing.say(f"memory ran out: the U-Net computed {rows // 2} instead of {len(x)} pictures at once")


class _VAE(VAE):
    """The autoencoder, in strips after memory ran out."""

    def __init__(self, vae: VAE, sparing: Sparing) -> None:
        self.module = vae.module
        self.scale = vae.scale
        self.vae = vae
        self.sparing = sparing

    @torch.inference_mode()
    def encode(self, image: Tensor) -> Posterior:
        def in_strips(rows: int) -> Posterior:
            kind = self.module.encoder.conv_in.weight
            mean, log_variance = encode_in_strips(self.module, image.to(kind), rows).float().chunk(2, dim=1)
            std = (log_variance.clamp(LOWEST, HIGHEST) / 2).exp()
            return Posterior(mean * self.scale, std * self.scale)

        return self._spared(lambda: self.vae.encode(image), in_strips, "encoding the picture")

    @torch.inference_mode()
    def decode(self, latents: Tensor) -> Tensor:
        def in_strips(rows: int) -> Tensor:
            kind = self.module.decoder.conv_in.weight
            return decode_in_strips(self.module, latents.to(kind) / self.scale, rows).float()

        return self._spared(lambda: self.vae.decode(latents), in_strips, "decoding the picture")

    def _spared(self, whole: Callable[[], Result], in_strips: Callable[[int], Result], what: str) -> Result:
        foreseen = self.sparing.strip
        if foreseen is None or self._wraps:
            done = attempted(whole)
            if done is not None:
                return done
        rows = foreseen or FIRST_ROWS
        while rows >= FEWEST_ROWS and not self._wraps:
            done = attempted(partial(in_strips, rows))
            if done is not None:
                self.sparing.strip = rows
                if rows != foreseen:
                    self.sparing.say(
                        f"memory ran out {what}: it was done in strips of {rows} rows, which changes nothing"
                    )
                return done
            rows //= 2
        raise self.sparing.too_much(what)

    @property
    def _wraps(self) -> bool:
        """Whether pictures shall tile, so that the first row looks at the last."""
        return self.module.decoder.conv_in.padding_mode != "zeros"


def attempted(work: Callable[[], Result]) -> Result | None:
    """What the work gives; None where memory ran out, and what it had taken is free again."""
    try:
        return work()
    except (torch.OutOfMemoryError, MemoryError):
        pass
    except RuntimeError as error:
        if not any(sign in str(error) for sign in SHORTAGES):
            raise
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return None
