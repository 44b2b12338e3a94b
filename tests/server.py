"""Servers for tests: one in this process over a runner that does not compute, and real ones."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from pentimento.api.access import Access
from pentimento.api.app import create_app
from pentimento.api.bounds import Bounds
from pentimento.api.guard import Doors
from pentimento.api.services import Services
from pentimento.download.addresses import Fetcher
from pentimento.runners.fake import FakeRunner

HERE = "http://127.0.0.1"


@contextmanager
def served(
    folder: Path,
    *,
    runner: Any = None,
    bounds: Bounds | None = None,
    access: Access | None = None,
    doors: Doors | None = None,
    fetcher: Fetcher | None = None,
) -> Iterator[TestClient]:
    """A client of a server whose data and models lie in a folder; `client.app.state.services` is what it stands on."""
    services = Services.open(
        [runner or FakeRunner()],
        models_dir=folder / "models",
        data_dir=folder / "data",
        styles=folder / "styles.csv",
        bounds=bounds,
        fetcher=fetcher,
    )
    try:
        with TestClient(create_app(services, access, doors), base_url=HERE) as client:
            yield client
    finally:
        services.close()


@contextmanager
def process_of(
    folder: Path, *words: object, log: Path | None = None, **environment: str
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a real server, and its process; `log` is what it says on stderr."""
    command = [sys.executable, "-m", "pentimento.cli", "serve", "--port", "0", "--data-dir", str(folder / "data")]
    with open(log or os.devnull, "w") as errors:
        process = subprocess.Popen(
            [*command, "--models-dir", str(folder / "models"), *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=folder,
            env=os.environ | {"PENTIMENTO_DTYPE": "float32", "OMP_NUM_THREADS": "1"} | environment,
        )
        assert process.stdout
        try:
            url = process.stdout.readline().strip()
            assert url, "it did not start"
            yield url, process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
            process.stdout.close()
