"""How far something is, on a terminal's stderr. Rich is imported only where a bar is shown."""

import sys
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Protocol

from pentimento.checkpoint.hashes import cached_hash, file_hash


class Bar(Protocol):
    """What shows how far something is."""

    def show(self, label: str, done: float = 0, total: float | None = None) -> None:
        """How much of it is done. Without a total the bar only says that something goes on."""
        ...

    def aside(self) -> AbstractContextManager[object]:
        """While the bar stands aside, so that lines can be printed."""
        ...


class Silent:
    """The bar where nobody looks."""

    def show(self, label: str, done: float = 0, total: float | None = None) -> None:
        return

    def aside(self) -> AbstractContextManager[object]:
        return nullcontext()


@contextmanager
def bar() -> Generator[Bar]:
    """A bar with time left on stderr, gone when done; nothing at all where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield Silent()
        return
    from pentimento.cli.terminal import TerminalBar

    with TerminalBar() as shown:
        yield shown


def hash_shown(path: Path) -> str:
    """A file's sha256, with a bar while it is computed."""
    if known := cached_hash(path):
        return known
    size, done = path.stat().st_size, 0
    with bar() as shown:

        def told(count: int) -> None:
            nonlocal done
            done += count
            shown.show(f"hashing {path.name}", done, size)

        return file_hash(path, told)
