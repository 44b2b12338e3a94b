"""How networks compute: number type, layout and method. All routes give the same numbers within the type's rounding."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import torch


class Method(StrEnum):
    """How convolutions are computed."""

    PLAIN = "plain"
    WINOGRAD = "winograd"
    PACKED = "packed"
    WINOGRAD_PACKED = "winograd, packed"


FINER: Mapping[Method, Method] = {Method.WINOGRAD_PACKED: Method.PACKED}
"""What to take in place of a method that rounds more often than the plain sum."""


@dataclass(frozen=True)
class Route:
    """One way to compute.

    dtype          what the networks compute in
    channels_last  pictures lie in memory colour by colour within a pixel
    method         of convolutions, where it suits their size
    stored         weights stay as the file has them and are brought to `dtype` where they are used: half the memory of
                   a float16 file in float32, for a twentieth more time
    """

    dtype: torch.dtype = torch.float32
    channels_last: bool = False
    method: Method = Method.PLAIN
    stored: bool = False

    @property
    def finer(self) -> "Route":
        """The route of an autoencoder, whose rounding is seen."""
        return replace(self, method=FINER.get(self.method, self.method))

    def __str__(self) -> str:
        words = [str(self.dtype).removeprefix("torch."), "channels last" if self.channels_last else ""]
        words += [str(self.method) if self.method is not Method.PLAIN else "", "stored" if self.stored else ""]
        return ", ".join(word for word in words if word)


PLAIN = Route()
