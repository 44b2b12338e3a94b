"""Does the server answer at once while it is busy? Cheap requests alone, beside a checkpoint that loads, and beside a
job that 200 streams watch.

    .venv/bin/python -m benchmarks.server [idle] [loading] [streams] [--streams 200] [--rate 20] [--seconds 30]

Prints a table: how long cheap requests took (median, p99, worst), how much of its speed the job kept, and the CPU
seconds of server, worker and clients. Wanted: p99 below 100 ms, and at least 90 % of the speed alone. A process of its
own reads the streams, so that reading them does not hold up whoever measures. What a machine that others use as well
adds is told by a bare server, which answers two letters: it is asked by the same client at the same moments, and its
p99 stands beside ours. The speed alone is that before and after.
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
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx2

API = "/api/v1"
CHEAP = ("health", "jobs?limit=5", "samplers", "settings", "pictures", "version", "loras", "session")
TICK = os.sysconf("SC_CLK_TCK")
WANTED, KEPT = 0.1, 0.9
"""Seconds that 99 of 100 cheap requests may take, and the share of its speed that a job is to keep."""
LISTEN, BARE = "--listen", "--bare"


class Paced(NamedTuple):
    """Steps a second of a job, between its first step and its end."""

    steps: int
    seconds: float

    @property
    def speed(self) -> float:
        return self.steps / self.seconds


@dataclass
class Row:
    """One line of the table: seconds of each cheap request, CPU seconds by process, share of the job's speed."""

    name: str
    waits: list[float]
    bare: list[float]
    seconds: float
    cpu: tuple[float, ...]
    kept: float | None = None
    listeners: float = 0.0

    HEAD = (
        "row",
        "requests",
        "median",
        "p99",
        "worst",
        "bare p99",
        "",
        "speed kept",
        "",
        "s",
        "CPU s: server",
        "worker",
        "clients",
    )

    @property
    def cells(self) -> tuple[str, ...]:
        p99 = _p99(self.waits)
        kept = ("", "") if self.kept is None else (f"{self.kept:.0%}", _verdict(self.kept >= KEPT))
        server, worker, own = self.cpu
        return (
            *(self.name, str(len(self.waits)), _ms(statistics.median(self.waits)), _ms(p99)),
            *(_ms(max(self.waits)), _ms(_p99(self.bare))),
            *(_verdict(p99 < WANTED), *kept, f"{self.seconds:.0f}"),
            *(f"{server:.1f}", f"{worker:.1f}", f"{own + self.listeners:.1f}"),
        )


class Bench:
    """A server, and who asks it."""

    def __init__(self, client: httpx2.AsyncClient, pid: int, bare: str, asked: argparse.Namespace) -> None:
        self.client, self.pid, self.bare, self.asked = client, pid, bare, asked

    async def idle(self) -> Row:
        """What this machine does to a server that does nothing else."""
        return await self._row("idle", lambda: asyncio.sleep(self.asked.seconds))

    async def loading(self) -> Row:
        """A checkpoint is read again and again."""

        async def load() -> None:
            end = time.perf_counter() + self.asked.seconds
            while time.perf_counter() < end:
                await self._done("checkpoints/unload", {})
                await self._done("checkpoints/load", {"checkpoint": self.asked.checkpoint})

        return await self._row("loading", load)

    async def streams(self) -> Row:
        """Listeners of a job that runs."""
        await self._paced(5)  # loads
        steps = max(20, round((await self._paced(10)).speed * self.asked.seconds))
        alone, beside = await self._paced(steps), list[Paced]()
        id = await self._submitted(steps)
        listeners = await asyncio.create_subprocess_exec(
            *(sys.executable, __file__, LISTEN, str(self.client.base_url), id, str(self.asked.streams)),
            stdout=subprocess.PIPE,
        )
        assert listeners.stdout
        assert await listeners.stdout.readline() == b"open\n"

        async def follow() -> None:
            beside.append(await self._followed(id))

        row = await self._row("streams", follow)
        heard, row.listeners = json.loads(await listeners.stdout.readline())
        assert len(set(heard)) == 1, f"streams told different things: {sorted(set(heard))}"
        again = await self._paced(steps)
        row.kept = beside[0].speed / statistics.mean([alone.speed, again.speed])
        return row

    async def _row(self, name: str, work: Callable[[], Awaitable[None]]) -> Row:
        """Cheap requests beside some work."""
        waits: list[float] = []
        bare: list[float] = []
        began, before = time.perf_counter(), self._cpu()
        asking = asyncio.create_task(self._ask(waits, bare))
        await work()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        cpu = tuple(b - a for a, b in zip(before, self._cpu(), strict=True))
        return Row(name, waits, bare, time.perf_counter() - began, cpu)

    async def _ask(self, waits: list[float], bare: list[float]) -> None:
        """So many a second, whether the last was answered or not; as many of the bare server."""
        pending: set[asyncio.Task[None]] = set()

        async def one(url: str, waits: list[float]) -> None:
            asked = time.perf_counter()
            answer = await self.client.get(url)
            waits.append(time.perf_counter() - asked)
            assert answer.status_code == 200, answer.text

        try:
            for path in cycle(CHEAP):
                for url, into in ((f"{API}/{path}", waits), (self.bare, bare)):
                    task = asyncio.create_task(one(url, into))
                    pending.add(task)
                    task.add_done_callback(pending.discard)
                await asyncio.sleep(1 / self.asked.rate)
        finally:
            await asyncio.gather(*pending)

    async def _done(self, path: str, body: dict[str, str]) -> None:
        id = (await self.client.post(f"{API}/{path}", json=body)).json()["id"]
        await self._followed(id)

    async def _submitted(self, steps: int) -> str:
        batches, side = -(-steps // 150), self.asked.side
        request = {"steps": min(steps, 150), "batch_count": batches, "width": side, "height": side, "seed": 1}
        job = {"request": request | {"checkpoint": self.asked.checkpoint}, "previews": {"kind": "linear"}}
        answer = await self.client.post(f"{API}/jobs", json=job)
        assert answer.status_code == 202, answer.text
        return answer.json()["id"]

    async def _paced(self, steps: int) -> Paced:
        return await self._followed(await self._submitted(steps))

    async def _followed(self, id: str) -> Paced:
        first, steps = 0.0, 0
        async with self.client.stream("GET", f"{API}/jobs/{id}/events") as stream:
            async for line in stream.aiter_lines():
                if line == "event: stepped":
                    steps += 1
                    first = first or time.perf_counter()
                assert line != "event: failed", (await self.client.get(f"{API}/jobs/{id}")).json()["error"]
        return Paced(max(1, steps - 1), time.perf_counter() - first)

    def _cpu(self) -> tuple[float, float, float]:
        """Seconds of the processor: server, worker, this client."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return _seconds(self.pid), sum(_seconds(int(child)) for child in children), time.process_time()


ROWS = {"idle": Bench.idle, "loading": Bench.loading, "streams": Bench.streams}


async def main() -> None:
    asked = _asked()
    with tempfile.TemporaryDirectory() as folder:
        async with _server(Path(folder), asked) as (client, pid), _bare() as bare:
            bench = Bench(client, pid, bare, asked)
            await bench._paced(2)  # all that happens only once
            rows = [await ROWS[name](bench) for name in asked.rows or ROWS]
    print(f"{asked.rate:g} cheap requests a second; {asked.streams} streams")
    _print([Row.HEAD, *(row.cells for row in rows)])


@asynccontextmanager
async def _server(folder: Path, asked: argparse.Namespace) -> AsyncGenerator[tuple[httpx2.AsyncClient, int]]:
    command = [sys.executable, "-m", "pentimento.cli", "serve", "--port", "0", "--quiet", "--runner", asked.runner]
    process = subprocess.Popen(
        [*command, "--data-dir", str(folder), "--models-dir", str(asked.models_dir or folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
    try:
        url = process.stdout.readline().strip()
        async with httpx2.AsyncClient(base_url=url, timeout=600, limits=limits) as client:
            yield client, process.pid
    finally:
        process.terminate()
        process.wait()


@asynccontextmanager
async def _bare() -> AsyncGenerator[str]:
    """The address of a server that does nothing."""
    process = await asyncio.create_subprocess_exec(sys.executable, __file__, BARE, stdout=subprocess.PIPE)
    assert process.stdout
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


async def answer_barely() -> None:
    """Two letters, whatever is asked."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                return
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
    await server.serve_forever()


async def listen(url: str, id: str, count: int) -> None:
    """Many listeners of one job; says when all are there, then how many events each heard, and the CPU seconds."""
    host, port = urlsplit(url).hostname, urlsplit(url).port
    ask = f"GET {API}/jobs/{id}/events HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()

    async def opened() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(ask)
        await reader.readuntil(b"\r\n\r\n")
        return reader, writer

    async def heard(reader: asyncio.StreamReader) -> int:
        events = 0
        while chunk := await reader.read(1 << 20):
            events += chunk.count(b"\nid: ")
        return events

    both = [await opened() for _ in range(count)]  # a writer that nobody holds closes
    print("open", flush=True)
    print(json.dumps([await asyncio.gather(*(heard(reader) for reader, _ in both)), time.process_time()]), flush=True)


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
    parser.add_argument("--seconds", type=float, default=30, help="how long each row is to take, about")
    parser.add_argument("--side", type=int, default=256, help="of the picture, pixels")
    parser.add_argument("--runner", default="worker")
    parser.add_argument("--checkpoint", default="starter")
    parser.add_argument("--models-dir", type=Path, help="where --checkpoint lies, if it is not the starter model")
    return parser.parse_args()


if __name__ == "__main__":
    if sys.argv[1:2] == [LISTEN]:
        asyncio.run(listen(sys.argv[2], sys.argv[3], int(sys.argv[4])))
    elif sys.argv[1:2] == [BARE]:
        asyncio.run(answer_barely())
    else:
        asyncio.run(main())
