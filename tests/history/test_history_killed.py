"""kill -9 at any moment: no picture that was told as done is lost, no row is broken, and all goes on."""

import os
import random
import signal
import sqlite3
import time
from hashlib import sha256
from pathlib import Path

from pentimento.history.bin import bin_round, empty_bin
from pentimento.history.history import DATABASE, History
from pentimento.history.rounds import At
from rounds import Painter, png

MOMENTS = 200 if os.environ.get("PENTIMENTO_LONG") else 20
WORDS = 10
"""A turn tells three, and every third turn throws a round away."""
FIRST = 0.05
"""Seconds that it may have worked before its first word."""


def busy(folder: Path, told: int) -> None:
    """Paint, branch, delete and empty the bin, telling each candidate when it is kept."""
    history = History(folder)
    painter = Painter(history)
    for turn in range(10**6):
        first = painter.paint(png(turn % 5, 16), seed=turn, batch_size=2, width=16, height=16)
        os.write(told, f"{first.candidates[0].file}\n{first.candidates[1].file}\n".encode())
        second = painter.paint(At(first.id, 1), seed=turn + 10**6, width=16, height=16)
        os.write(told, f"{second.candidates[0].file}\n".encode())
        if turn % 3 == 2:
            doomed = painter.paint(seed=turn + 2 * 10**6, width=16, height=16)
            bin_round(history, doomed.id)
            empty_bin(history)


def killed_after(folder: Path, words: int, share: float) -> list[str]:
    """What a process told before it was killed: so many words, and a share of what it then did in as long as one takes.

    Counted in words, not seconds, it is killed in the middle of its work on a busy machine too.
    """
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            busy(folder, writes)
        finally:
            os._exit(1)
    os.close(writes)
    with os.fdopen(reads) as pipe:
        begun = time.monotonic()
        told = [pipe.readline() for _ in range(words)]
        time.sleep(share * ((time.monotonic() - begun) / words if words else FIRST))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL, "it ended by itself"
        return [line.strip() for line in (*told, *pipe) if line.endswith("\n")]


def test_nothing_is_lost_or_broken_when_it_is_killed_at_any_moment(tmp_path):
    folder, chance, told = tmp_path / "data", random.Random(0), []
    for _ in range(MOMENTS):
        told += killed_after(folder, chance.randint(0, WORDS), chance.uniform(0, 2))
        check(folder, told)
    assert len(told) > MOMENTS


def check(folder: Path, told: list[str]) -> None:
    history = History(folder)
    assert history.rows("PRAGMA integrity_check")[0][0] == "ok"
    assert history.rows("PRAGMA foreign_key_check") == []
    named = {row[0] for row in history.rows("SELECT file FROM candidates UNION SELECT file FROM inputs")}
    for file in named:
        assert sha256(history.files[file]).hexdigest() == file
    assert set(told) <= named
    counts = "SELECT id, rounds, (SELECT COUNT(*) FROM rounds WHERE tree = trees.id AND binned IS NULL) FROM trees"
    assert all(said == counted for _, said, counted in history.rows(counts))
    empty = "SELECT id FROM rounds WHERE id NOT IN (SELECT round FROM candidates)"
    assert history.rows(empty) == []
    history.close()


def test_what_was_never_finished_is_cleared_away_after_a_day(tmp_path):
    History(tmp_path).close()
    left, fresh = (tmp_path / "files" / "unfinished" / name for name in ("old", "new"))
    for file in (left, fresh):
        file.write_bytes(b"half a pic")
    os.utime(left, (0, 0))
    History(tmp_path).close()
    assert not left.exists()
    assert fresh.exists(), "somebody may be writing it"


def test_the_database_keeps_to_what_makes_it_safe(tmp_path):
    History(tmp_path).close()
    connection = sqlite3.connect(tmp_path / DATABASE)
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    history = History(tmp_path)
    assert history.rows("PRAGMA synchronous")[0][0] == 2, "FULL"
    assert history.rows("PRAGMA foreign_keys")[0][0] == 1
