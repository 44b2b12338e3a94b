"""Where a tensor lies in its file: all that is known of it before a byte of it is read."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pentimento.words.errors import ModelFileError

BITS: Mapping[str, int] = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
    "U16": 16, "I16": 16, "F16": 16, "BF16": 16,
    "U32": 32, "I32": 32, "F32": 32,
    "U64": 64, "I64": 64, "F64": 64, "C64": 64,
    "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
}  # fmt: skip
"""Number types, as safetensors names them, and the bits of one number."""


@dataclass(frozen=True)
class Entry:
    """A tensor's place in its file.

    dtype    a key of `BITS`
    shape    its sides
    strides  steps between neighbours along each side, in numbers
    start    its first byte, from the file's beginning
    """

    dtype: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    start: int

    @property
    def span(self) -> int:
        """How many numbers lie between its first and its last, both included."""
        if 0 in self.shape:
            return 0
        return 1 + sum((side - 1) * stride for side, stride in zip(self.shape, self.strides, strict=True))


def dense(shape: Sequence[int]) -> tuple[int, ...]:
    """Strides of a tensor whose rows follow one another without gaps."""
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


def broken(path: Path, found: str, hint: str = "It may be damaged or cut short; download it again.") -> ModelFileError:
    """The refusal of a file: its name, what was found in it, and what to do."""
    return ModelFileError(f"{path.name} cannot be read: {found}", hint)
