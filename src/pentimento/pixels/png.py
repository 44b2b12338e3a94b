"""PNG files written by hand: no library here writes 16-bit colour, or puts a profile, EXIF and text beside it.

Source: Portable Network Graphics Specification, third edition (W3C 2025); section numbers are its own.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from pentimento.words.images import Samples

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
"""Channels → colour type (11.2.1)."""
BAND = 64
"""Rows filtered at a time, which bounds the memory it takes."""


def encode(samples: Samples, text: Mapping[str, str], icc: bytes | None, exif: bytes | None) -> bytes:
    """A PNG file of H × W × 1…4 samples, 8 or 16 bit, with text entries, colour profile and EXIF block."""
    height, width, channels = samples.shape
    header = struct.pack(">IIBBBBB", width, height, samples.itemsize * 8, COLOUR_TYPES[channels], 0, 0, 0)
    chunks = [
        (b"IHDR", header),
        *([(b"iCCP", b"ICC profile\0\0" + zlib.compress(icc))] if icc else []),
        *([(b"eXIf", exif)] if exif else []),
        *(_text(key, value) for key, value in text.items()),
        (b"IDAT", b"".join(_compressed(samples))),
        (b"IEND", b""),
    ]
    return SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks)


def depth_of(data: bytes) -> int:
    """Bits for each sample of a PNG file; 0 for what is no PNG."""
    return data[24] if data.startswith(SIGNATURE) and len(data) > 24 else 0


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _text(key: str, value: str) -> tuple[bytes, bytes]:
    """Latin-1 text as tEXt, other text as iTXt (11.3.3), as the reference's PNG writer has it."""
    keyword = key.encode("latin-1", "replace")[:79]
    try:
        return b"tEXt", keyword + b"\0" + value.encode("latin-1")
    except UnicodeEncodeError:
        return b"iTXt", keyword + b"\0\0\0\0\0" + value.encode()


def _compressed(samples: Samples) -> Iterator[bytes]:
    height, width, channels = samples.shape
    step = channels * samples.itemsize
    rows = np.ascontiguousarray(samples.astype(samples.dtype.newbyteorder(">"), copy=False))
    rows = rows.view(np.uint8).reshape(height, width * step)
    squeeze, above = zlib.compressobj(), np.zeros((1, width * step), np.uint8)
    for start in range(0, height, BAND):
        band = rows[start : start + BAND]
        yield squeeze.compress(_filtered(band, np.concatenate([above, band[:-1]]), step).tobytes())
        above = band[-1:]
    yield squeeze.flush()


def _filtered(rows: NDArray[np.uint8], above: NDArray[np.uint8], step: int) -> NDArray[np.uint8]:
    """Each row with the filter (9.2) whose differences are smallest, and that filter's number before it."""
    best = np.concatenate([np.zeros((len(rows), 1), np.uint8), rows], axis=1)
    cost = _cost(rows)
    for number, guess in enumerate(_guesses(rows, above, step), start=1):
        differences = rows - guess
        better = _cost(differences) < cost
        best[better, 0], best[better, 1:] = number, differences[better]
        cost = np.where(better, _cost(differences), cost)
    return best


def _guesses(rows: NDArray[np.uint8], above: NDArray[np.uint8], step: int) -> Iterable[NDArray[np.uint8]]:
    """What each filter expects a byte to be: Sub, Up, Average, Paeth."""
    left, corner = (np.pad(band[:, :-step], ((0, 0), (step, 0))) for band in (rows, above))
    yield left
    yield above
    yield ((left.astype(np.uint16) + above) // 2).astype(np.uint8)
    yield _paeth(left, above, corner)


def _paeth(left: NDArray[np.uint8], above: NDArray[np.uint8], corner: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The neighbour nearest to left + above − corner; ties go to left, then above (9.4)."""
    over, across = above.astype(np.int16) - corner, left.astype(np.int16) - corner
    far = np.abs(over + across)
    over, across = np.abs(over), np.abs(across)
    return np.where((over <= across) & (over <= far), left, np.where(across <= far, above, corner))


def _cost(differences: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The sum of absolute differences in each row, bytes read as signed (12.7)."""
    return np.minimum(differences, np.negative(differences)).sum(axis=1, dtype=np.int64)
