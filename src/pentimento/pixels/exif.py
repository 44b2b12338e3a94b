"""EXIF blocks: orientation and user comment. A block begins with its TIFF header, without "Exif" before it."""

import struct

import PIL.Image
from PIL.ExifTags import IFD, Base

PREFIX = b"Exif\0\0"
"""What JPEG and some WebP files put before the block."""
UNICODE = b"UNICODE\0"
ENCODINGS = {b"ASCII\0\0\0": "ascii", b"JIS\0\0\0\0\0": "iso2022_jp", b"\0" * 8: "utf-8"}
"""How a user comment says what it is written in (EXIF 2.32, table 9)."""


def bare(block: bytes | None) -> bytes | None:
    """The block without what a file format puts before it; None for an empty one."""
    return (block or b"").removeprefix(PREFIX) or None


def upright(block: bytes) -> tuple[bytes, int]:
    """The same block with orientation 1, nothing else touched, and the orientation it had (1…8; else 1)."""
    at = _value_of(block, Base.Orientation)
    if at is None:
        return block, 1
    order = _order(block)
    (was,) = struct.unpack_from(order + "H", block, at)
    patched = bytearray(block)
    struct.pack_into(order + "H", patched, at, 1)
    return bytes(patched), was if 1 <= was <= 8 else 1


def _order(block: bytes) -> str:
    return ">" if block.startswith(b"MM") else "<"


def _value_of(block: bytes, tag: int) -> int | None:
    """Where the short value of a tag of the first directory stands in the block (TIFF 6.0, section 2)."""
    order = _order(block)
    try:
        (start,) = struct.unpack_from(order + "I", block, 4)
        (count,) = struct.unpack_from(order + "H", block, start)
        entries = [start + 2 + 12 * i for i in range(count)]
        found = [entry + 8 for entry in entries if struct.unpack_from(order + "HH", block, entry) == (tag, 3)]
    except struct.error:
        return None
    return found[0] if found and found[0] + 2 <= len(block) else None


def comment_of(block: bytes) -> str | None:
    """The user comment, decoded; None where there is none or it cannot be read."""
    raw = _read(block).get_ifd(IFD.Exif).get(Base.UserComment)
    if isinstance(raw, str):
        return raw or None
    if not isinstance(raw, bytes) or len(raw) <= 8:
        return None
    code, text = raw[:8], raw[8:]
    try:
        return text.decode(_utf16(text) if code == UNICODE else ENCODINGS.get(code, "utf-8")).rstrip("\0") or None
    except UnicodeDecodeError:
        return None


def with_comment(block: bytes | None, comment: str | None) -> bytes | None:
    """The block with this user comment, big-endian UTF-16 as the reference writes it; None takes it out.

    A block that has to change is written anew: its thumbnail is dropped, since it shows another picture.
    """
    if comment is None and (block is None or comment_of(block) is None):
        return block
    exif = _read(block or b"")
    directory = exif.get_ifd(IFD.Exif)
    directory.pop(Base.UserComment, None)
    if comment is not None:
        directory[Base.UserComment] = UNICODE + comment.encode("utf-16-be")
    return bare(exif.tobytes())


def _read(block: bytes) -> PIL.Image.Exif:
    exif = PIL.Image.Exif()
    exif.load(block)
    return exif


def _utf16(text: bytes) -> str:
    """Which UTF-16 this is: by its mark, else by where the zero bytes of its Latin letters stand."""
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    return "utf-16-le" if text[1::2].count(0) > text[::2].count(0) else "utf-16-be"
