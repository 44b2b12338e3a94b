"""Who computes for the command line."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pentimento.jobs.runner import Runner

HERE = "inline"


@contextmanager
def runner(models_dir: Path, device: str, dtype: str) -> Generator[Runner]:
    """A process of its own, so that memory running out ends a job and not the program, or with PENTIMENTO_RUNNER=inline
    this one. What computes is imported there, and only now.
    """
    if os.environ.get("PENTIMENTO_RUNNER") == HERE:
        from pentimento.runners.inline import InlineRunner

        yield InlineRunner(models_dir, device=device, dtype=dtype)
        return
    from pentimento.runners.worker import WorkerRunner

    worker = WorkerRunner(models_dir=str(models_dir), device=device, dtype=dtype)
    try:
        yield worker
    finally:
        worker.close()
