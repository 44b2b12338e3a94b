"""How much memory there is, and how much of it is free."""

import ctypes
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import torch

MEMINFO, STATUS, GROUP = Path("/proc/meminfo"), Path("/proc/self/status"), Path("/sys/fs/cgroup")
UNKNOWN = 2**50
"""Free bytes where the system does not say: nothing is refused then."""


class Room(NamedTuple):
    """Bytes, of a device or of the machine."""

    total: int
    free: int


def room_of(device: torch.device) -> Room:
    """A card's memory, or what the machine, or the group that this process is confined to, has."""
    if device.type == "cuda":
        free, total = torch.cuda.mem_get_info(device)
        return Room(total, free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device))
    machine, group = _machine(), _group()
    return Room(min(machine.total, group.total), min(machine.free, group.free)) if group else machine


def process_bytes() -> int:
    """What this process has of the machine's memory; 0 where the system does not say."""
    return _kilobytes(STATUS, "VmRSS") if STATUS.exists() else 0


def own_bytes(device: torch.device) -> int:
    """What this process alone has taken: of a card, tensors; of the machine, what no file could bring back."""
    if device.type == "cuda":
        return torch.cuda.memory_allocated(device)
    return _kilobytes(STATUS, "RssAnon") if STATUS.exists() else 0


def give_back(device: torch.device) -> None:
    """Let the system have what is free in this process."""
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif sys.platform == "linux":
        with suppress(OSError, AttributeError):  # musl has no such call, and needs none
            ctypes.CDLL(None).malloc_trim(0)


def _machine() -> Room:
    if MEMINFO.exists():
        return Room(_kilobytes(MEMINFO, "MemTotal"), _kilobytes(MEMINFO, "MemAvailable"))
    try:
        return Room(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), UNKNOWN)
    except (ValueError, OSError, AttributeError):
        return Room(UNKNOWN, UNKNOWN)


def _group() -> Room | None:
    """Of a container (cgroup 2); what the system keeps of files there can be had back."""
    try:
        limit = int((GROUP / "memory.max").read_text())
        used = int((GROUP / "memory.current").read_text())
        stat = dict(line.split() for line in (GROUP / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):
        return None
    return Room(limit, limit - used + int(stat.get("inactive_file", 0)))


def _kilobytes(file: Path, name: str) -> int:
    line = next(line for line in file.read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024
