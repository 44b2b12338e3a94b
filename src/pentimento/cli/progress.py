"""How far something is, on a terminal's stderr. Rich is imported only where a bar is shown."""

import sys
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Protocol

import click

from pentimento.checkpoint.hashes import cached_hash, file_hash
from pentimento.words.events import Event, Finished, Painted, Started, Stepped


class Bar(Protocol):
    """What shows how far something is."""

    def show(self, label: str, done: float = 0, total: float | None = None) -> None:
        """How much of it is done. Without a total the bar only says that something goes on."""
        ...

    def aside(self) -> AbstractContextManager[object]:
        """While the bar stands aside, so that lines can be printed."""
        ...


class Listener(Protocol):
    def __call__(self, painted: Painted) -> None: ...


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


def follow(events: Iterator[Event], keep: Listener) -> list[Painted]:
    """Run a job to its end, showing where it is; `keep` gets each picture at once."""
    painted: list[Painted] = []
    with bar() as shown:
        shown.show("loading")
        steps = total = 0
        for event in events:
            match event:
                case Started():
                    steps, total = event.steps, event.batches * event.steps
                    shown.show("painting", 0, total)
                    _warn(shown, event.warnings)
                case Stepped():
                    shown.show("painting", (event.batch - 1) * steps + event.step, total)
                case Painted():
                    with shown.aside():
                        keep(event)
                    painted.append(event)
                case Finished():
                    _warn(shown, event.warnings)
    return painted


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


def _warn(shown: Bar, warnings: tuple[str, ...]) -> None:
    with shown.aside():
        for warning in warnings:
            click.echo(f"Note: {warning}", err=True)
