"""The worker process: makes a runner, runs the jobs that come in on stdin, and says what happens on stdout.

One thread computes, one listens, one answers questions, one says every second that it lives; when nobody listens any
more, it ends.
"""

import importlib
import logging
import os
import signal
import sys
import threading
from queue import SimpleQueue
from typing import Any, BinaryIO

from pentimento.jobs.control import Control
from pentimento.jobs.runner import Runner
from pentimento.runners.frames import (
    Asked,
    Beat,
    Build,
    Ended,
    Foresee,
    Foreseen,
    Frame,
    Run,
    Said,
    read_frame,
    write_frame,
)
from pentimento.words.errors import PentimentoError, ProgramError
from pentimento.words.events import Failed

LOG = logging.getLogger(__name__)

SILENT = logging.CRITICAL + 1
"""What is wrong is told in an event; a traceback is for who asks for it."""
BEAT = 1.0
"""Seconds between signs of life."""


class Child:
    """One runner, and the pipes to whoever started it."""

    def __init__(self, listens: BinaryIO, speaks: BinaryIO) -> None:
        self.listens, self.speaks = listens, speaks
        self.runner: Runner | None = None
        self.jobs: SimpleQueue[Run] = SimpleQueue()
        self.questions: SimpleQueue[Foresee] = SimpleQueue()
        self.control, self.number = Control(), 0
        self._speaking = threading.Lock()

    def live(self) -> None:
        """Run jobs until the pipe is closed."""
        build = read_frame(self.listens)
        assert isinstance(build, Build)
        threading.Thread(target=self._beat, daemon=True).start()
        try:
            self.runner = made(build.factory, **build.arguments)
        except PentimentoError as error:
            self.say(Ended(0, Failed.of(error)))
            return
        self.say(Beat(self.runner.health()))
        for work in (self._listen, self._foresee):
            threading.Thread(target=work, daemon=True).start()
        while True:
            self._run(self.jobs.get())

    def say(self, frame: Frame) -> None:
        with self._speaking:
            write_frame(self.speaks, frame)

    def _run(self, job: Run) -> None:
        assert self.runner is not None
        control = self._control(job.number)
        failed: Failed | None = None
        try:
            events = self.runner.run(job.request, job.files, control, task=job.task, previews=job.previews)
            for event in events:
                self.say(Said(job.number, event))
                if control.cancelled:
                    break
        except PentimentoError as error:
            failed = Failed.of(error)
        except BrokenPipeError:
            raise
        except Exception as fault:  # whatever it is, the worker lives on and the job's end is told
            LOG.exception("job %s", job.number)
            failed = Failed.of(ProgramError(fault))
        self.say(Ended(job.number, failed))

    def _control(self, number: int) -> Control:
        """What is asked of a job; words about it may come before it begins."""
        with self._speaking:
            if number > self.number:
                self.control, self.number = Control(), number
            return self.control

    def _listen(self) -> None:
        while True:
            try:
                frame = read_frame(self.listens)
            except EOFError:
                os._exit(0)  # nobody is left to compute for
            if isinstance(frame, Run):
                self.jobs.put(frame)
            elif isinstance(frame, Asked):
                frame.tell(self._control(frame.number))
            elif isinstance(frame, Foresee):
                self.questions.put(frame)

    def _foresee(self) -> None:
        """Answer questions, one after another, whatever else runs."""
        assert self.runner is not None
        while True:
            asked = self.questions.get()
            try:
                answer = self.runner.forecast(asked.request, asked.files)
            except PentimentoError as error:
                answer = Failed.of(error)
            except Exception as fault:  # as in a job
                LOG.exception("forecast")
                answer = Failed.of(ProgramError(fault))
            self.say(Foreseen(asked.number, answer))

    def _beat(self) -> None:
        wait = threading.Event()
        while True:
            try:
                self.say(Beat(self.runner.health() if self.runner else None))
            except OSError:
                os._exit(0)
            wait.wait(BEAT)


def made(factory: str, **arguments: Any) -> Runner:
    """`module:name` called with the arguments."""
    module, name = factory.split(":")
    return getattr(importlib.import_module(module), name)(**arguments)


def main() -> None:
    """What others print goes to stderr, so that stdout holds frames alone. Ctrl-C is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    speaks = os.fdopen(os.dup(1), "wb")
    listens = os.fdopen(os.dup(0), "rb")
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING if os.environ.get("PENTIMENTO_DEBUG") else SILENT)
    try:
        Child(listens, speaks).live()
    except (EOFError, BrokenPipeError):
        os._exit(0)


if __name__ == "__main__":
    main()
