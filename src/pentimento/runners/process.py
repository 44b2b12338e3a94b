"""A worker process seen from outside: frames to it, frames from it, whether it lives, and what it died of."""

import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from typing import IO

from pentimento.jobs.runner import Health
from pentimento.runners.frames import Beat, Build, Foresee, Foreseen, Frame, read_frame, write_frame
from pentimento.words.errors import WorkerError
from pentimento.words.events import Failed
from pentimento.words.reports import Forecast

PARTING = 5.0
"""Seconds a process gets to end by itself."""


class Process:
    """Started at once; says nothing until `build` is done.

    heard    when the last frame came, by the monotonic clock
    speaks   whether one came already
    health   as of its last heartbeat; None before it has a runner
    frames   what it said, heartbeats left out; None is the end
    fault    why it was killed; empty where it was not
    """

    def __init__(self, build: Build) -> None:
        self.heard = time.monotonic()
        self.speaks = False
        self.health: Health | None = None
        self.frames: SimpleQueue[Frame | None] = SimpleQueue()
        self.fault = ""
        self._questions: dict[int, Future[Forecast]] = {}
        self._outgoing: SimpleQueue[Frame | None] = SimpleQueue()
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "pentimento.runners.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        for work, pipe in ((self._write, self._popen.stdin), (self._read, self._popen.stdout)):
            threading.Thread(target=work, args=(pipe,), daemon=True).start()
        self.send(build)

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def alive(self) -> bool:
        return self._popen.poll() is None

    @property
    def silence(self) -> float:
        """Seconds since it was last heard of."""
        return time.monotonic() - self.heard

    def send(self, frame: Frame) -> None:
        """Returns at once, whether it reads or not."""
        self._outgoing.put(frame)

    def ask(self, question: Foresee) -> Future[Forecast]:
        """What it answers; a WorkerError where it ends before."""
        answer = self._questions[question.number] = Future()
        self.send(question)
        if not self.alive:
            self._desert()
        return answer

    def kill(self, fault: str) -> None:
        self.fault = self.fault or fault
        self._popen.kill()

    def close(self) -> None:
        """Let it end, and end it if it does not."""
        self._outgoing.put(None)
        try:
            self._popen.wait(PARTING)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()

    def cause(self) -> str:
        """What it died of, once it did."""
        code = self._popen.wait()
        if self.fault:
            return self.fault
        if code == -signal.SIGKILL:
            return "the worker was killed (signal 9), as systems do when memory runs out"
        if code < 0:
            return f"the worker died of signal {-code} ({signal.Signals(-code).name})"
        return f"the worker ended with code {code}"

    def _write(self, pipe: IO[bytes]) -> None:
        with suppress(OSError), pipe:
            while (frame := self._outgoing.get()) is not None:
                write_frame(pipe, frame)  # ty: ignore[invalid-argument-type]

    def _read(self, pipe: IO[bytes]) -> None:
        with suppress(OSError, EOFError), pipe:
            while True:
                frame = read_frame(pipe)  # ty: ignore[invalid-argument-type]
                self.heard, self.speaks = time.monotonic(), True
                if isinstance(frame, Beat):
                    self.health = frame.health
                elif isinstance(frame, Foreseen):
                    self._answer(frame)
                else:
                    self.frames.put(frame)
        self.frames.put(None)
        self._desert()

    def _desert(self) -> None:
        """Nobody answers any more."""
        while self._questions:
            with suppress(KeyError):  # another thread was at it too
                _, question = self._questions.popitem()
                question.set_exception(WorkerError("the worker ended", "Ask again: another takes its place."))

    def _answer(self, frame: Foreseen) -> None:
        if question := self._questions.pop(frame.number, None):
            if isinstance(frame.forecast, Failed):
                question.set_exception(frame.forecast.error)
            else:
                question.set_result(frame.forecast)
