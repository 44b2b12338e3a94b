"""A server that runs for long takes no more memory than one that began, and a long job no more than a short one."""

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


def painted(client, id, at):
    """Megabytes, asked when so many pictures of a job are done, by their number."""
    seen, done = {}, 0
    with client.stream("GET", f"/api/v1/jobs/{id}/events") as stream:
        for text in stream.iter_lines():
            done += text == "event: painted"
            if done in at and done not in seen:
                seen[done] = at[done]()
            assert text != "event: failed"
    return seen


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_pictures_of_a_long_job_do_not_pile_up_in_the_server(tmp_path):
    """Of 3 MiB each; forty of them would be 120."""
    with (
        process_of(tmp_path, "--quiet", "--runner", "fake") as (url, process),
        httpx2.Client(base_url=url, timeout=600) as client,
    ):
        request = {"steps": 1, "width": 1024, "height": 1024, "batch_count": 60, "seed": 1}
        id = client.post("/api/v1/jobs", json={"request": request}).json()["id"]
        seen = painted(client, id, dict.fromkeys((20, 60), lambda: megabytes(process.pid)))
        pictures = client.get(f"/api/v1/jobs/{id}").json()["pictures"]
        last = client.get(pictures[59]["url"]).content
        assert last == client.get(f"/api/v1/files/{pictures[59]['file']}").content
    print(seen)
    assert seen[60] - seen[20] < 20, seen


@pytest.mark.long
def test_a_hundred_pictures_of_one_job_leave_memory_as_it_was(tmp_path, tiny_checkpoint):
    (tmp_path / "models" / "Stable-diffusion").mkdir(parents=True)
    (tmp_path / "models" / "Stable-diffusion" / "tiny.safetensors").symlink_to(tiny_checkpoint)
    with process_of(tmp_path, "--quiet") as (url, process), httpx2.Client(base_url=url, timeout=600) as client:
        request = {"checkpoint": "tiny", "steps": 1, "width": 256, "height": 256, "batch_count": 100, "seed": 1}
        id = client.post("/api/v1/jobs", json={"request": request}).json()["id"]
        both = lambda: [megabytes(process.pid), *map(megabytes, children(process.pid))]  # noqa: E731
        seen = painted(client, id, dict.fromkeys((30, 100), both))
    print(seen)
    for before, after in zip(seen[30], seen[100], strict=True):
        assert after < before * (1 + SPARE), seen


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
