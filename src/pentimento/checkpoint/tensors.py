"""A file's tensors in memory: views of the file itself, read when they are first touched."""

import mmap
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from pentimento.checkpoint.entries import BITS, Entry, broken
from pentimento.checkpoint.folder import parts_of
from pentimento.checkpoint.header import Header, read_header
from pentimento.nets.pages import noted

DTYPES: Mapping[str, torch.dtype] = {
    "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
    "F8_E4M3": torch.float8_e4m3fn, "F8_E5M2": torch.float8_e5m2, "C64": torch.complex64,
    "I64": torch.int64, "I32": torch.int32, "I16": torch.int16, "I8": torch.int8,
    "U64": torch.uint64, "U32": torch.uint32, "U16": torch.uint16, "U8": torch.uint8, "BOOL": torch.bool,
}  # fmt: skip


def load_tensors(path: Path) -> dict[str, Tensor]:
    """Every tensor of a .safetensors or PyTorch file by name, on the CPU, as it is stored.

    The file stays mapped while any of them lives; what is written to them does not reach it.
    Raises what `read_header` raises.
    """
    return _mapped(read_header(path))


def _mapped(header: Header) -> dict[str, Tensor]:
    path = header.path
    if unknown := {entry.dtype for entry in header.entries.values()} - DTYPES.keys():
        raise broken(path, f"it holds {', '.join(sorted(unknown))} numbers", "Use a version of it in float16.")
    with path.open("rb") as file:
        data = noted(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    return {name: _tensor(data, entry) for name, entry in header.entries.items()}


def read_tensors(header: Header) -> dict[str, Tensor]:
    """Every tensor of a checkpoint, a file's or a diffusers folder's, by its name in the original layout."""
    if not header.path.is_dir():
        return _mapped(header)
    found: dict[str, Tensor] = {}
    for part in parts_of(header.path):
        tensors = load_tensors(part.file)
        found |= {new: tensors[old] for old, new in part.names.items()}
    return found


def _tensor(data: mmap.mmap, entry: Entry) -> Tensor:
    dtype, span = DTYPES[entry.dtype], entry.span
    if not span:
        return torch.empty(entry.shape, dtype=dtype)
    width = BITS[entry.dtype] // 8
    if entry.start % width:
        unaligned = bytearray(data[entry.start : entry.start + span * width])
        return torch.frombuffer(unaligned, dtype=dtype).as_strided(entry.shape, entry.strides)
    numbers = torch.frombuffer(data, dtype=dtype, count=span, offset=entry.start)
    return numbers.as_strided(entry.shape, entry.strides)
