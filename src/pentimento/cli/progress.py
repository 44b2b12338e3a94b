"""A job's events → a progress bar with time left, and the pictures written as they come."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pentimento.words.events import Event, Finished, Painted, Started, Stepped


class Listener(Protocol):
    def __call__(self, painted: Painted) -> None: ...


@contextmanager
def bar() -> Generator[Progress]:
    """A bar on stderr, gone when done; nothing at all where stderr is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield progress


def follow(events: Iterator[Event], keep: Listener) -> list[Painted]:
    """Run a job to its end, showing where it is; `keep` gets each picture at once."""
    painted: list[Painted] = []
    with bar() as progress:
        task = progress.add_task("loading", total=None)
        steps = 0
        for event in events:
            match event:
                case Started():
                    steps = event.steps
                    progress.update(task, description="painting", total=event.batches * steps)
                    _warn(event.warnings)
                case Stepped():
                    progress.update(task, completed=(event.batch - 1) * steps + event.step)
                case Painted():
                    keep(event)
                    painted.append(event)
                case Finished():
                    _warn(event.warnings)
    return painted


def _warn(warnings: tuple[str, ...]) -> None:
    for warning in warnings:
        click.echo(f"Note: {warning}", err=True)
