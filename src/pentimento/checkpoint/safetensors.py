"""The header of a .safetensors file: a length (8 bytes, little endian), JSON, then the numbers.

Source: the format's own description, github.com/huggingface/safetensors.
"""

import json
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from pentimento.checkpoint.entries import BITS, Entry, broken, dense

LENGTH = 8
LONGEST_HEADER = 100_000_000
"""Bytes; the format's own limit."""


def read_safetensors(path: Path) -> tuple[dict[str, Entry], dict[str, str]]:
    """Entries and metadata of a .safetensors file; no tensor is read.

    Raises ModelFileError: the header is not JSON or longer than the file, a name comes twice, an entry's place
    does not fit its shape, or entries overlap, leave gaps or reach past the end.
    """
    try:
        header, body = _header(path)
        metadata = header.pop("__metadata__", {})
        if not _is_text(metadata):
            raise ValueError("its metadata is not text")
        places = {name: _place(name, entry) for name, entry in header.items()}
        _check_places(places, path.stat().st_size - body)
        return {name: _entry(header[name], body + begin) for name, (begin, _) in places.items()}, metadata
    except (ValueError, RecursionError) as fault:
        raise broken(path, str(fault)) from fault


def body_start(path: Path) -> int:
    """Where the numbers begin, in bytes from the file's beginning."""
    with path.open("rb") as file:
        return LENGTH + int.from_bytes(file.read(LENGTH), "little")


def _header(path: Path) -> tuple[dict[str, Any], int]:
    size = path.stat().st_size
    body = body_start(path)
    if size < LENGTH or body > size:
        raise ValueError(f"its header should end at byte {body:,} but the file ends at {size:,}")
    if body - LENGTH > LONGEST_HEADER:
        raise ValueError(f"its header is {body - LENGTH:,} bytes long; at most {LONGEST_HEADER:,} are allowed")
    with path.open("rb") as file:
        file.seek(LENGTH)
        text = file.read(body - LENGTH)
    try:
        header = json.loads(text, object_pairs_hook=_unique)
    except (json.JSONDecodeError, UnicodeDecodeError) as fault:
        raise ValueError(f"its header is not JSON ({fault})") from fault
    if not isinstance(header, dict):
        raise ValueError("its header is not a JSON object")
    return header, body


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the name {next(name for name in names if names.count(name) > 1)} comes twice in its header")
    return found


def _is_text(metadata: Any) -> bool:
    return isinstance(metadata, dict) and all(isinstance(value, str) for value in metadata.values())


def _place(name: str, entry: Any) -> tuple[int, int]:
    """First and last-but-one byte of an entry in the body, checked against its type and shape."""
    match entry:
        case {"dtype": str(dtype), "shape": list(shape), "data_offsets": [int(begin), int(end)]}:
            if dtype not in BITS:
                raise ValueError(f"{name} has the unknown number type {dtype}")
            if not all(type(side) is int and side >= 0 for side in shape):
                raise ValueError(f"{name} has the shape {shape}")
            bits = math.prod(shape) * BITS[dtype]
            if begin < 0 or (end - begin) * 8 != bits:
                raise ValueError(f"{name} is {dtype} {shape}, {bits // 8:,} bytes, but lies at {begin:,}…{end:,}")
            return begin, end
    raise ValueError(f"{name} is not described by dtype, shape and data_offsets")


def _check_places(places: Mapping[str, tuple[int, int]], size: int) -> None:
    ordered = sorted(places.items(), key=lambda item: item[1])
    ends = [("its beginning", (0, 0)), *ordered, ("its end", (size, size))]
    for (name, (_, end)), (following, (begin, _)) in pairwise(ends):
        if end > size:
            raise ValueError(f"{name} should end at byte {end:,} of its numbers but there are only {size:,}")
        if begin < end:
            raise ValueError(f"{name} and {following} overlap")
        if begin > end:
            raise ValueError(f"{begin - end:,} bytes between {name} and {following} belong to nothing")


def _entry(entry: Mapping[str, Any], start: int) -> Entry:
    shape = tuple(entry["shape"])
    return Entry(entry["dtype"], shape, dense(shape), start)
