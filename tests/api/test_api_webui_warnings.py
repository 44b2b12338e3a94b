"""What a person should know of a job is told in the dialect too, with a mask and without."""

import json

import pytest

from pentimento.runners import residents, usage
from pentimento.runners.inline import InlineRunner
from pentimento.words.events import Started
from sendings import MASK, PICTURE
from server import served

SIDE = 128
ASKED = {"prompt": "a cup", "steps": 1, "seed": 1, "width": SIDE, "height": SIDE, "batch_size": 4}


@pytest.fixture
def client(tmp_path, tiny_checkpoint):
    (tmp_path / "models" / "Stable-diffusion").mkdir(parents=True)
    (tmp_path / "models" / "Stable-diffusion" / "tiny.safetensors").symlink_to(tiny_checkpoint)
    with served(tmp_path, runner=InlineRunner(tmp_path / "models", device="cpu", threads=1)) as client:
        client.post("/sdapi/v1/options", json={"sd_model_checkpoint": "tiny"})
        yield client


def report(client, route, **body):
    answer = client.post(f"/sdapi/v1/{route}", json=ASKED | body)
    assert answer.status_code == 200, answer.text
    return json.loads(answer.json()["info"])["mask_report"]


def test_a_job_that_makes_do_with_less_memory_says_so_without_a_mask_too(client, monkeypatch):
    assert report(client, "txt2img", width=64, height=64) is None
    report(client, "txt2img")
    queue = client.app.state.services.queue
    runner, job = queue.runners[0], queue.jobs[0]
    weights = runner._residents._taken
    room = usage.Room(2**40, weights + (job.latest(Started).expected.memory - weights) * 9 // 10)
    monkeypatch.setattr(residents, "own_bytes", lambda device: 0)
    monkeypatch.setattr(runner._residents, "_empty", 0)
    monkeypatch.setattr(residents, "room_of", lambda device: room)
    told = report(client, "txt2img")
    assert list(told) == ["warnings"]
    assert "of memory beside the checkpoint" in told["warnings"][-1]
    masked = report(client, "img2img", init_images=[PICTURE], mask=MASK)
    assert "of memory beside the checkpoint" in masked["warnings"][-1]
    assert masked["crop"]
