"""Faces mended by a network alone: no checkpoint is read for it, and only faces change."""

import numpy as np
import pytest
import skimage.data
import torch

from pentimento.jobs.control import Control
from pentimento.pixels.codec import encode_picture, picture_of
from pentimento.pixels.files import Files
from pentimento.runners.inline import InlineRunner
from pentimento.runners.retouching import mends_faces_alone
from pentimento.words.errors import UnknownModelError
from pentimento.words.events import Finished, Loading, Painted, Preparing
from pentimento.words.request import Request
from picturenets import write_restoreformer

HASH = "0" * 64
ALONE = {"images": (HASH,), "denoising_strength": 0, "restore_faces": "restoreformer"}


@pytest.fixture
def runner(tmp_path):
    torch.manual_seed(0)
    write_restoreformer(tmp_path / "RestoreFormer" / "restoreformer.pth")
    return InlineRunner(tmp_path, device="cpu", threads=1)


def asked(**fields):
    files = Files()
    astronaut = skimage.data.astronaut()[20:340, 60:380]
    name = files.keep(encode_picture(picture_of(astronaut), ".png", None))
    return Request(**ALONE | {"images": (name,)} | fields), files, astronaut


def test_no_checkpoint_is_read_where_a_network_mends_the_faces(runner):
    request, files, astronaut = asked(checkpoint="there is none of this name")
    events = list(runner.run(request, files))
    assert not any(isinstance(event, Loading) for event in events)
    assert runner.health().resident == ()
    assert "restoring face 1 of 1" in [event.what for event in events if isinstance(event, Preparing)]
    [painted] = [event for event in events if isinstance(event, Painted)]
    [face] = painted.faces.faces
    changed = (painted.picture.samples != astronaut).any(-1)
    assert changed.any() == (not face.left)
    assert not changed[:, :20].any()


def test_with_the_checkpoint_the_faces_come_out_the_same(runner):
    alone, files, _ = asked()
    beside = alone.model_copy(update={"batch_count": 2})
    assert not mends_faces_alone(beside)
    [one] = [event for event in runner.run(alone, files) if isinstance(event, Painted)]
    first, _ = [event for event in runner.run(beside, files) if isinstance(event, Painted)]
    assert np.array_equal(one.picture.samples, first.picture.samples)
    assert one.faces == first.faces


def test_stopped_before_the_first_face_it_ends_without_a_picture(runner):
    request, files, _ = asked()
    control = Control(stopping=True)
    events = list(runner.run(request, files, control))
    assert isinstance(events[-1], Finished)
    assert not any(isinstance(event, Painted) for event in events)


def test_a_network_that_is_not_there_is_told_before_anything_is_read(tmp_path):
    request, files, _ = asked(restore_faces="gfpgan")
    with pytest.raises(UnknownModelError, match="GFPGAN has no file"):
        list(InlineRunner(tmp_path, device="cpu", threads=1).run(request, files))


@pytest.mark.parametrize(
    "more",
    [
        {"restore_faces": "detail"},
        {"restore_faces": "none"},
        {"denoising_strength": 0.1},
        {"mask": HASH},
        {"width": 64, "height": 64},
        {"extend": "8,8,8,8"},
        {"images": (HASH, HASH), "batch_size": 2},
        {"compat": "webui"},
    ],
    ids=str,
)
def test_whatever_the_checkpoint_has_a_part_in_is_painted(more):
    assert mends_faces_alone(Request(**ALONE))
    assert not mends_faces_alone(Request(**ALONE | more))
