"""A server that runs for long takes no more memory than one that began."""

import re
from pathlib import Path

import httpx2
import pytest

from server import process_of

JOBS, BEGUN = 1000, 300
"""The first jobs fill what is meant to be kept: the last hundred jobs, caches, threads."""
SPARE = 0.03


def megabytes(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.long
def test_a_thousand_jobs_leave_memory_as_it_was(tmp_path, tiny_checkpoint):
    (tmp_path / "models" / "Stable-diffusion").mkdir(parents=True)
    (tmp_path / "models" / "Stable-diffusion" / "tiny.safetensors").symlink_to(tiny_checkpoint)
    seen = {}
    with process_of(tmp_path, "--quiet") as (url, process), httpx2.Client(base_url=url, timeout=600) as client:
        for number in range(1, JOBS + 1):
            request = {"checkpoint": "tiny", "steps": 1, "width": 64, "height": 64, "seed": number}
            id = client.post("/api/v1/jobs", json={"request": request}).json()["id"]
            with client.stream("GET", f"/api/v1/jobs/{id}/events") as stream:
                assert "event: finished" in stream.read().decode()
            if number in (BEGUN, JOBS):
                seen[number] = [megabytes(process.pid), *map(megabytes, children(process.pid))]
    print(seen)
    for before, after in zip(seen[BEGUN], seen[JOBS], strict=True):
        assert after < before * (1 + SPARE), seen
