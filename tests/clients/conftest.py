"""A server in a process of its own, over a tiny checkpoint, for clients that others wrote."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tiny import write_tiny

LOGIN = ("ann", "secret")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address, such as http://127.0.0.1:41234; whoever comes has to log in as `LOGIN`."""
    folder = tmp_path_factory.mktemp("server")
    write_tiny(folder / "models" / "Stable-diffusion" / "tiny.safetensors")
    write_tiny(folder / "models" / "Stable-diffusion" / "other.safetensors", seed=1)
    (folder / "styles.csv").write_text("name,prompt,negative_prompt\nfine,best,bad\n")
    yield from _serving(folder, {"PENTIMENTO_AUTH": ":".join(LOGIN)})


@pytest.fixture(scope="session")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One that lets anybody in and does not compute, for a client that cannot log in."""
    yield from _serving(tmp_path_factory.mktemp("open"), {}, "--runner", "fake")


def _serving(folder: Path, more: dict[str, str], *options: str) -> Iterator[str]:
    command = [sys.executable, "-m", "pentimento.cli", "serve", "--port", "0", "--device", "cpu", "--quiet"]
    places = ["--models-dir", "models", "--data-dir", "data", "--styles-file", "styles.csv"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **more}
    log = open(folder / "log", "w")  # noqa: SIM115
    process = subprocess.Popen(
        [*command, *places, *options], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
    )
    assert process.stdout
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://"), (folder / "log").read_text()
        yield address
        assert process.poll() is None, "the server died on the way"
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
        log.close()
