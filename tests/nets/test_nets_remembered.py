"""The same words and pixels are computed once, and what is remembered is what would be computed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch

from pentimento.checkpoint.open import open_checkpoint
from pentimento.library import run
from pentimento.nets.networks import Networks
from pentimento.nets.remembered import Memory, remembering
from pentimento.pixels.codec import encode_picture
from pentimento.pixels.files import Files
from pentimento.runners.inline import InlineRunner
from pentimento.words.images import Picture
from pentimento.words.request import Request


@pytest.fixture(scope="module")
def networks(tiny_checkpoint: Path) -> Networks:
    return open_checkpoint(tiny_checkpoint).networks


@contextmanager
def calls_of(networks: Networks) -> Iterator[list[str]]:
    """Names of the text encoder and the autoencoder's encoder, once for each time they run."""
    calls: list[str] = []
    modules = {"text": networks.text.module, "encode": networks.vae.module.encoder}
    hooks = [m.register_forward_hook(lambda *_, name=name: calls.append(name)) for name, m in modules.items()]
    yield calls
    for hook in hooks:
        hook.remove()


def test_what_is_remembered_is_bit_for_bit_what_is_computed(networks):
    kept = remembering(networks, Memory())
    image, tokens = torch.rand(1, 3, 64, 64) * 2 - 1, torch.arange(77)[None]
    fixes = [(0, 3, torch.rand(2, 64))]
    with calls_of(networks) as calls:
        for _ in range(2):
            assert all(map(torch.equal, kept.vae.encode(image), networks.vae.encode(image)))
            ours, theirs = (n.text(tokens, clip_skip=2, fixes=fixes) for n in (kept, networks))
            assert torch.equal(ours, theirs)
    assert sorted(calls) == ["encode"] * 3 + ["text"] * 3


def test_other_content_is_computed_anew(networks):
    kept = remembering(networks, Memory())
    tokens = torch.arange(77)[None]
    with calls_of(networks) as calls:
        kept.text(tokens)
        kept.text(tokens, clip_skip=2)
        kept.text(tokens + 1)
        kept.text(tokens, fixes=[(0, 3, torch.zeros(1, 64))])
        kept.text(tokens, fixes=[(0, 3, torch.ones(1, 64))])
        kept.text(tokens, fixes=[(0, 4, torch.ones(1, 64))])
    assert calls == ["text"] * 6


def test_a_memory_stays_within_its_bound_and_forgets_the_oldest():
    memory = Memory(limit=3 * 400)
    for key in (b"a", b"b", b"c", b"a", b"d"):
        memory.recall(key, lambda: torch.zeros(100))
    computed = []
    for key in (b"a", b"c", b"d", b"b"):
        memory.recall(key, lambda key=key: computed.append(key) or torch.zeros(100))
    assert computed == [b"b"]


def test_numbers_that_overflowed_are_not_remembered():
    memory = Memory()
    memory.recall(b"a", lambda: torch.tensor([torch.inf]))
    assert memory.recall(b"a", lambda: torch.ones(1)) == 1


def test_a_second_round_on_the_same_picture_and_prompt_encodes_nothing(tiny_checkpoint):
    runner = InlineRunner(tiny_checkpoint.parent.parent, device="cpu", threads=1)
    files = Files()
    image = files.keep(encode_picture(Picture(np.full((64, 64, 3), 90, np.uint8)), ".png", None))
    drawn = np.zeros((64, 64, 1), np.uint8)
    drawn[16:48, 16:48] = 255
    mask = files.keep(encode_picture(Picture(drawn), ".png", None))
    request = Request(images=(image,), mask=mask, prompt="a cup", checkpoint="tiny", steps=1, seed=1)
    (first,) = run(request, files, runner)
    with calls_of(runner._load(request).opened.networks) as calls:
        for seed, cfg_scale in ((2, 7), (3, 4)):
            list(run(request.model_copy(update={"seed": seed, "cfg_scale": cfg_scale}), files, runner))
        (again,) = run(request, files, runner)
    assert calls == []
    assert np.array_equal(first.picture.samples, again.picture.samples)
