"""What the cells of a grid share of their work on pixels."""

import numpy as np
import pytest

from pentimento.pixels import codec
from pentimento.pixels.codec import encode_picture, picture_of
from pentimento.pixels.files import Files
from pentimento.runners.inline import InlineRunner
from pentimento.words.events import Painted
from pentimento.words.request import Request


@pytest.fixture
def decoded(monkeypatch):
    """The bytes of each file that was decoded."""
    seen = []
    samples = codec._samples

    def watched(file, data):
        seen.append(data)
        return samples(file, data)

    monkeypatch.setattr(codec, "_samples", watched)
    return seen


def test_a_picture_and_its_mask_are_decoded_once_for_all_cells(tiny_checkpoint, decoded):
    runner = InlineRunner(tiny_checkpoint.parent.parent, device="cpu", threads=1)
    files = Files()
    pixels = np.random.default_rng(77).integers(0, 256, (64, 64, 3), np.uint8)
    mask = np.zeros((64, 64, 1), np.uint8)
    mask[17:40, 20:41] = 255
    picture, drawn = (files.keep(encode_picture(picture_of(one), ".png", None)) for one in (pixels, mask))
    for scale in (1, 4, 7):
        request = Request(images=(picture,), mask=drawn, checkpoint="tiny", steps=1, seed=1, cfg_scale=scale)
        [made] = [event for event in runner.run(request, files) if isinstance(event, Painted)]
        assert (made.picture.samples[:4] == pixels[:4]).all()
    assert sorted(decoded) == sorted([files[picture], files[drawn]])
