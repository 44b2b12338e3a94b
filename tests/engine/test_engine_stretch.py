"""What is worked on larger than it is can be enlarged by a network; nothing else changes by it."""

from functools import partial

import numpy as np
import PIL.Image
import pytest
import torch

from pentimento.engine.canvas import canvas_of
from pentimento.engine.enlarge import Upscaler, enlarged
from pentimento.nets.spandrel import PictureNet, Purpose
from pentimento.pixels.enlarge import UPSCALERS
from pentimento.pixels.resize import stretched
from pentimento.words.choices import Area, ResizeMode
from pentimento.words.compat import CompatName
from pentimento.words.images import Picture
from pentimento.words.request import Request
from pentimento.words.sizes import Size

NONE, WEBUI = CompatName.NONE, CompatName.WEBUI
BOTH = pytest.mark.parametrize("compat", [NONE, WEBUI])
HASH = "0" * 64
SAMPLES = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)


def doubled(image):
    return image.repeat_interleave(2, 2).repeat_interleave(2, 3)


NET = PictureNet(doubled, torch.nn.Conv2d(1, 1, 1), "toy", Purpose.ENLARGE, 2, 3, local=True)
BY_NET = partial(enlarged, upscaler=Upscaler(NET))


def twice(samples):
    return samples.repeat(2, 0).repeat(2, 1)


def canvas(compat, samples=SAMPLES, mask=None, stretch=BY_NET, **settings):
    request = Request(images=(HASH,), mask=None if mask is None else HASH, mask_blur=0, compat=compat, **settings)
    drawn = None if mask is None else Picture(mask[..., None])
    return canvas_of(request, [Picture(samples)], drawn, 64, stretch)


@BOTH
@pytest.mark.parametrize("mode", [ResizeMode.STRETCH, ResizeMode.CROP, ResizeMode.FILL])
def test_a_picture_smaller_than_the_working_size_is_enlarged_by_the_network(compat, mode):
    made = canvas(compat, width=128, height=128, resize_mode=mode)
    assert np.array_equal(made.images[0], twice(SAMPLES))


@BOTH
def test_where_the_shapes_differ_the_picture_in_the_middle_is_the_networks(compat):
    made = canvas(compat, SAMPLES[:32], width=128, height=128, resize_mode=ResizeMode.FILL)
    assert np.array_equal(made.images[0][32:96], twice(SAMPLES[:32]))


@BOTH
def test_a_picture_that_shrinks_or_stays_is_as_without(compat):
    for size in (32, 64):
        with_net, without = (canvas(compat, width=size, height=size, stretch=how) for how in (BY_NET, stretched))
        assert np.array_equal(with_net.images[0], without.images[0])


@BOTH
def test_only_the_masked_part_is_enlarged_where_that_is_worked_on(compat):
    mask = np.zeros((64, 64), np.uint8)
    mask[16:48, 16:48] = 255
    made = canvas(compat, mask=mask, area=Area.MASKED, padding=0, width=64, height=64)
    assert np.array_equal(made.images[0], twice(SAMPLES[16:48, 16:48]))
    assert (made.mask == 255).all()


@BOTH
def test_what_was_made_smaller_than_its_place_is_enlarged_by_it_too(compat):
    mask = np.full((64, 64), 255, np.uint8)
    made = canvas(compat, mask=mask, area=Area.MASKED, padding=0, width=32, height=32)
    worked = SAMPLES[:32, :32]
    assert np.array_equal(made.way_back(0, worked, None).samples, twice(worked))


def test_a_filter_goes_to_whole_cells_and_lanczos_the_rest_of_the_way_as_webui_has_it():
    nearest = partial(enlarged, upscaler=Upscaler(UPSCALERS["Nearest"]))
    image = SAMPLES[:30, :40]
    by_hand = PIL.Image.fromarray(image).resize((133, 100), PIL.Image.Resampling.NEAREST)
    for size in ((128, 96), (132, 100)):
        by_hand = by_hand.resize(size, PIL.Image.Resampling.LANCZOS)
    assert np.array_equal(nearest(image, Size(132, 100)), np.array(by_hand))
