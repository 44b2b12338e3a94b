"""The bytes of a request's pictures, by the hash that names them."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from pentimento.words.errors import PictureError


class Files(Mapping[str, bytes]):
    """sha256 in hex → bytes. A request names its pictures so; equal bytes have one name."""

    def __init__(self, contents: Mapping[str, bytes] | None = None) -> None:
        self._contents = dict(contents or {})

    def __getitem__(self, name: str) -> bytes:
        return self._contents[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)

    def keep(self, data: bytes) -> str:
        """Keep bytes; returns their name."""
        name = hashlib.sha256(data).hexdigest()
        self._contents[name] = data
        return name

    def add(self, path: Path) -> str:
        """Keep a file's bytes; returns their name. Raises PictureError where it cannot be read."""
        return self.keep(self.read(path))

    @staticmethod
    def read(path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as problem:
            reason = (problem.strerror or str(problem)).lower()
            raise PictureError(f"{path} cannot be read: {reason}", "Check the path.") from problem
