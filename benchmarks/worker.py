"""A child process that holds one contestant's networks and does what it is asked, one line of JSON in, one out.

    {"task": "step", "side": 512, "batch": 2}  →  {"wall": 8.1, "cpu": 16.0}

Each contestant has a process of its own, so that memory and threads are its own; the parent asks one at a time.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import places

CONTESTANTS = ("pentimento", "diffusers", "diffusers bf16", "diffusers bf16 cl")


def timed(work: Callable[[], object]) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def resident(peak: bool = False) -> int:
    """Bytes of this process in memory, mapped pages of files included; now, or at the most since `forget_peak`."""
    wanted = "VmHWM:" if peak else "VmRSS:"
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(wanted))


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def contestant(name: str, threads: int) -> Any:
    if name == "pentimento":
        from ours import Pentimento

        return Pentimento(name, threads)
    sys.path.append(str(places.helpers()))  # before anything looks for what is installed
    from opponents import Diffusers

    return Diffusers(name, threads)


def main() -> None:
    name, threads = sys.argv[1], int(sys.argv[2])
    os.environ["OMP_NUM_THREADS"] = str(threads)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints goes beside the answers
    here = contestant(name, threads)
    for line in sys.stdin:
        asked = json.loads(line)
        work = getattr(here, asked.pop("task"))
        print(json.dumps(work(**asked)), file=answers, flush=True)


if __name__ == "__main__":
    main()
