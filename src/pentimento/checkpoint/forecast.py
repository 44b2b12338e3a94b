"""What a checkpoint will take in memory, told before a tensor of it is read."""

import math
from pathlib import Path

from pentimento.checkpoint.entries import BITS, Entry
from pentimento.checkpoint.folder import read_description
from pentimento.checkpoint.header import read_header
from pentimento.checkpoint.open import AUTOENCODER, TEXT, UNET
from pentimento.nets.layers import ROOM
from pentimento.nets.route import Route

FLOATS = frozenset({"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"})
LARGER = 4
"""Fast forms take at most so many times what the weights do."""


def placed_bytes(path: Path, vae: Path | None, route: Route) -> int:
    """Bytes of all numbers of a checkpoint, with another file's VAE if one is given, on a route.

    Raises what `read_header` raises.
    """
    own = (UNET, TEXT) if vae else (UNET, TEXT, AUTOENCODER)
    entries = {name: entry for name, entry in read_description(path)[0].entries.items() if name.startswith(own)}
    entries |= read_header(vae).entries if vae else {}
    return sum(math.prod(entry.shape) * _width(entry, route) for entry in entries.values())


def needed_bytes(path: Path, vae: Path | None, route: Route) -> int:
    """The same with the second, fast form of those weights that a route keeps in one."""
    placed = placed_bytes(path, vae, route)
    return placed + min(ROOM[route.method], LARGER * placed)


def _width(entry: Entry, route: Route) -> int:
    stored = route.stored and len(entry.shape) > 1
    return route.dtype.itemsize if entry.dtype in FLOATS and not stored else BITS[entry.dtype] // 8
