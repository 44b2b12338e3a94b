"""A real run in a real process: the bar, and Ctrl-C in the middle of it."""

import os
import pty
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import PIL.Image
import pytest

from pentimento.cli import interrupted
from pentimento.cli.whole import done_whole

PATIENCE = 120.0


@pytest.fixture
def terminal():
    """A terminal for stderr: the end to give away, and what has been read from the other so far."""
    ours, theirs = pty.openpty()
    read: list[bytes] = []

    def listen():
        while True:
            try:
                read.append(os.read(ours, 4096))
            except OSError:
                return

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    yield theirs, lambda: b"".join(read).decode(errors="replace")
    os.close(ours)


def until(true, what):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"no {what} in {PATIENCE} s"
        time.sleep(0.02)


def listens():
    """A test in the background of a shell has Ctrl-C switched off, and its children with it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_stops_within_one_step_and_leaves_only_whole_pictures(models, tmp_path, terminal):
    theirs, shown = terminal
    command = [sys.executable, "-m", "pentimento.cli", "txt2img", "--models-dir", str(models), "--checkpoint", "tiny"]
    command += ["--steps", "40", "--batch-count", "100", "--device", "cpu", "-o", "out"]
    out = tmp_path / "out"
    with open(tmp_path / "printed", "wb") as printed:
        process = subprocess.Popen(
            command,
            stdout=printed,
            stderr=theirs,
            cwd=tmp_path,
            env={**os.environ, "TERM": "xterm", "OMP_NUM_THREADS": "1", "PENTIMENTO_RUNNER": "worker"},
            preexec_fn=listens,
        )
    os.close(theirs)
    try:
        until(lambda: process.poll() is not None or (out.is_dir() and len(list(out.glob("*.png"))) > 1), "picture")
        process.send_signal(signal.SIGINT)
        stopped = time.monotonic()
        assert process.wait(PATIENCE) == 130, shown()
        assert time.monotonic() - stopped < 10, "a step takes a fraction of a second"
    finally:
        process.kill()
    until(lambda: "Stopped." in shown(), "word of the stop")
    assert "loading" in shown()
    assert "painting" in shown()
    assert "Traceback" not in shown()
    files = sorted(out.iterdir())
    assert [Path(line) for line in (tmp_path / "printed").read_text().splitlines()] == [
        file.relative_to(tmp_path) for file in files
    ]
    assert 0 < len(files) < 100
    for file in files:
        PIL.Image.open(file).load()


def file_and_name(done, stops):
    """Two things that belong together, with so many Ctrl-C between them."""
    with done_whole():
        done.append("file")
        for _ in range(stops):
            signal.raise_signal(signal.SIGINT)
        done.append("name")


def test_ctrl_c_between_a_file_and_its_name_waits_for_the_name():
    done = []
    with pytest.raises(KeyboardInterrupt):
        file_and_name(done, stops=1)
    assert done == ["file", "name"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_ctrl_c_does_not_wait():
    done = []
    with pytest.raises(KeyboardInterrupt):
        file_and_name(done, stops=2)
    assert done == ["file"]


def test_a_fault_between_them_is_told_as_such():
    with pytest.raises(OSError, match="full"), done_whole():
        raise OSError("full")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def clearing_up_badly():
    try:
        raise KeyboardInterrupt
    finally:
        [].pop()


def test_a_fault_in_clearing_up_after_ctrl_c_is_told_as_the_stop_that_it_is():
    with pytest.raises(IndexError) as caught:
        clearing_up_badly()
    assert interrupted(caught.value)


def test_a_fault_without_ctrl_c_stays_one():
    with pytest.raises(IndexError) as caught:
        [].pop()
    assert not interrupted(caught.value)
