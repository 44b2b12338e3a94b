"""Whether a file is still the one that was read: told from its size and time of change, without opening it."""

from pathlib import Path
from typing import TypeAlias

from pentimento.checkpoint.sidecar import sidecar_of

Stamp: TypeAlias = tuple[str, int, int]
"""A file's path, its size in bytes and its time of change in nanoseconds."""


def stamp(path: Path) -> Stamp:
    """Of one file. Raises OSError where there is none."""
    status = path.stat()
    return str(path), status.st_size, status.st_mtime_ns


def stamps(path: Path | None) -> tuple[Stamp, ...]:
    """Of all that decides what a checkpoint, VAE or add-on is: the file and its .yaml, or every file of a folder.

    Equal stamps, equal networks; nothing has none. Raises OSError where there is no such file.
    """
    if path is None:
        return ()
    if path.is_dir():
        return tuple(stamp(file) for file in sorted(path.rglob("*")) if file.is_file())
    return tuple(stamp(file) for file in (path, sidecar_of(path)) if file == path or file.is_file())
