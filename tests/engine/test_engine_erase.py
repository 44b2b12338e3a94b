"""Erasing changes what is masked and nothing else, by formula or by network."""

import numpy as np
import pytest
import torch

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.pictures import PictureNets
from pentimento.engine.erase import LONGEST, erased, imagined, open_fill
from pentimento.nets.spandrel import PictureNet, Purpose
from pentimento.pixels.fill import FILLS
from pentimento.words.errors import MaskSizeError, UnknownModelError, UnsupportedModelError
from pentimento.words.images import Picture
from picturenets import write_esrgan, write_lama


def hole(height, width, top=10, left=12, side=9):
    mask = np.zeros((height, width), np.uint8)
    mask[top : top + side, left : left + side] = 255
    return mask


@pytest.mark.parametrize("name", list(FILLS))
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_outside_the_mask_every_sample_stays(name, channels, dtype):
    samples = np.random.default_rng(0).integers(0, np.iinfo(dtype).max, (40, 50, channels), dtype, endpoint=True)
    mask = hole(40, 50)
    made = erased(Picture(samples), mask, FILLS[name])
    assert np.array_equal(made.samples[mask == 0], samples[mask == 0])
    assert not np.array_equal(made.samples[mask > 0], samples[mask > 0])


def test_nothing_masked_is_nothing_done():
    picture = Picture(np.zeros((8, 8, 3), np.uint8))
    assert erased(picture, np.zeros((8, 8), np.uint8), FILLS["telea"]) is picture
    with pytest.raises(MaskSizeError):
        erased(picture, np.zeros((9, 8), np.uint8), FILLS["telea"])


def test_a_lama_file_fills_the_hole(tmp_path):
    torch.manual_seed(0)
    write_lama(tmp_path / "LaMa" / "big-lama.pth")
    fill = open_fill("lama", Library(tmp_path), PictureNets())
    image = np.random.default_rng(0).integers(0, 256, (60, 70, 3), np.uint8)
    mask = hole(60, 70)
    made = fill(image, mask)
    assert np.array_equal(made[mask == 0], image[mask == 0])
    assert np.array_equal(made, fill(np.where(mask[..., None] > 0, np.uint8(7), image), mask))  # the hole is not seen
    assert not np.array_equal(made[mask > 0], image[mask > 0])


def test_a_network_sees_the_hole_with_its_surroundings_and_no_more_than_it_can():
    seen = []

    def call(image, mask):
        seen.append((tuple(image.shape[2:]), mask.shape[1], float(mask.mean())))
        return image * 0 + 0.5

    net = PictureNet(call, torch.nn.Conv2d(1, 1, 1), "toy", Purpose.ERASE, 1, 3, local=False)
    image = np.full((2000, 1800, 3), 9, np.uint8)
    made = imagined(net, image, hole(2000, 1800, 900, 700, 20))
    assert seen[0][:2] == ((276, 276), 1)
    assert seen[0][2] == pytest.approx(400 / 276**2)
    assert (made[900:920, 700:720] == 128).all()
    imagined(net, image, hole(2000, 1800, 100, 100, 1500))
    assert max(seen[1][0]) == LONGEST


def test_what_cannot_fill_is_told_from_what_can(tmp_path):
    write_esrgan(tmp_path / "LaMa" / "wrong.pth")
    with pytest.raises(UnknownModelError, match="There are: blur, telea, navier-stokes, wrong"):
        open_fill("mat", Library(tmp_path), PictureNets())
    with pytest.raises(UnsupportedModelError, match="a network to enlarge, and one to fill holes is wanted"):
        open_fill("wrong", Library(tmp_path), PictureNets())
