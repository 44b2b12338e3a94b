"""PyTorch's own files (.ckpt, .pt, .pth, .bin) read as data.

Two layouts: a zip of `x/data.pkl` and one member per storage (PyTorch 1.6 and later; with its code beside it where it
is TorchScript), and before it five pickles in a row, then the storages.
"""

import mmap
import re
import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from pentimento.checkpoint.entries import BITS, Entry, broken
from pentimento.checkpoint.machine import View, described
from pentimento.words.errors import ModelFileError

MEMBER = re.compile(
    r"(?P<root>[^/]+)/(data\.pkl|data/\d+|version|byteorder|\.data/serialization_id"
    r"|\.format_version|\.storage_alignment)"
)
SCRIPT = re.compile(r"[^/]+/(code/__torch__[./].+|(constants|traced_inputs)(\.pkl|/\d+)|extra/.+)")
"""What TorchScript keeps beside: the code of its classes, which is not read."""
LONGEST_PICKLE = 1 << 28
LONGEST_PREFIX = 1000
LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_PROTOCOL = 1001


def read_pickle(path: Path) -> tuple[dict[str, Entry], dict[str, str]]:
    """Entries and metadata of a PyTorch file; no tensor is read and nothing in it is called.

    Dicts inside dicts are flattened with dots (`string_to_param.*`); `state_dict` wrappers are taken off. Metadata
    are the plain values beside the tensors. Raises UnsafePickleError or ModelFileError.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            tree, starts = (_zipped if zipfile.is_zipfile(file) else _legacy)(path, data)
            size = len(data)
        views, metadata = _flattened(_unwrapped(tree))
        return {name: _entry(view, starts, size) for name, view in views.items()}, metadata
    except ModelFileError:
        raise
    except _NONSENSE as fault:
        raise broken(path, str(fault) or type(fault).__name__) from fault


_NONSENSE = (
    ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, MemoryError, EOFError,
    NotImplementedError, RuntimeError, struct.error, zipfile.BadZipFile,
)  # fmt: skip
"""What a pickle or zip that makes no sense ends in."""


def _zipped(path: Path, data: mmap.mmap) -> tuple[Any, dict[str, int]]:
    with zipfile.ZipFile(path) as archive:
        members = {member.filename: member for member in archive.infolist()}
        known = (MEMBER, SCRIPT) if any("/code/__torch__" in name for name in members) else (MEMBER,)
        if strange := next((name for name in members if not any(kind.fullmatch(name) for kind in known)), None):
            raise ValueError(f"it is a zip file that holds {strange}, which a PyTorch file does not")
        roots = {name.partition("/")[0] for name in members}
        if len(members) < len(archive.infolist()) or len(roots) != 1:
            raise ValueError("it is a zip file that holds the same member twice, or several models")
        root = roots.pop()
        if (order := f"{root}/byteorder") in members and archive.read(order) != b"little":
            raise ValueError("its numbers are stored in big-endian order")
        if (pickled := members[f"{root}/data.pkl"]).file_size > LONGEST_PICKLE:
            raise ValueError(f"its pickle is {pickled.file_size:,} bytes long")
        tree = described(BytesIO(archive.read(pickled)), path.name)
    storages = {name.rpartition("/")[2]: m for name, m in members.items() if name.startswith(f"{root}/data/")}
    if packed := next((m for m in storages.values() if m.compress_type != zipfile.ZIP_STORED), None):
        raise ValueError(f"it was packed again by another program: {packed.filename} is compressed")
    return tree, {key: _member_start(member, data) for key, member in storages.items()}


def _member_start(member: zipfile.ZipInfo, data: mmap.mmap) -> int:
    """Where a stored member's bytes begin: after its local header of 30 bytes, its name and its extra field."""
    name, extra = struct.unpack_from("<HH", data, member.header_offset + 26)
    return member.header_offset + 30 + name + extra


def _legacy(path: Path, data: mmap.mmap) -> tuple[Any, dict[str, int]]:
    if described(data, path.name) != LEGACY_MAGIC or described(data, path.name) != LEGACY_PROTOCOL:
        raise ValueError("it is neither a .safetensors file nor a PyTorch file")
    if not described(data, path.name)["little_endian"]:
        raise ValueError("its numbers are stored in big-endian order")
    tree = described(data, path.name)
    storages = {view.storage.key: view.storage for view in _flattened(_unwrapped(tree))[0].values()}
    starts: dict[str, int] = {}
    at = None
    for key in described(data, path.name):
        at = data.tell() if at is None else at
        (length,) = struct.unpack_from("<q", data, at)
        storage = storages.get(key) if isinstance(key, str) else None
        if storage is None or length != storage.length:
            raise ValueError("its numbers do not follow the order it gives")
        starts[key] = at + 8
        at += 8 + length * BITS[storage.dtype] // 8
    return tree, starts


def _unwrapped(tree: Any) -> dict[Any, Any]:
    if isinstance(tree, View):
        return {"": tree}
    if not isinstance(tree, dict):
        raise ValueError("it holds no named tensors")
    inner = tree.get("state_dict")
    if not isinstance(inner, dict):
        return tree
    plain = {name: value for name, value in tree.items() if isinstance(value, str | int | float)}
    return {**inner, **plain, "state_dict": None}


def _flattened(tree: Mapping[Any, Any]) -> tuple[dict[str, View], dict[str, str]]:
    views: dict[str, View] = {}
    plain: dict[str, str] = {}
    waiting: list[tuple[str, Mapping[Any, Any]]] = [("", tree)]
    seen: set[int] = set()
    while waiting:
        prefix, branch = waiting.pop()
        if id(branch) in seen:
            continue
        seen.add(id(branch))
        for key, value in branch.items():
            match value:
                case View():
                    views[f"{prefix}{key}"] = value
                case dict() if len(prefix) < LONGEST_PREFIX:
                    waiting.append((f"{prefix}{key}.", value))
                case str() | int() | float():
                    plain[f"{prefix}{key}"] = str(value)
    return views, plain


def _entry(view: View, starts: Mapping[str, int], size: int) -> Entry:
    start = starts[view.storage.key] + view.offset * BITS[view.dtype] // 8
    entry = Entry(view.dtype, view.shape, view.strides, start)
    if start + entry.span * BITS[view.dtype] // 8 > size:
        raise ValueError(f"a tensor should end after byte {start:,} but the file ends at {size:,}")
    return entry
