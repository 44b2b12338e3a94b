"""The runner that computes: loading, room in memory, previews, ending early."""

import gc
import shutil
import weakref
from collections import namedtuple

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from pentimento.checkpoint.forecast import placed_bytes
from pentimento.checkpoint.open import open_checkpoint
from pentimento.jobs.control import Control
from pentimento.jobs.runner import PreviewKind, Previews
from pentimento.nets.route import Route
from pentimento.nets.tiny import tiny_module
from pentimento.pixels.codec import encode_picture, picture_of
from pentimento.pixels.files import Files
from pentimento.runners import residents, usage
from pentimento.runners.inline import InlineRunner
from pentimento.words.choices import MaskedContent
from pentimento.words.errors import ComputeError, UnknownModelError
from pentimento.words.events import Finished, Loading, Painted, Preparing, Started, Stepped
from pentimento.words.request import Request
from pentimento.words.tasks import Task
from rounds import png
from tiny import write_tiny

QUICK = {"steps": 4, "width": 64, "height": 64, "seed": 7}
Room = namedtuple("Room", "total free")


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PENTIMENTO_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Three checkpoints of equal size."""
    folder = tmp_path_factory.mktemp("models")
    for seed, name in enumerate("abc"):
        write_tiny(folder / "Stable-diffusion" / f"{name}.safetensors", seed=seed)
    return folder


@pytest.fixture
def runner(models):
    return InlineRunner(models, device="cpu", dtype="float32")


def load(runner, name):
    return list(runner.run(Request(checkpoint=name), {}, task=Task.LOAD))


def names(runner):
    return [one.checkpoint.removesuffix(".safetensors") for one in runner.health().resident]


def size(runner):
    load(runner, "a")
    return runner.health().resident[0].size


def test_loading_is_told_in_bytes_from_little_to_all(runner, models):
    *told, finished = load(runner, "a")
    assert finished == Finished(None)
    assert all(isinstance(event, Loading) for event in told)
    assert 10 < len(told) < 80
    assert [event.done for event in told] == sorted(event.done for event in told)
    assert told[0].share < 0.1
    assert told[-1].share == 1
    file = models / "Stable-diffusion" / "a.safetensors"
    assert told[-1].total == file.stat().st_size + placed_bytes(file, None, runner.route)
    assert load(runner, "a") == [Finished(None)], "it is there"


@pytest.mark.parametrize("route", [Route(), Route(stored=True), Route(torch.bfloat16)], ids=str)
def test_what_it_takes_is_known_from_the_header(models, route):
    file = models / "Stable-diffusion" / "a.safetensors"
    networks = open_checkpoint(file, route=route).networks
    modules = (networks.unet.module, networks.vae.module, networks.text.module)
    taken = sum(parameter.nbytes for module in modules for parameter in module.parameters())
    assert placed_bytes(file, None, route) == pytest.approx(taken, rel=0.01)


def test_leaving_while_it_loads_leaves_nothing_behind(runner):
    events = runner.run(Request(checkpoint="a"), {}, task=Task.LOAD)
    for _ in range(5):
        next(events)
    events.close()
    assert runner.health().resident == ()
    assert isinstance(load(runner, "a")[-1], Finished)


def test_several_stay_and_the_one_not_used_for_longest_goes(models, runner):
    runner = InlineRunner(models, device="cpu", dtype="float32", budget=int(size(runner) * 2.5))
    for name in ("a", "b", "a"):
        load(runner, name)
    assert names(runner) == ["a", "b"]
    load(runner, "c")
    assert names(runner) == ["c", "a"]


def test_one_larger_than_the_budget_is_loaded_alone(models):
    runner = InlineRunner(models, device="cpu", dtype="float32", budget=1)
    for name in ("a", "b"):
        load(runner, name)
        assert names(runner) == [name]


def test_the_old_one_is_freed_before_the_new_one_is_read_where_there_is_no_room_for_both(models, runner, monkeypatch):
    one = size(runner)
    gone = weakref.ref(runner._loaded[0].opened.networks.unet.module)

    def room(device):
        gc.collect()
        return Room(10 * one, residents.SPARE + int(one * (1.2 if gone() is None else 0.2)))

    monkeypatch.setattr(residents, "room_of", room)
    load(runner, "b")
    assert gone() is None
    assert names(runner) == ["b"]


def test_where_memory_is_short_it_is_kept_smaller_and_said(models, runner, monkeypatch):
    runner._residents.route = Route()
    one = size(runner)
    monkeypatch.setattr(residents, "room_of", lambda device: Room(10 * one, residents.SPARE + int(one * 0.9)))
    events = list(runner.run(Request(checkpoint="b", **QUICK), {}))
    (started,) = [event for event in events if isinstance(event, Started)]
    assert any("b.safetensors takes" in note and "float32, stored" in note for note in started.warnings)
    assert runner.health().resident[0].size < one * 0.9
    assert isinstance(events[-1], Finished)


def test_where_there_is_no_room_at_all_it_is_refused_with_both_numbers(models, runner, monkeypatch):
    monkeypatch.setattr(residents, "room_of", lambda device: Room(2**30, residents.SPARE + 1000))
    with pytest.raises(ComputeError, match=r"a\.safetensors takes \d+ MiB of memory, and 0 MiB are free") as told:
        load(runner, "a")
    assert "unload" in told.value.hint


def test_unloading_gives_memory_back(runner):
    load(runner, "a")
    gone = weakref.ref(runner._loaded[0].opened.networks.unet.module)
    assert list(runner.run(Request(), {}, task=Task.UNLOAD)) == [Finished(None)]
    assert gone() is None
    assert runner.health().resident == ()


def test_an_unknown_checkpoint_leaves_the_others(runner):
    load(runner, "a")
    with pytest.raises(UnknownModelError):
        load(runner, "nothing of that name")
    assert names(runner) == ["a"]


def test_what_is_prepared_is_told_before_it_starts(runner):
    kinds = [type(event) for event in runner.run(Request(checkpoint="a", **QUICK), {})]
    assert kinds[0] is Preparing
    assert list(dict.fromkeys(kinds)) == [Preparing, Loading, Started, Stepped, Painted, Finished]


@pytest.mark.parametrize("kind, side", [(PreviewKind.LINEAR, 8), (PreviewKind.FULL, 64)])
def test_previews_come_every_so_many_steps_and_change_nothing(runner, kind, side):
    request = Request(checkpoint="a", batch_size=2, **QUICK)
    plain, shown = (list(runner.run(request, {}, previews=one)) for one in (None, Previews(kind, every=2)))
    steps = [event for event in shown if isinstance(event, Stepped)]
    assert [len(step.previews) for step in steps] == [0, 2, 0, 2]
    assert steps[1].previews[0].shape == (side, side, 3)
    assert not any(event.previews for event in plain if isinstance(event, Stepped))
    for one, other in zip(painted(plain), painted(shown), strict=True):
        assert np.array_equal(one.picture.samples, other.picture.samples)


def test_the_last_full_preview_is_the_picture(runner):
    request = Request(checkpoint="a", sampler="Euler", **QUICK)
    events = list(runner.run(request, {}, previews=Previews(PreviewKind.FULL)))
    *_, last = [event for event in events if isinstance(event, Stepped)]
    (made,) = painted(events)
    assert np.abs(last.previews[0].astype(int) - made.picture.samples).max() <= 1, (
        "Euler's last step lands on its guess"
    )


def test_tiny_previews_are_the_tiny_decoder_s_and_change_nothing(runner):
    request = Request(checkpoint="a", sampler="Euler", **QUICK)
    previews = Previews(PreviewKind.TINY, every=2)
    with pytest.raises(UnknownModelError, match="VAE-approx"):
        list(runner.run(request, {}, previews=previews))
    file = runner.library.models_dir / "VAE-approx" / "taesd_decoder.safetensors"
    file.parent.mkdir()
    try:
        save_file(tiny_module().layers.state_dict(), file)
        plain, shown = (list(runner.run(request, {}, previews=one)) for one in (None, previews))
    finally:
        shutil.rmtree(file.parent)
    steps = [event for event in shown if isinstance(event, Stepped)]
    assert [len(step.previews) for step in steps] == [0, 1, 0, 1]
    assert steps[1].previews[0].shape == (64, 64, 3)
    assert np.array_equal(painted(plain)[0].picture.samples, painted(shown)[0].picture.samples)
    expected = [next(e for e in one if isinstance(e, Started)).expected.seconds for one in (plain, shown)]
    assert expected[0] < expected[1], "what previews cost is told beforehand"


def painted(events):
    return [event for event in events if isinstance(event, Painted)]


@pytest.mark.parametrize("sampler", ["Euler", "DDIM", "DPM++ 2M SDE"])
def test_a_skipped_batch_shows_its_guess_and_the_next_is_as_ever(runner, sampler):
    request = Request(checkpoint="a", sampler=sampler, batch_count=2, **QUICK | {"steps": 8})
    control, events = Control(), []
    for event in runner.run(request, {}, control, previews=Previews(PreviewKind.FULL)):
        events.append(event)
        if isinstance(event, Stepped) and (event.batch, event.step) == (1, 3):
            control.skip(1)
    whole = painted(runner.run(request, {}))
    first, second = painted(events)
    assert (first.complete, second.complete) == (False, True)
    assert np.array_equal(second.picture.samples, whole[1].picture.samples)
    assert not np.array_equal(first.picture.samples, whole[0].picture.samples)
    assert max(event.step for event in events if isinstance(event, Stepped) and event.batch == 1) <= 4


def test_a_stopped_job_ends_its_batch_and_begins_no_other(runner):
    control, events = Control(), []
    for event in runner.run(Request(checkpoint="a", batch_count=3, **QUICK), {}, control):
        events.append(event)
        if isinstance(event, Stepped):
            control.stop()
    assert [event.complete for event in painted(events)] == [False]
    assert isinstance(events[-1], Finished)


def test_skipping_keeps_what_lies_outside_of_the_mask(runner):

    files = Files()
    mask = np.zeros((64, 64), np.uint8)
    mask[16:40, 16:40] = 255
    names = {"images": (files.keep(png(1, 64)),), "mask": files.keep(encode_picture(picture_of(mask), ".png", None))}
    control, events = Control(), []
    for event in runner.run(Request(checkpoint="a", **names, **QUICK), files, control):
        events.append(event)
        if isinstance(event, Stepped):
            control.skip(1)
    (made,) = painted(events)
    assert not made.complete
    assert made.background.largest == 0


def test_starting_states_are_a_small_job(runner):

    files = Files()
    request = Request(checkpoint="a", images=(files.keep(png(1, 64)),), mask=files.keep(png(2, 64)), **QUICK)
    states = painted(runner.run(request, files, task=Task.START_STATES))
    assert [state.label for state in states] == [str(content) for content in MaskedContent]
    assert {state.picture.size for state in states} == {(64, 64)}


def test_health_knows_device_memory_and_budget(runner):
    health = runner.health()
    assert (health.alive, health.device, health.busy) == (True, "cpu", False)
    assert 0 < health.usage.free <= health.usage.total
    assert 2**20 < health.usage.process < health.usage.total
    assert health.usage.budget == int(health.usage.total * residents.SHARE)
    events = runner.run(Request(checkpoint="a", **QUICK), {})
    next(events)
    assert runner.health().busy
    events.close()
    assert not runner.health().busy


def test_a_confined_process_counts_what_it_may_have(tmp_path, monkeypatch):
    for name, text in (("max", "1000000"), ("current", "700000"), ("stat", "anon 1\ninactive_file 200000\n")):
        (tmp_path / f"memory.{name}").write_text(text)
    monkeypatch.setattr(usage, "GROUP", tmp_path)
    assert usage.room_of(torch.device("cpu")) == (1_000_000, 500_000)
    (tmp_path / "memory.max").write_text("max")
    assert usage.room_of(torch.device("cpu")).total > 1_000_000
