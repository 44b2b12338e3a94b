"""What `fast` leaves out is what it says, it is near the exact picture, and nothing of it is done unless asked for."""

import numpy as np
import pytest
from diffusers.models.attention_processor import Attention

from pentimento.checkpoint.library import BUILTIN
from pentimento.checkpoint.open import open_checkpoint
from pentimento.engine.fast import SHORTCUTS
from pentimento.engine.guidance import Skipping
from pentimento.engine.paint import Candidate, paint
from pentimento.nets.cross import TextKeys
from pentimento.starter import portrait
from pentimento.starter.scenes.drawing import draw, region
from pentimento.words.choices import Fast
from pentimento.words.images import Picture
from pentimento.words.request import Request
from toy import ToyUNet, level, toy

STEPS = 10


@pytest.fixture(scope="module")
def opened():
    return open_checkpoint(BUILTIN / "starter.safetensors")


SETTINGS = {Fast.AROUND: {"side": 128, "hole": slice(16, 32), "batch_count": 2}}
"""What each is tried with, if not a single picture with a large hole: side, rows and columns of the hole, settings."""


def picture_and_mask(side: int = 64, hole: slice = slice(16, 48)) -> tuple[Picture, Picture]:
    pixels = np.full((side, side, 3), (90, 140, 180), np.uint8)
    mask = np.zeros((side, side, 1), np.uint8)
    mask[hole, hole] = 255
    return Picture(pixels), Picture(mask)


def painted(opened, fast: Fast | None, side: int = 64, hole: slice = slice(16, 48), **settings) -> np.ndarray:
    return made(opened, *picture_and_mask(side, hole), "a red cup", fast, **settings)


def made(opened, picture: Picture, mask: Picture, prompt: str, fast: Fast | None, **settings) -> np.ndarray:
    """The last candidate."""
    request = Request(
        images=("0" * 64,), mask="1" * 64, prompt=prompt, steps=STEPS, seed=3, variation_seed=1,
        denoising_strength=1, exact_steps=True, mask_blur=0, fast=fast, **settings,
    )  # fmt: skip
    done = [h for h in paint(request, (prompt, ""), [picture], mask, opened, {}) if isinstance(h, Candidate)]
    return done[-1].picture.samples.astype(int)


def test_every_word_has_its_row_and_none_leaves_nothing_out():
    assert SHORTCUTS.keys() == {None, *Fast}
    assert SHORTCUTS[None].unguided == SHORTCUTS[None].between == SHORTCUTS[None].merged == 0


@pytest.mark.parametrize("fast", Fast)
def test_an_arm_that_was_missing_comes_nearly_as_without_it(fast, opened):
    mask, scene = portrait.mask("mask-arm"), portrait.MASKS["mask-arm"].before
    if fast is Fast.AROUND:  # which is exact for large masks
        mask = region(portrait.RIGHT, "right hand", portrait.SIZE)
    pictures = Picture(draw(scene, portrait.SIZE)), Picture(mask[..., None])
    exact, near = (made(opened, *pictures, portrait.PROMPT, kind, batch_count=2) for kind in (None, fast))
    hole = mask > 127
    assert (exact != near).any()
    changed = abs(exact - pictures[0].samples.astype(int))
    assert abs(exact - near)[hole].mean() < 0.5 * changed[hole].mean()


@pytest.mark.parametrize("fast", Fast)
def test_outside_the_mask_nothing_changes(fast, opened):
    how = {"side": 64, "hole": slice(16, 48)} | SETTINGS.get(fast, {})
    near, hole = painted(opened, fast, **how), how["hole"]
    before = picture_and_mask(how["side"])[0].samples
    near[hole, hole] = before[hole, hole]
    assert (near == before).all()


def test_around_the_mask_a_later_candidate_needs_no_whole_call(opened):
    seen = []
    look = opened.networks.unet.module.register_forward_pre_hook(lambda net, given: seen.append(given[0].shape[-2:]))
    try:
        painted(opened, Fast.AROUND, **SETTINGS[Fast.AROUND])
    finally:
        look.remove()
    whole = [shape == (16, 16) for shape in seen]
    assert whole == [True] * STEPS + [False] * STEPS


@pytest.mark.parametrize("how", [{"batch_count": 2}, {"side": 128, "hole": slice(16, 32)}], ids=["large", "alone"])
def test_around_a_large_mask_and_for_a_single_batch_everything_is_exact(opened, how):
    assert (painted(opened, Fast.AROUND, **how) == painted(opened, None, **how)).all()


def test_an_exact_picture_after_a_fast_one_is_what_it_was(opened):
    before = painted(opened, None)
    painted(opened, Fast.ALL)
    assert (painted(opened, None) == before).all()


def test_guidance_is_left_out_on_the_last_two_fifths_of_the_steps():
    unet = ToyUNet(level(0.5))
    painted(toy(unet), Fast.GUIDANCE)
    assert [len(context) for _, context in unet.calls] == [2] * 6 + [1] * 4


@pytest.mark.parametrize("calls", [1, 5, 20, 37])
def test_the_first_call_is_always_guided(calls):
    skipping = Skipping(late=0.4, calls=calls)
    assert not skipping.skips(1.0, 0)
    assert sum(skipping.skips(1.0, counter) for counter in range(calls)) == int(0.4 * calls)


def test_a_job_reads_its_text_once_and_not_at_every_step(opened, monkeypatch):
    kept, room = [], TextKeys._room
    monkeypatch.setattr(TextKeys, "_room", lambda keys, size: kept.append(size) or room(keys, size))
    painted(opened, None)
    parts = opened.networks.unet.module.modules()
    attentions = [part for part in parts if isinstance(part, Attention) and part.is_cross_attention]
    assert len(kept) == 2 * len(attentions)
