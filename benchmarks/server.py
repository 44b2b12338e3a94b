"""Does the server answer at once while it is busy? Cheap requests alone, beside a checkpoint that loads, and beside a
job that 200 streams watch.

    .venv/bin/python -m benchmarks.server [idle] [loading] [streams] [--streams 200] [--rate 20] [--seconds 30]

Prints a table: how long cheap requests took (median, p99, worst), how much of its speed the job kept, and the CPU
seconds of server, worker and load. Wanted: p99 below 100 ms, and at least 90 % of the speed alone. The load is a
process of its own and costs next to nothing (load.py). What a machine that others use as well adds is told by a bare
server, which answers two letters: it is asked at the same moments, and its p99 stands beside ours. The job runs alone
and watched in turns; each time watched is held against those alone before and after it.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2

API = "/api/v1"
LOAD = Path(__file__).with_name("load.py")
TICK = os.sysconf("SC_CLK_TCK")
WANTED, KEPT = 0.1, 0.9
"""Seconds that 99 of 100 cheap requests may take, and the share of its speed that a job is to keep."""
GLANCE = 0.25
"""Seconds after which it is looked whether a job has ended."""
BARE = "--bare"


@dataclass
class Row:
    """One line of the table: seconds of each cheap request, CPU seconds by process, shares of the job's speed."""

    name: str
    waits: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)
    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=lambda: dict.fromkeys(("server", "worker", "load"), 0.0))
    kept: list[float] = field(default_factory=list)

    HEAD = (
        *("row", "requests", "median", "p99", "worst", "bare p99", "", "speed kept", "", "s"),
        *("CPU s: server", "worker", "load"),
    )

    @property
    def cells(self) -> tuple[str, ...]:
        p99 = _p99(self.waits)
        kept = ("", "")
        if self.kept:
            middle, least, most = statistics.median(self.kept), min(self.kept), max(self.kept)
            kept = (f"{middle:.1%} ({least:.0%} to {most:.0%})", _verdict(middle >= KEPT))
        return (
            *(self.name, str(len(self.waits)), _ms(statistics.median(self.waits)), _ms(p99)),
            *(_ms(max(self.waits)), _ms(_p99(self.bare)), _verdict(p99 < WANTED), *kept, f"{self.seconds:.0f}"),
            *(f"{self.cpu[who]:.1f}" for who in ("server", "worker", "load")),
        )


class Bench:
    """A server, and who asks it."""

    def __init__(self, client: httpx2.Client, pid: int, bare: int, asked: argparse.Namespace) -> None:
        self.client, self.pid, self.bare, self.asked = client, pid, bare, asked

    def idle(self) -> Row:
        """What this machine does to a server that does nothing else."""
        row = Row("idle")
        with self._loaded(row):
            time.sleep(self.asked.seconds)
        return row

    def loading(self) -> Row:
        """A checkpoint is read again and again."""
        row = Row("loading")
        with self._loaded(row):
            end = time.perf_counter() + self.asked.seconds
            while time.perf_counter() < end:
                self._done(self._post("checkpoints/unload", {}))
                self._done(self._post("checkpoints/load", {"checkpoint": self.asked.checkpoint}))
        return row

    def streams(self) -> Row:
        """Listeners of a job that runs."""
        row, alone, beside = Row("streams"), [], []
        self._done(self._submitted(5))  # loads
        steps = max(20, round(20 / self._done(self._submitted(20)) * self.asked.seconds))
        for _ in range(self.asked.rounds):
            alone.append(self._done(self._submitted(steps)))
            id = self._submitted(steps)
            with self._loaded(row, str(self.asked.streams), f"{API}/jobs/{id}/events"):
                beside.append(self._done(id))
            assert len(row.heard) == self.asked.streams, f"{len(row.heard)} streams ended"
            assert len(set(row.heard)) == 1, f"streams told different things: {sorted(set(row.heard))}"
            row.heard.clear()
        alone.append(self._done(self._submitted(steps)))
        row.kept = [statistics.mean(both) / watched for both, watched in zip(pairwise(alone), beside, strict=True)]
        return row

    @contextmanager
    def _loaded(self, row: Row, *streams: str) -> Iterator[None]:
        """Cheap requests beside some work, and streams; what they found is put into the row."""
        command = [sys.executable, str(LOAD), f"{self.asked.rate:g}", str(self.client.base_url.port), str(self.bare)]
        began, before = time.perf_counter(), self._cpu()
        with subprocess.Popen([*command, *streams], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as load:
            assert load.stdin
            assert load.stdout
            assert load.stdout.readline() == b"open\n"
            yield
            row.seconds += time.perf_counter() - began
            for who, seconds in self._cpu().items():
                row.cpu[who] += seconds - before[who]
            load.stdin.close()
            found = json.loads(load.stdout.read())
        for name in ("waits", "bare", "heard"):
            getattr(row, name).extend(found[name])
        row.cpu["load"] += found["cpu"]

    def _post(self, path: str, body: dict[str, Any]) -> str:
        answer = self.client.post(f"{API}/{path}", json=body)
        assert answer.status_code == 202, answer.text
        return answer.json()["id"]

    def _submitted(self, steps: int) -> str:
        batches, side = -(-steps // 150), self.asked.side
        request = {"steps": min(steps, 150), "batch_count": batches, "width": side, "height": side, "seed": 1}
        job = {"request": request | {"checkpoint": self.asked.checkpoint}, "previews": {"kind": "linear"}}
        return self._post("jobs", job)

    def _done(self, id: str) -> float:
        """Wait for a job; the seconds it took, by the server's clock."""
        while not (job := self.client.get(f"{API}/jobs/{id}").json())["ended"]:
            time.sleep(GLANCE)
        assert job["state"] == "done", job["error"]
        return job["ended"] - job["started"]

    def _cpu(self) -> dict[str, float]:
        """Seconds of the processor."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return {"server": _seconds(self.pid), "worker": sum(_seconds(int(child)) for child in children)}


ROWS: dict[str, Callable[[Bench], Row]] = {"idle": Bench.idle, "loading": Bench.loading, "streams": Bench.streams}


def main() -> None:
    asked = _asked()
    with (
        tempfile.TemporaryDirectory() as folder,
        _server(Path(folder), asked) as (url, pid),
        _bare() as bare,
        httpx2.Client(base_url=url, timeout=600) as client,
    ):
        bench = Bench(client, pid, bare, asked)
        bench._done(bench._submitted(2))  # all that happens only once
        rows = [ROWS[name](bench) for name in asked.rows or ROWS]
    print(f"{asked.rate:g} cheap requests a second; {asked.streams} streams; load {os.getloadavg()[0]:.1f}")
    _print([Row.HEAD, *(row.cells for row in rows)])


@contextmanager
def _server(folder: Path, asked: argparse.Namespace) -> Iterator[tuple[str, int]]:
    command = [sys.executable, "-m", "pentimento.cli", "serve", "--port", "0", "--quiet", "--runner", asked.runner]
    places = ["--data-dir", str(folder), "--models-dir", str(asked.models_dir or folder)]
    with _process([*command, *places]) as (process, said):
        yield said, process.pid


@contextmanager
def _bare() -> Iterator[int]:
    """The port of a server that does nothing."""
    with _process([sys.executable, __file__, BARE]) as (_, said):
        yield int(said)


@contextmanager
def _process(command: Sequence[str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process, and the first line it says; ended at the end."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.terminate()


async def answer_barely() -> None:
    """Two letters, whatever is asked."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _seconds(pid: int) -> float:
    """Of the processor, by one process: fields 14 and 15 of /proc/PID/stat (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _print(table: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        print("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))


def _p99(waits: Sequence[float]) -> float:
    return sorted(waits)[min(len(waits) - 1, int(len(waits) * 0.99))]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _verdict(fine: bool) -> str:
    return "ok" if fine else "MISSED"


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("rows", nargs="*", help=f"which of {', '.join(ROWS)}; default all")
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=30, help="how long each row or run is to take, about")
    parser.add_argument("--rounds", type=int, default=3, help="how often the job runs watched")
    parser.add_argument("--side", type=int, default=256, help="of the picture, pixels")
    parser.add_argument("--runner", default="worker")
    parser.add_argument("--checkpoint", default="starter")
    parser.add_argument("--models-dir", type=Path, help="where --checkpoint lies, if it is not the starter model")
    return parser.parse_args()


if __name__ == "__main__":
    if sys.argv[1:2] == [BARE]:
        asyncio.run(answer_barely())
    else:
        main()
