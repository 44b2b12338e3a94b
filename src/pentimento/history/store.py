"""Files by the hash of what is in them. A file is whole, and on disk, before anyone can know its name."""

import hashlib
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from pentimento.words.errors import OutputError, UnknownRoundError

STALE = 24 * 3600.0
"""Seconds after which a file that nothing names, or that was never finished, is nobody's."""


class Store(Mapping[str, bytes]):
    """sha256 in hex → bytes, under `folder/ab/abcd…`; what is being written lies in `folder/unfinished`.

    A mapping, so that a runner can take a request's pictures from it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.unfinished = folder / "unfinished"
        self.unfinished.mkdir(parents=True, exist_ok=True)
        for left in self.unfinished.iterdir():
            if _age(left) > STALE:
                left.unlink(missing_ok=True)

    def path(self, name: str) -> Path:
        return self.folder / name[:2] / name

    def keep(self, data: bytes) -> str:
        """Keep bytes; returns their name when they are on disk. Raises OutputError where they cannot be kept."""
        name = hashlib.sha256(data).hexdigest()
        place = self.path(name)
        if place.exists():
            return name
        beside = self.unfinished / secrets.token_hex(8)
        try:
            if not place.parent.exists():
                place.parent.mkdir(exist_ok=True)
                _settle(self.folder)
            with open(beside, "xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, place)
            _settle(place.parent)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise OutputError(
                f"{len(data):,} bytes cannot be kept in {self.folder}: {error.strerror or error}",
                "Make room there, choose another --data-dir, or use --no-history.",
            ) from error
        return name

    def __getitem__(self, name: str) -> bytes:
        """Raises UnknownRoundError where nothing of that name is kept."""
        try:
            return self.path(name).read_bytes()
        except OSError as error:
            raise UnknownRoundError(
                f"no picture {name[:12]}… is kept", f"Looked in {self.folder}; was it deleted there?"
            ) from error

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.path(name).is_file()

    def __iter__(self) -> Iterator[str]:
        """Walks through all folders: for tidying up, not for every day."""
        for folder in self.folder.iterdir():
            if len(folder.name) == 2:
                yield from (file.name for file in folder.iterdir())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def drop(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def age(self, name: str) -> float:
        """Seconds since it was kept."""
        return _age(self.path(name))


def _age(file: Path) -> float:
    try:
        return time.time() - file.stat().st_mtime
    except OSError:
        return 0.0


def _settle(folder: Path) -> None:
    """Make sure that the folder's entries survive a loss of power; Windows knows no such thing."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
