"""Pictures and masks as arrays, and the one value that keeps what a file held."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pentimento.words.sizes import Size

Image: TypeAlias = NDArray[np.uint8]
"""What networks see: H × W × 3, RGB, 0…255."""

Mask: TypeAlias = NDArray[np.uint8]
"""Where to paint: H × W, 255 repaints, 0 keeps, between mixes."""

Samples: TypeAlias = NDArray[np.uint8] | NDArray[np.uint16]
"""What a file holds: H × W × C, C = 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGB, alpha); 8 or 16 bit."""


def size_of(pixels: Image | Mask | Samples) -> Size:
    return Size(pixels.shape[1], pixels.shape[0])


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture as its file holds it: samples, colour profile, EXIF and text. Never written to in place.

    samples  H × W × C as in `Samples`, turned upright
    icc      colour profile, as in the file
    exif     EXIF block, as in the file but with orientation 1
    text     the file's text entries, such as `parameters`
    notes    what reading it changed, for a person to know
    """

    samples: Samples
    icc: bytes | None = None
    exif: bytes | None = None
    text: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> Size:
        return size_of(self.samples)

    @property
    def has_alpha(self) -> bool:
        return self.samples.shape[2] in (2, 4)

    @property
    def full(self) -> int:
        """The largest sample value: 255 or 65535."""
        return int(np.iinfo(self.samples.dtype).max)
