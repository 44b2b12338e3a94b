"""When memory runs out the job goes on smaller, the picture stays the same, and the report says what happened."""

import io

import numpy as np
import PIL.Image
import pytest
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL

from pentimento.engine.estimate import Costs, costs_of, estimate
from pentimento.nets.unet import UNet2DConditionModel
from pentimento.pixels.files import Files
from pentimento.runners.inline import InlineRunner
from pentimento.words.errors import ComputeError
from pentimento.words.events import Finished, Painted, Started
from pentimento.words.request import Request
from pentimento.words.sizes import Size

SHORTAGES = {
    "CUDA": torch.OutOfMemoryError("CUDA out of memory"),
    "Python": MemoryError(),
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
    with pytest.raises(ComputeError, match=r"memory ran out in the U-Net.*GiB of memory") as error:
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
    first = job()[0]
    assert isinstance(first, Started)
    assert first.expected is not None
    assert first.expected.memory > 10_000_000
    assert 0 < first.expected.seconds < 600


COSTS = Costs(weights=10**9, number=2, unet=1e6, encoder=1e4, decoder=2e4, unet_width=320, vae_width=128)
ONE = {"steps": 20, "batch": 1, "batches": 1, "pictures": 1, "speed": 1e12}


@pytest.mark.parametrize("more", [{"steps": 40}, {"batch": 2}, {"batches": 2}, {"speed": 5e11}])
def test_twice_the_work_takes_about_twice_the_time(more):
    one, two = (estimate(COSTS, Size(512, 512), **{**ONE, **how}) for how in ({}, more))
    assert 1.5 < two.seconds / one.seconds <= 2.0001


def test_memory_grows_with_the_picture_and_not_with_the_steps():
    one = estimate(COSTS, Size(512, 512), **ONE)
    assert estimate(COSTS, Size(1024, 1024), **ONE).memory > one.memory > COSTS.weights
    assert estimate(COSTS, Size(512, 512), **{**ONE, "steps": 150}).memory == one.memory


def test_the_cost_of_a_call_is_that_of_its_convolutions(tiny_checkpoint):
    """Counted by watching every layer of a real call."""
    from pentimento.checkpoint.open import open_checkpoint

    networks = open_checkpoint(tiny_checkpoint).networks
    counted = []

    def count(module, given, result):
        places = result.numel() / result.shape[1] if result.dim() == 4 else result.numel() / result.shape[-1]
        if isinstance(module, torch.nn.Conv2d | torch.nn.Linear):
            counted.append(2 * module.weight.numel() * places)

    hooks = [module.register_forward_hook(count) for module in networks.vae.module.decoder.modules()]
    networks.vae.decode(torch.zeros(1, 4, 8, 8))
    for hook in hooks:
        hook.remove()
    assert costs_of(networks).decoder * 64 * 64 == pytest.approx(sum(counted), rel=0.5)
