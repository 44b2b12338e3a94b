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
from pentimento.words.choices import Fast
from pentimento.words.images import Picture
from pentimento.words.request import Request
from toy import ToyUNet, level, toy

STEPS = 10


@pytest.fixture(scope="module")
def opened():
    return open_checkpoint(BUILTIN / "starter.safetensors")


def picture_and_mask() -> tuple[Picture, Picture]:
    pixels = np.full((64, 64, 3), (90, 140, 180), np.uint8)
    mask = np.zeros((64, 64, 1), np.uint8)
    mask[16:48, 16:48] = 255
    return Picture(pixels), Picture(mask)


def painted(opened, fast: Fast | None) -> np.ndarray:
    picture, mask = picture_and_mask()
    request = Request(
        images=("0" * 64,), mask="1" * 64, prompt="a red cup", steps=STEPS, seed=3, variation_seed=1,
        denoising_strength=1, exact_steps=True, mask_blur=0, fast=fast,
    )  # fmt: skip
    made = [h for h in paint(request, ("a red cup", ""), [picture], mask, opened, {}) if isinstance(h, Candidate)]
    return made[0].picture.samples.astype(int)


def test_every_word_has_its_row_and_none_leaves_nothing_out():
    assert SHORTCUTS.keys() == {None, *Fast}
    assert SHORTCUTS[None].unguided == SHORTCUTS[None].between == SHORTCUTS[None].merged == 0


@pytest.mark.parametrize("fast", Fast)
def test_the_picture_is_near_the_exact_one_and_another(fast, opened):
    exact, near = painted(opened, None), painted(opened, fast)
    hole = np.s_[20:44, 20:44]
    assert (exact != near).any()
    assert abs(exact - near)[hole].mean() < 0.5 * abs(exact - picture_and_mask()[0].samples.astype(int))[hole].mean()


@pytest.mark.parametrize("fast", Fast)
def test_outside_the_mask_nothing_changes(fast, opened):
    near = painted(opened, fast)
    near[16:48, 16:48] = picture_and_mask()[0].samples[16:48, 16:48]
    assert (near == picture_and_mask()[0].samples).all()


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
