"""The bar as a terminal shows it."""

from collections.abc import Generator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

MEMORY = 3600.0
"""Seconds over which the speed is taken; a step may need minutes."""


class TerminalBar:
    """A line with what is done, a bar, a percentage and the time left. Only stderr is written to."""

    def __init__(self) -> None:
        self.progress = Progress(
            *(TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn()),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=False,  # else what is printed there would go to stderr
            redirect_stderr=False,
            speed_estimate_period=MEMORY,
        )
        self.task = self.progress.add_task("", total=None)
        self.label = ""

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.progress.stop()

    def show(self, label: str, done: float = 0, total: float | None = None) -> None:
        if label != self.label:  # another matter: its speed has nothing to do with the last one's
            self.progress.reset(self.task, description=label, total=total, completed=int(done))
            self.label = label
        self.progress.update(self.task, completed=done, total=total)

    @contextmanager
    def aside(self) -> Generator[None]:
        self.progress.stop()
        try:
            yield
        finally:
            self.progress.start()
