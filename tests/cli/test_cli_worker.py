"""What computes is a process of its own: when it is killed, the command goes on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PATIENCE = 120.0


def until(true, process):
    end = time.monotonic() + PATIENCE
    while not true():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.long
def test_a_killed_worker_costs_a_note_and_no_picture(models, tmp_path):
    command = [sys.executable, "-m", "pentimento.cli", "txt2img", "--models-dir", str(models), "--checkpoint", "tiny"]
    command += ["--steps", "40", "--batch-count", "4", "--seed", "7", "--device", "cpu", "-o", "out"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PENTIMENTO_RUNNER": "worker"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment
    )
    try:
        out = tmp_path / "out"
        until(lambda: out.is_dir() and len(list(out.glob("*.png"))) > 1, process)
        (worker,) = children(process.pid)
        os.kill(worker, signal.SIGKILL)
        printed, said = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == 0, said
    assert "killed (signal 9)" in said
    assert printed.splitlines() == [f"out/{number:05}-{number + 6}.png" for number in range(1, 5)]
    assert "Traceback" not in said
