"""Memory that a file is mapped to, given back once its numbers are elsewhere; they are read again when wanted."""

import mmap
from weakref import WeakValueDictionary

import torch
from torch import Tensor, nn

_MAPS: WeakValueDictionary[int, mmap.mmap] = WeakValueDictionary()
"""Maps of files by the address they begin at."""


def noted(data: mmap.mmap) -> mmap.mmap:
    """The map of a file, whose tensors may be let go."""
    _MAPS[torch.frombuffer(data, dtype=torch.uint8, count=1).data_ptr()] = data
    return data


def let_go(tensor: Tensor) -> None:
    """Give back the whole pages that a tensor lies in, where they are a file's and were never written to.

    What was written would be lost; torch counts that, but for tensors of inference mode.
    """
    if tensor.device.type != "cpu" or tensor.is_inference() or tensor._version or not tensor.is_contiguous():
        return
    for begin, data in tuple(_MAPS.items()):
        first = tensor.data_ptr() - begin
        start, end = -(-first // mmap.PAGESIZE), (first + tensor.nbytes) // mmap.PAGESIZE
        if 0 <= first < len(data) and start < end and hasattr(data, "madvise"):
            data.madvise(mmap.MADV_DONTNEED, start * mmap.PAGESIZE, (end - start) * mmap.PAGESIZE)


def all_let_go(module: nn.Module) -> None:
    """The same for all of a network that has been called, until it is called again."""
    for parameter in module.parameters():
        let_go(parameter)
