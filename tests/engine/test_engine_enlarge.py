"""Pictures are enlarged to the size that was asked for, and stay what they are."""

import numpy as np
import PIL.Image
import pytest
import torch

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.pictures import PictureNets
from pentimento.engine.enlarge import Upscaler, open_upscaler
from pentimento.nets.spandrel import PictureNet, Purpose
from pentimento.pixels.enlarge import asked_size, wanted_size
from pentimento.words.errors import PictureError, UnknownModelError
from pentimento.words.images import Picture
from pentimento.words.request import Request
from pentimento.words.sizes import Size
from picturenets import write_esrgan


def doubled(image):
    return image.repeat_interleave(2, 2).repeat_interleave(2, 3)


def net_of(call, scale, channels=3):
    return PictureNet(call, torch.nn.Conv2d(1, 1, 1), "toy", Purpose.ENLARGE, scale, channels, local=True)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("takes", [1, 3])
def test_every_kind_of_picture_keeps_its_samples(channels, dtype, takes):
    samples = np.random.default_rng(0).integers(0, np.iinfo(dtype).max, (9, 7, channels), dtype, endpoint=True)
    picture = Picture(samples, icc=b"profile")
    made = Upscaler(net_of(doubled, 2, takes))(picture, Size(14, 18))
    assert made.icc == b"profile"
    assert made.samples.dtype == dtype
    colours = channels - (channels in (2, 4))
    assert np.array_equal(made.samples[..., :colours], samples.repeat(2, 0).repeat(2, 1)[..., :colours])


def test_a_network_runs_until_the_size_is_reached_but_not_more_than_three_times():
    calls = []

    def counted(image):
        calls.append(1)
        return doubled(image)

    picture = Picture(np.full((4, 5, 3), 90, np.uint8))
    for factor, times in ((2, 1), (3, 2), (7, 3), (16, 3), (0.5, 0)):
        calls.clear()
        size = wanted_size(picture.size, factor)
        made = Upscaler(net_of(counted, 2))(picture, size)
        assert (made.size, len(calls)) == (size, times)
        assert (made.samples == 90).all()


def test_lanczos_is_pillows(tmp_path):
    samples = np.random.default_rng(0).integers(80, 170, (12, 10, 3), np.uint8)
    made = open_upscaler("lanczos", Library(tmp_path), PictureNets())(Picture(samples), Size(25, 31)).samples
    theirs = np.array(PIL.Image.fromarray(samples).resize((25, 31), PIL.Image.Resampling.LANCZOS))
    assert np.abs(made.astype(int) - theirs).max() <= 1  # theirs is rounded, and cut, between rows and columns


def test_nearest_repeats_pixels(tmp_path):
    samples = np.random.default_rng(0).integers(0, 256, (5, 4, 3), np.uint8)
    made = open_upscaler("Nearest", Library(tmp_path), PictureNets())(Picture(samples), Size(12, 15)).samples
    assert np.array_equal(made, samples.repeat(3, 0).repeat(3, 1))


def test_a_name_or_a_part_of_it_means_a_file(tmp_path):
    write_esrgan(tmp_path / "ESRGAN" / "4x_sharp.pth", 4)
    assert open_upscaler("sharp", Library(tmp_path), PictureNets()).scale == 4
    with pytest.raises(UnknownModelError, match="There are: Lanczos, Nearest, 4x_sharp"):
        open_upscaler("blurry", Library(tmp_path), PictureNets())


def test_what_would_be_too_large_is_refused_before_anything_is_computed():
    with pytest.raises(PictureError, match="the picture would be 20000×20000"):
        wanted_size(Size(5000, 5000), 4)


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({}, (80, 60)),
        ({"hires_scale": 1.5}, (60, 45)),
        ({"hires_width": 20, "hires_scale": 4}, (20, 15)),
        ({"hires_height": 45}, (60, 45)),
        ({"hires_width": 31, "hires_height": 7}, (31, 7)),
    ],
)
def test_a_request_says_how_large_a_picture_is_to_be(asked, size):
    assert asked_size(Request(**asked), Size(40, 30)) == size


@pytest.mark.parametrize(("channels", "takes"), [(3, 3), (3, 1), (4, 1), (1, 3)])
def test_it_is_known_in_how_many_parts_a_picture_is_enlarged(channels, takes):
    picture = Picture(np.full((300, 400, channels), 90, np.uint8))
    upscaler, size = Upscaler(net_of(doubled, 2, takes)), Size(1000, 750)
    told = []
    assert upscaler(picture, size, lambda done, total: told.append((done, total))).size == size
    count = upscaler.count(picture, size)
    assert told == [(done, count) for done in range(1, count + 1)]
    assert count >= 6 + 15
    assert Upscaler(PIL.Image.Resampling.NEAREST).count(picture, size) == 0


def test_a_network_is_read_once_and_again_when_its_file_changes(tmp_path):
    nets = PictureNets()
    one = write_esrgan(tmp_path / "1.pth")
    first = nets.open(one, Purpose.ENLARGE)
    assert nets.open(one, Purpose.ENLARGE) is first
    write_esrgan(one, 4)
    assert nets.open(one, Purpose.ENLARGE).scale == 4
    assert len(nets.kept) == 1
    nets.unload()
    assert nets.open(one, Purpose.ENLARGE) is not first
