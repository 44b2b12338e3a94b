"""What is known of a job before it runs is what the job then says."""

import numpy as np
import pytest
import skimage.data

from pentimento.pixels.codec import encode_picture, picture_of
from pentimento.pixels.files import Files
from pentimento.runners.inline import InlineRunner
from pentimento.runners.worker import WorkerRunner
from pentimento.words.errors import MaskSizeError, PromptError, UnknownModelError, WorkerError
from pentimento.words.events import Started
from pentimento.words.request import Request
from rounds import png

FAKE = "pentimento.runners.fake:FakeRunner"


@pytest.fixture(scope="module")
def runner(tiny_checkpoint):
    return InlineRunner(tiny_checkpoint.parent.parent, device="cpu")


@pytest.fixture(scope="module")
def both(tiny_checkpoint, tiny_inpainting_checkpoint, tmp_path_factory):
    """A runner with an ordinary checkpoint and an inpainting one."""
    folder = tmp_path_factory.mktemp("both") / "Stable-diffusion"
    folder.mkdir()
    (folder / "tiny.safetensors").symlink_to(tiny_checkpoint)
    (folder / "tiny9.safetensors").symlink_to(tiny_inpainting_checkpoint)
    return InlineRunner(folder.parent, device="cpu")


@pytest.fixture(scope="module")
def files():
    return Files()


@pytest.fixture(scope="module")
def fields(files):
    mask = np.zeros((96, 96, 1), np.uint8)
    mask[30:50, 40:70] = 255
    return {
        "images": (files.keep(png(side=96)),),
        "mask": files.keep(encode_picture(picture_of(mask), ".png", None)),
        "checkpoint": "tiny",
        "steps": 4,
        "seed": 1,
    }


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"area": "only masked", "padding": 8},
        {"sampler": "Heun", "batch_size": 2, "batch_count": 2},
        {"masked_content": "latent noise", "denoising_strength": 0.2, "prompt": "(a AND b"},
        {"extend": "0,0,32,0"},
        {"width": 64, "height": 128},
        {"denoising_strength": 0},
        {"restore_faces": "detail", "batch_size": 2},
    ],
    ids=["plain", "only masked", "batches", "warned of", "grown", "size", "nothing to do", "faces"],
)
def test_size_steps_warnings_and_memory_are_foreseen(runner, files, fields, more):
    request = Request(**fields | more)
    started = next(event for event in runner.run(request, files) if isinstance(event, Started))
    foreseen = runner.forecast(request, files)
    assert foreseen.working == started.working
    assert foreseen.steps == started.steps
    assert foreseen.warnings == started.warnings
    if started.steps:
        _check_alike(foreseen, started)


@pytest.mark.parametrize(
    "more",
    [
        {"hires_scale": 2},
        {"hires_width": 96, "hires_upscaler": "Lanczos", "hires_steps": 2, "batch_count": 2},
        {"hires_scale": 1.5, "hires_denoising_strength": 0, "hires_prompt": "else"},
        {"hires_scale": 2, "hires_checkpoint": "tiny9"},
    ],
    ids=["latents", "pixels", "nothing to do", "another checkpoint"],
)
def test_a_second_pass_is_foreseen_with_its_steps_and_memory(both, more):
    request = Request(checkpoint="tiny", steps=2, width=64, height=64, seed=1, **more)
    started = next(event for event in both.run(request, {}) if isinstance(event, Started))
    foreseen = both.forecast(request, {})
    assert (foreseen.working, foreseen.steps) == (started.working, started.steps)
    _check_alike(foreseen, started)
    alone = both.forecast(Request(checkpoint="tiny", steps=2, width=64, height=64), {})
    assert foreseen.expected.memory > alone.expected.memory


def test_supersampling_and_faces_that_are_repainted_take_their_time(runner, files, fields):
    def seconds(**more):
        return runner.forecast(Request(**fields | {"area": "only masked", "padding": 8} | more), files).expected.seconds

    alone = seconds()
    assert seconds(supersampling=2) > 3.5 * alone
    once, longer = (seconds(restore_faces="detail", face_denoising_strength=share) for share in (0.25, 1))
    assert alone < once < longer
    assert seconds(restore_faces="detail", batch_count=3) - seconds(batch_count=3) == pytest.approx(
        3 * (seconds(restore_faces="detail") - alone)
    )


def test_every_face_of_the_picture_is_counted_that_the_mask_touches(runner, files, fields):
    one = skimage.data.astronaut()[20:340, 60:380]
    two = np.concatenate([one, one[:, ::-1]], axis=1)
    left = np.zeros((*two.shape[:2], 1), np.uint8)
    left[:, :320] = 255
    pictures = {"images": (files.keep(encode_picture(picture_of(two), ".png", None)),), "width": 64, "height": 64}

    def faces(samples):
        mask = files.keep(encode_picture(picture_of(samples), ".png", None))
        seconds = [
            runner.forecast(Request(**fields | pictures | {"mask": mask, "restore_faces": way}), files).expected.seconds
            for way in ("none", "detail")
        ]
        return seconds[1] - seconds[0]

    assert faces(np.full_like(left, 255)) == pytest.approx(2 * faces(left))


def test_an_upscaler_that_is_not_there_fails_here_too(runner):
    with pytest.raises(UnknownModelError):
        runner.forecast(Request(checkpoint="tiny", steps=2, hires_scale=2, hires_upscaler="nowhere"), {})


def _check_alike(foreseen, started):
    assert foreseen.expected.memory == pytest.approx(started.expected.memory, rel=0.01)
    assert foreseen.expected.seconds == pytest.approx(started.expected.seconds)


def test_the_crop_is_the_one_that_is_worked_on(runner, files, fields):
    request = Request(**fields, area="only masked", padding=8)
    *_, painted, _ = runner.run(request, files)
    assert runner.forecast(request, files).mask == painted.mask


def test_nothing_is_loaded_for_it(tiny_checkpoint):
    fresh = InlineRunner(tiny_checkpoint.parent.parent, device="cpu")
    foreseen = fresh.forecast(Request(checkpoint="tiny", prompt="a AND b"), {})
    assert foreseen.expected.memory > 1e6
    assert fresh.health().resident == ()


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"prompt": "(a:1.2.3)"}, PromptError),
        ({"checkpoint": "nowhere"}, UnknownModelError),
    ],
    ids=["prompt", "checkpoint"],
)
def test_what_would_fail_at_once_fails_here(runner, files, fields, more, error):
    with pytest.raises(error):
        runner.forecast(Request(**fields | more), files)


def test_a_worker_foresees_beside_its_job_and_raises_what_is_wrong(files, fields):
    worker = WorkerRunner(FAKE, step_seconds=0.05)
    try:
        events = worker.run(Request(steps=150), {})
        while not isinstance(next(events), Started):
            pass
        assert worker.forecast(Request(width=64, height=32), {}).working == (64, 32)
        small = files.keep(png(side=8))
        with pytest.raises(MaskSizeError):
            worker.forecast(Request(**fields | {"mask": small}), files)
        assert worker.health().busy
        events.close()
    finally:
        worker.close()


def test_a_worker_that_ends_says_so_to_who_asked():
    worker = WorkerRunner(FAKE, patience=2)
    worker.close()
    with pytest.raises(WorkerError):
        worker.forecast(Request(), {})


def test_where_files_elsewhere_are_not_followed_a_path_names_nothing(tiny_checkpoint, tmp_path):
    runner = InlineRunner(tmp_path, device="cpu", elsewhere=False)
    request = Request(checkpoint=str(tiny_checkpoint), steps=1)
    with pytest.raises(UnknownModelError):
        runner.forecast(request, {})
    with pytest.raises(UnknownModelError):
        list(runner.run(request, {}))
