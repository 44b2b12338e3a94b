"""A .safetensors file written tensor by tensor, so that no more than one of them is in memory."""

import json
import math
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

import torch
from torch import Tensor

from pentimento.checkpoint.entries import BITS
from pentimento.checkpoint.tensors import DTYPES
from pentimento.words.errors import OutputError

NAMES = {dtype: name for name, dtype in DTYPES.items()}
ALIGNMENT = 8
"""The numbers begin at a multiple of so many bytes, as the format asks."""

Shape = tuple[int, ...]


def write_safetensors(
    path: Path,
    shapes: Mapping[str, tuple[torch.dtype, Shape]],
    tensors: Iterable[tuple[str, Tensor]],
    metadata: Mapping[str, str],
) -> None:
    """Write a file whole or not at all.

    shapes   every tensor's number type and shape, in the order in which they lie in the file
    tensors  the tensors, in that order; taken one by one
    raises   OutputError when it cannot be written
    """
    beside = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        try:
            with beside.open("xb") as file:
                file.write(header_bytes(shapes, metadata))
                for (wanted, (dtype, shape)), (name, tensor) in zip(shapes.items(), tensors, strict=True):
                    if (name, tensor.dtype, tuple(tensor.shape)) != (wanted, dtype, shape):
                        raise ValueError(
                            f"{name} is {tensor.dtype} {tuple(tensor.shape)}, not {wanted} {dtype} {shape}"
                        )
                    file.write(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written: {error.strerror or error}", "Choose another folder with -o, or make room there."
        ) from error


def header_bytes(shapes: Mapping[str, tuple[torch.dtype, Shape]], metadata: Mapping[str, str]) -> bytes:
    """Length and header of a file with these tensors, in this order."""
    header: dict[str, object] = {"__metadata__": dict(metadata)} if metadata else {}
    end = 0
    for name, (dtype, shape) in shapes.items():
        begin, end = end, end + math.prod(shape) * BITS[NAMES[dtype]] // 8
        header[name] = {"dtype": NAMES[dtype], "shape": list(shape), "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return len(text).to_bytes(8, "little") + text
