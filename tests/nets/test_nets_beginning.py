"""What goes before the text is computed once for equal rows of a batch; the rest is as it was, within rounding."""

from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from pentimento.checkpoint.library import BUILTIN
from pentimento.checkpoint.lora import Use, applied, read_network
from pentimento.checkpoint.open import open_checkpoint
from pentimento.engine import paint
from pentimento.nets import beginning
from pentimento.nets.beginning import begun_once, distinct
from pentimento.nets.cross import text_read_once
from pentimento.nets.merging import merged
from pentimento.nets.networks import Networks
from pentimento.nets.partial import PartialUNet
from pentimento.nets.reuse import ReusingUNet
from pentimento.pixels.codec import encode_picture, picture_of
from pentimento.pixels.files import Files
from pentimento.runners.inline import InlineRunner
from pentimento.words.events import Painted
from pentimento.words.request import Request
from pentimento.words.sizes import Box

CELLS = (16, 24)
TEXTS = 2


@pytest.fixture(scope="module", params=["tiny", "tiny inpainting", "starter"])
def networks(request, tiny_checkpoint, tiny_inpainting_checkpoint) -> Networks:
    files = {"tiny": tiny_checkpoint, "tiny inpainting": tiny_inpainting_checkpoint}
    return open_checkpoint(files.get(request.param, BUILTIN / "starter.safetensors")).networks


def given(networks: Networks, pictures: int = 1, texts: int = TEXTS) -> tuple[torch.Tensor, torch.Tensor]:
    """As guidance asks: all pictures with the first text, then with the next."""
    draw = torch.Generator().manual_seed(7)
    x = torch.randn(pictures, networks.unet.in_channels, *CELLS, generator=draw)
    context = torch.randn(texts, 77, networks.text.width, generator=draw)
    return x.repeat(texts, 1, 1, 1), context.repeat_interleave(pictures, dim=0)


@contextmanager
def watched(networks: Networks) -> Generator[list[int]]:
    """How many rows the first residual block computes, call by call."""
    rows: list[int] = []
    conv = networks.unet.module.down_blocks[0].resnets[0].conv1
    hook = conv.register_forward_pre_hook(lambda layer, given: rows.append(len(given[0])))
    yield rows
    hook.remove()


def a_lora(file: Path, conv: nn.Conv2d) -> Path:
    """Of the first residual block."""
    draw, name = torch.Generator().manual_seed(9), "lora_unet_down_blocks_0_resnets_0_conv1"
    parts = {
        f"{name}.lora_down.weight": torch.randn(4, conv.in_channels, 3, 3, generator=draw) / 8,
        f"{name}.lora_up.weight": torch.randn(conv.out_channels, 4, 1, 1, generator=draw) / 8,
        f"{name}.alpha": torch.tensor(4.0),
    }
    save_file(parts, file)
    return file


def alike(one: torch.Tensor, other: torch.Tensor) -> None:
    torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("pictures", "texts"), [(1, 2), (2, 2), (1, 3), (3, 2)])
def test_equal_rows_have_one_beginning_and_their_own_ends(networks, pictures, texts):
    x, context = given(networks, pictures, texts)
    plain = networks.unet(x, 500.0, context)
    with begun_once(networks), watched(networks) as rows:
        shared = networks.unet(x, 500.0, context)
    assert rows == [pictures]
    alike(shared, plain)
    assert not torch.equal(shared[:pictures], shared[-pictures:])


def test_rows_that_differ_are_computed_bit_for_bit_as_before(networks):
    x, context = given(networks)
    x[1, -1, 3, 5] += 1e-3
    plain = networks.unet(x, 500.0, context)
    with begun_once(networks), watched(networks) as rows:
        assert torch.equal(networks.unet(x, 500.0, context), plain)
    assert rows == [2]


def test_all_is_as_it_was_afterwards(networks):
    x, context = given(networks)
    plain = networks.unet(x, 500.0, context)
    with text_read_once(networks), begun_once(networks), begun_once(networks):
        networks.unet(x, 500.0, context)
    assert not [name for name, layer in networks.unet.module.named_modules() if "forward" in vars(layer)]
    with watched(networks) as rows:
        assert torch.equal(networks.unet(x, 500.0, context), plain)
    assert rows == [2]


def test_beside_tokens_merged_depths_reused_and_a_part_alone_it_changes_nothing(networks):
    x, context = given(networks)

    def results() -> list[torch.Tensor]:
        reusing = ReusingUNet(networks.unet)
        partial = PartialUNet(networks.unet, Box(8, 4, 16, 12), between=1)
        return [unet(x, t, context) for unet in (networks.unet, reusing, partial) for t in (500.0, 400.0)]

    with merged(networks):
        plain = results()
        with begun_once(networks):
            for one, other in zip(results(), plain, strict=True):
                alike(one, other)


def test_a_network_of_the_prompt_is_in_force_in_the_beginning_too(networks, tmp_path):
    x, context = given(networks)
    unet = networks.unet.module
    file = a_lora(tmp_path / "one.safetensors", unet.down_blocks[0].resnets[0].conv1)
    uses = [Use(read_network(file), 0.5, 0.5, None)]
    with begun_once(networks):
        without = networks.unet(x, 500.0, context)
        with applied({"unet": unet}, uses):
            shared = networks.unet(x, 500.0, context)
    with applied({"unet": unet}, uses):
        alike(shared, networks.unet(x, 500.0, context))
    assert not torch.allclose(shared, without, atol=1e-3)


@pytest.mark.parametrize(("rows", "many"), [("a", 1), ("aa", 1), ("abab", 2), ("aab", 3), ("abcabc", 3), ("abba", 4)])
def test_distinct_rows_are_those_whose_repetition_gives_all(rows, many):
    x = torch.tensor([ord(letter) for letter in rows]).view(-1, 1, 1, 1).expand(-1, 4, 2, 3)
    assert distinct(x) == many


SETTINGS = {
    "plain": {},
    "edited": {"prompt": "a [red:blue:0.5] cup"},
    "joined by AND": {"prompt": "a cup AND a ball"},
    "a batch": {"batch_size": 2},
    "without a picture, enlarged": {"images": (), "mask": None, "hires_scale": 1.5},
    "an inpainting checkpoint": {"checkpoint": "tiny-inpainting"},
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_a_job_paints_the_same_pictures_with_half_the_beginnings(
    tiny_checkpoint, tiny_inpainting_checkpoint, settings, monkeypatch
):
    nine = settings.get("checkpoint")
    folder = (tiny_inpainting_checkpoint if nine else tiny_checkpoint).parent.parent
    calls: list[tuple[int, int]] = []

    def watched(x: torch.Tensor) -> int:
        calls.append((len(x), distinct(x)))
        return calls[-1][1]

    def pictures() -> list[np.ndarray]:
        files, runner = Files(), InlineRunner(folder, device="cpu", threads=1, dtype="float32")
        pixels = np.random.default_rng(5).integers(0, 256, (64, 64, 3), np.uint8)
        hole = np.zeros((64, 64, 1), np.uint8)
        hole[16:48, 16:48] = 255
        image, mask = (files.keep(encode_picture(picture_of(one), ".png", None)) for one in (pixels, hole))
        what = {"images": (image,), "mask": mask, "checkpoint": "tiny", "prompt": "a cup", "steps": 2, "seed": 1}
        request = Request.model_validate({**what, "denoising_strength": 1, **settings})
        return [event.picture.samples for event in runner.run(request, files) if isinstance(event, Painted)]

    monkeypatch.setattr(beginning, "distinct", watched)
    shared = pictures()
    assert calls
    assert all(2 * rows <= batch for batch, rows in calls)
    monkeypatch.setattr(paint, "begun_once", lambda networks: nullcontext())
    for one, other in zip(shared, pictures(), strict=True):
        assert np.abs(one.astype(int) - other).max() <= 1
