"""Enlarging in a process of its own; stopped between two parts, it makes no picture."""

import numpy as np
import torch

from pentimento.jobs.control import Control
from pentimento.pixels.codec import encode_picture, picture_of
from pentimento.pixels.files import Files
from pentimento.runners.inline import InlineRunner
from pentimento.runners.worker import WorkerRunner
from pentimento.words.events import Finished, Painted, Started, Stepped
from pentimento.words.request import Request
from pentimento.words.tasks import Task
from picturenets import write_esrgan


def asked(tmp_path):
    torch.manual_seed(0)
    write_esrgan(tmp_path / "ESRGAN" / "tiny.pth", 2)
    files = Files()
    samples = np.random.default_rng(0).integers(0, 256, (270, 410, 3), np.uint8)
    name = files.keep(encode_picture(picture_of(samples), ".png", None))
    return Request(images=(name,), hires_upscaler="tiny", hires_scale=1.5), files


def test_a_worker_enlarges_as_this_process_does_and_tells_each_part(tmp_path):
    request, files = asked(tmp_path)
    here = list(InlineRunner(tmp_path, device="cpu", threads=1).run(request, files, task=Task.UPSCALE))
    worker = WorkerRunner(models_dir=tmp_path, device="cpu", threads=1)
    try:
        there = list(worker.run(request, files, task=Task.UPSCALE))
    finally:
        worker.close()
    [started] = [event for event in there if isinstance(event, Started)]
    assert [event.step for event in there if isinstance(event, Stepped)] == list(range(1, started.steps + 1))
    assert started.steps == 6
    [one], [other] = ([event.picture for event in events if isinstance(event, Painted)] for events in (here, there))
    assert one.samples.shape == (405, 615, 3)
    assert np.array_equal(one.samples, other.samples)


def test_stopped_between_two_parts_it_ends_without_a_picture(tmp_path):
    request, files = asked(tmp_path)
    control, heard = Control(), []
    for event in InlineRunner(tmp_path, device="cpu", threads=1).run(request, files, control, task=Task.UPSCALE):
        heard.append(event)
        if isinstance(event, Stepped) and event.step == 2:
            control.stop()
    assert isinstance(heard[-1], Finished)
    assert [event.step for event in heard if isinstance(event, Stepped)] == [1, 2]
    assert not any(isinstance(event, Painted) for event in heard)
