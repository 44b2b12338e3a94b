"""Does the server answer at once while it is busy? Open streams and cheap requests beside a running job.

    .venv/bin/python benchmarks/server.py [--streams 200] [--rate 20] [--seconds 30]

Prints how long cheap requests take (median, p99, worst), how fast the job is beside them compared with alone, and the
CPU seconds of server, worker and of this client. Wanted: p99 below 100 ms, and at least 90 % of the speed alone.
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
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import httpx2

API = "/api/v1"
CHEAP = ("health", "jobs?limit=5", "samplers", "settings", "pictures", "version", "loras", "session")
TICK = os.sysconf("SC_CLK_TCK")


class Paced(NamedTuple):
    """Steps a second of a job, between its first step and its end."""

    steps: int
    seconds: float

    @property
    def speed(self) -> float:
        return self.steps / self.seconds


async def main() -> None:
    asked = _asked()
    with tempfile.TemporaryDirectory() as folder:
        async with _server(Path(folder), asked.runner) as (client, pid):
            await _paced(client, asked.side, 5)  # loads
            speed = (await _paced(client, asked.side, 10)).speed
            steps = max(20, round(speed * asked.seconds))
            alone = await _paced(client, asked.side, steps)
            before = _seconds(pid), _worker_seconds(pid), time.process_time()
            beside, waits = await _beside(client, asked, steps)
            after = _seconds(pid), _worker_seconds(pid), time.process_time()
    server, worker, own = (b - a for a, b in zip(before, after, strict=True))
    waits.sort()
    p99 = waits[int(len(waits) * 0.99)]
    print(f"job alone {alone.speed:.2f} steps/s, beside {beside.speed:.2f}: {beside.speed / alone.speed:.0%}")
    print(f"{len(waits)} cheap requests beside {asked.streams} streams, {asked.rate} a second:")
    print(f"  median {_ms(statistics.median(waits))}, p99 {_ms(p99)}, worst {_ms(waits[-1])}")
    print(f"CPU seconds in {beside.seconds:.0f} s: server {server:.1f}, worker {worker:.1f}, this client {own:.1f}")


async def _beside(client: httpx2.AsyncClient, asked: argparse.Namespace, steps: int) -> tuple[Paced, list[float]]:
    id, waits = await _submitted(client, asked.side, steps), []
    opened = asyncio.Semaphore(0)
    listeners = [asyncio.create_task(_listened(client, id, opened)) for _ in range(asked.streams)]
    for _ in listeners:
        await opened.acquire()
    asking = asyncio.create_task(_ask(client, asked.rate, waits))
    paced = await _followed(client, id)
    asking.cancel()
    heard = await asyncio.gather(*listeners)
    assert len(set(heard)) == 1, f"streams told different things: {sorted(set(heard))}"
    return paced, waits


async def _ask(client: httpx2.AsyncClient, rate: float, waits: list[float]) -> None:
    """So many a second, whether the last was answered or not."""
    pending: set[asyncio.Task[None]] = set()

    async def one(path: str) -> None:
        asked = time.perf_counter()
        answer = await client.get(f"{API}/{path}")
        waits.append(time.perf_counter() - asked)
        assert answer.status_code == 200, answer.text

    for path in cycle(CHEAP):
        task = asyncio.create_task(one(path))
        pending.add(task)
        task.add_done_callback(pending.discard)
        await asyncio.sleep(1 / rate)


async def _submitted(client: httpx2.AsyncClient, side: int, steps: int) -> str:
    batches = -(-steps // 150)
    request = {"steps": min(steps, 150), "batch_count": batches, "width": side, "height": side, "seed": 1}
    answer = await client.post(f"{API}/jobs", json={"request": request, "previews": {"kind": "linear"}})
    return answer.json()["id"]


async def _paced(client: httpx2.AsyncClient, side: int, steps: int) -> Paced:
    return await _followed(client, await _submitted(client, side, steps))


async def _followed(client: httpx2.AsyncClient, id: str) -> Paced:
    first, steps = 0.0, 0
    async with client.stream("GET", f"{API}/jobs/{id}/events") as stream:
        async for line in stream.aiter_lines():
            if line == "event: stepped":
                steps += 1
                first = first or time.perf_counter()
            assert line != "event: failed", await _why(client, id)
    return Paced(max(1, steps - 1), time.perf_counter() - first)


async def _why(client: httpx2.AsyncClient, id: str) -> str:
    return json.dumps((await client.get(f"{API}/jobs/{id}")).json()["error"])


async def _listened(client: httpx2.AsyncClient, id: str, opened: asyncio.Semaphore) -> int:
    """How many events one listener heard."""
    heard = 0
    async with client.stream("GET", f"{API}/jobs/{id}/events") as stream:
        opened.release()
        async for chunk in stream.aiter_bytes():
            heard += chunk.count(b"\nid: ")
    return heard


@asynccontextmanager
async def _server(folder: Path, runner: str) -> AsyncIterator[tuple[httpx2.AsyncClient, int]]:
    command = [sys.executable, "-m", "pentimento.cli", "serve", "--port", "0", "--quiet", "--runner", runner]
    process = subprocess.Popen(
        [*command, "--data-dir", str(folder), "--models-dir", str(folder)], stdout=subprocess.PIPE, text=True
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


def _seconds(pid: int) -> float:
    """Of the processor, by one process: fields 14 and 15 of /proc/PID/stat (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _worker_seconds(pid: int) -> float:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(_seconds(int(child)) for child in children)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=30, help="how long the job is to take, about")
    parser.add_argument("--side", type=int, default=256, help="of the picture, pixels")
    parser.add_argument("--runner", default="worker")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main())
