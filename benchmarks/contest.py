"""Contestants in child processes, asked in turns; ratios of what they took, and whether that decides anything."""

import json
import math
import statistics
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from worker import contestant

ALONE = 0.1
"""The spread assumed of a single run, which tells nothing of its own."""
WORKER = Path(__file__).with_name("worker.py")


class EndedError(Exception):
    """A contestant's process ended before it answered."""


class Worker:
    """One contestant's process, started when it is first asked."""

    def __init__(self, name: str, threads: int) -> None:
        self.name = name
        self.threads = threads
        self._process: subprocess.Popen[str] | None = None

    @cached_property
    def rate(self) -> float:
        """TFLOP/s it reaches in a convolution."""
        return self.ask("rate")

    def ask(self, task: str, **how: Any) -> Any:
        if self._process is None:
            command = [sys.executable, str(WORKER), self.name, str(self.threads)]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        answer = ""
        with suppress(BrokenPipeError):  # it may have ended since it was last asked
            self._process.stdin.write(json.dumps({"task": task, **how}) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        if not answer:
            self.close()
            raise EndedError(f"{self.name} ended while it was asked for {task} {how}")
        return json.loads(answer)

    def close(self) -> None:
        if self._process is not None:
            with suppress(BrokenPipeError):
                self._process.communicate()
            self._process = None


class Here(Worker):
    """The same in this process: quicker to start, but neither memory nor threads are its own."""

    @cached_property
    def _contestant(self) -> Any:
        return contestant(self.name, self.threads)

    def ask(self, task: str, **how: Any) -> Any:
        return json.loads(json.dumps(getattr(self._contestant, task)(**how)))


@dataclass
class Samples:
    """What one contestant took, run after run; seconds, bytes or calls."""

    values: list[float] = field(default_factory=list)

    @property
    def best(self) -> float:
        return min(self.values)

    @property
    def spread(self) -> float:
        """How far the middle value lies above the best, as a share of that."""
        if len(self.values) == 1:
            return ALONE
        return statistics.median(self.values) / self.best - 1 if self.best else 0


@dataclass(frozen=True)
class Verdict:
    """One figure against its goals.

    value   ratio to the opponent, or factor gained, or bytes above the file, as the row says
    spread  by how much it may be off, as a share
    """

    value: float
    spread: float
    must: float | None
    wish: float | None
    more: bool = False

    @property
    def word(self) -> str:
        if math.isnan(self.value):
            return "failed"
        if self.must is None:
            return ""
        if self.spread and abs(self.value - self.must) <= self.spread * abs(self.value):
            return "not decided"
        if self.wish is not None and self._reaches(self.wish):
            return "wish"
        return "must" if self._reaches(self.must) else "missed"

    def _reaches(self, goal: float) -> bool:
        return self.value >= goal if self.more else self.value <= goal


def in_turns(
    workers: Mapping[str, Worker], task: str, repetitions: int, affordable: float, measure: str = "wall", **how: Any
) -> dict[str, Samples]:
    """Each contestant in turn, and that again; the order turns round each time.

    affordable  seconds beyond which a contestant is not asked again: its first answer stands alone
    """
    names = list(workers)
    found = {name: Samples() for name in names}
    slow: set[str] = set()
    for number in range(repetitions):
        for name in names if number % 2 == 0 else reversed(names):
            if name in slow:
                continue
            told = workers[name].ask(task, **how)
            found[name].values.append(told[measure])
            if told.get("wall", 0) > affordable:
                slow.add(name)
    return found


def ratio(ours: Samples, theirs: Samples) -> tuple[float, float]:
    """Ours to theirs, best to best, and how far that may be off."""
    return ours.best / theirs.best, ours.spread + theirs.spread
