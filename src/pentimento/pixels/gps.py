"""Where a picture was taken, taken out of its file; every other byte stays where it is.

Sources: EXIF 2.32 (the GPS directory), TIFF 6.0 section 2 (directories), PNG (third edition) 5.3 (chunks).
"""

import re
import struct
import zlib
from collections.abc import Iterator

from PIL.ExifTags import IFD

from pentimento.pixels.png import SIGNATURE

BLOCK = re.compile(rb"II\*\0|MM\0\*")
"""How an EXIF block begins, whatever file it lies in."""
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
"""Bytes of one value of each TIFF field type."""
ENTRY = 12
MOST = 64
"""Entries of a GPS directory; EXIF knows 32."""
XMP = re.compile(rb'exif:GPS\w+\s*=\s*("[^"]*"|\'[^\']*\')|<(exif:GPS\w+)[^>]*>.*?</\2>', re.DOTALL)


def without_gps(data: bytes) -> bytes:
    """A picture file of the same length that does not say where it was taken; other bytes come back as they are."""
    changed = bytearray(data)
    for block in BLOCK.finditer(data):
        _clean(changed, block.start(), ">" if block[0][:1] == b"M" else "<")
    for said in XMP.finditer(data):
        changed[said.start() : said.end()] = b" " * len(said[0])
    if changed == data:
        return data
    if data.startswith(SIGNATURE):
        _sum_up(changed)
    return bytes(changed)


def _clean(data: bytearray, start: int, order: str) -> None:
    """Empty the GPS directory of an EXIF block, with zeros where its values were."""
    try:
        (first,) = struct.unpack_from(order + "I", data, start + 4)
        for at in _entries(data, order, start + first):
            tag, kind, count, place = struct.unpack_from(order + "HHII", data, at)
            if (tag, kind, count) == (IFD.GPSInfo, 4, 1):
                _empty(data, order, start, start + place)
    except struct.error:
        return


def _empty(data: bytearray, order: str, start: int, directory: int) -> None:
    entries = list(_entries(data, order, directory))
    kinds = [struct.unpack_from(order + "HHII", data, at) for at in entries]
    if len(entries) > MOST or not all(kind in SIZES for _, kind, _, _ in kinds):
        return  # no directory
    for at, (_, kind, count, place) in zip(entries, kinds, strict=True):
        size = SIZES[kind] * count
        if size > 4 and start + place + size <= len(data):
            data[start + place : start + place + size] = bytes(size)
        data[at : at + ENTRY] = bytes(ENTRY)
    struct.pack_into(order + "H", data, directory, 0)


def _entries(data: bytearray, order: str, directory: int) -> Iterator[int]:
    (count,) = struct.unpack_from(order + "H", data, directory)
    yield from (directory + 2 + ENTRY * i for i in range(count))


def _sum_up(data: bytearray) -> None:
    """Make a PNG's checksums right."""
    at = len(SIGNATURE)
    while at + ENTRY <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        end = at + 8 + length
        if end + 4 > len(data):
            return
        struct.pack_into(">I", data, end, zlib.crc32(data[at + 4 : end]))
        at = end + 4
