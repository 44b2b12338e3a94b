"""When memory runs out the job goes on smaller, the picture stays the same, and the report says what happened."""

import io

import numpy as np
import PIL.Image
import pytest
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL

from pentimento.nets.unet import UNet2DConditionModel
from pentimento.pixels.files import Files
from pentimento.runners.inline import InlineRunner
from pentimento.words.errors import ComputeError
from pentimento.words.events import Finished, Painted, Started, Stepped
from pentimento.words.request import Request

SHORTAGES = {
    "CUDA": torch.OutOfMemoryError("CUDA out of memory"),
    "Python": MemoryError(),
    "oneDNN": RuntimeError("could not create a primitive"),
    "the processor's allocator": RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"),
}


@pytest.fixture
def job(tiny_checkpoint, tmp_path, monkeypatch):
    """(settings) → every event of a job, run by somebody who remembers nothing of the one before."""
    monkeypatch.setenv("PENTIMENTO_CACHE", str(tmp_path))
    pixels = np.random.default_rng(1).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    mask = np.zeros((48, 64), np.uint8)
    mask[8:40, 16:48] = 255
    files = Files()
    names = []
    for samples in (pixels, mask):
        out = io.BytesIO()
        PIL.Image.fromarray(samples).save(out, "PNG")
        names.append(files.keep(out.getvalue()))

    def run(**settings):
        how = {"steps": 2, "seed": 5, "prompt": "a cup", "batch_size": 3, "checkpoint": "tiny", **settings}
        runner = InlineRunner(tiny_checkpoint.parent.parent, device="cpu")
        return list(runner.run(Request(images=(names[0],), mask=names[1], **how), files))

    return run


def short_of_memory(monkeypatch, module, name, limit, error, sides=slice(0, 1)):
    """Calls with more numbers on the sides of their first argument than the limit run out of memory."""
    whole = getattr(module, name)

    def call(self, x, *rest, **more):
        if x.shape[sides].numel() > limit:
            raise error
        return whole(self, x, *rest, **more)

    monkeypatch.setattr(module, name, call)


def pictures(events):
    return [event.picture.samples.astype(int) for event in events if isinstance(event, Painted)]


def same(one, other) -> bool:
    return all(np.abs(a - b).max() <= 1 for a, b in zip(pictures(one), pictures(other), strict=True))


@pytest.mark.parametrize("shortage", SHORTAGES)
@pytest.mark.parametrize("limit", [1, 2, 4])
def test_a_batch_too_large_is_done_in_parts(limit, shortage, job, monkeypatch):
    wanted = job()
    short_of_memory(monkeypatch, UNet2DConditionModel, "forward", limit, SHORTAGES[shortage])
    events = job()
    assert same(events, wanted)
    (said,) = [note for note in events[-1].warnings if "memory" in note and "U-Net" in note][-1:]
    assert "instead of 6" in said
    assert isinstance(wanted[-1], Finished)
    assert not any("memory" in note for note in wanted[-1].warnings)


@pytest.mark.parametrize("way", ["encode", "decode"])
def test_an_autoencoder_too_large_is_done_in_strips(way, job, monkeypatch):
    wanted = job()
    short_of_memory(monkeypatch, AutoencoderKL, way, 0, MemoryError())
    events = job()
    assert same(events, wanted)
    assert any("strips" in note for note in events[-1].warnings)


def test_where_nothing_helps_the_error_names_what_was_expected(job, monkeypatch):
    short_of_memory(monkeypatch, UNet2DConditionModel, "forward", 0, MemoryError())
    with pytest.raises(ComputeError, match=r"memory ran out in the U-Net.*MiB of memory") as error:
        job()
    assert error.value.exit_code == 1
    assert "--only-masked" in error.value.hint


def test_where_strips_do_not_help_either_the_error_is_clear(job, monkeypatch):
    def never(*_):
        raise torch.OutOfMemoryError

    monkeypatch.setattr("pentimento.engine.memory.decode_in_strips", never)
    short_of_memory(monkeypatch, AutoencoderKL, "decode", 0, MemoryError())
    with pytest.raises(ComputeError, match="memory ran out decoding the picture"):
        job()


def test_another_error_is_not_taken_for_a_shortage(job, monkeypatch):
    short_of_memory(monkeypatch, UNet2DConditionModel, "forward", 0, RuntimeError("something else"))
    with pytest.raises(RuntimeError, match="something else"):
        job()


def test_a_job_says_beforehand_what_it_takes(job):
    said = job()
    started = next(event for event in said if isinstance(event, Started))
    assert not any(isinstance(event, Stepped) for event in said[: said.index(started)])
    assert started.expected is not None
    assert started.expected.memory > 10_000_000
    assert 0 < started.expected.seconds < 600
