"""Erasing changes what is masked and nothing else, by formula or by network."""

import numpy as np
import pytest
import torch

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.pictures import PictureNets
from pentimento.engine.erase import LONGEST, erased, imagined, open_fill
from pentimento.nets.spandrel import PictureNet, Purpose, _run_alike
from pentimento.pixels.fill import FILLS, REACH
from pentimento.words.errors import MaskSizeError, PictureError, UnknownModelError, UnsupportedModelError
from pentimento.words.images import Picture
from picturenets import write_esrgan, write_lama, write_mat


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


@pytest.mark.parametrize("name", list(FILLS))
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_nothing_opaque_is_left_on_a_transparent_ground(name, dtype):
    samples = np.zeros((40, 50, 4), dtype)
    samples[14:16, 15:18] = np.iinfo(dtype).max
    made = erased(Picture(samples), hole(40, 50), FILLS[name]).samples
    assert not made[..., 3].any()


@pytest.mark.parametrize("name", list(FILLS))
@pytest.mark.parametrize(("pixel", "background"), [((200, 90, 30, 128), "#ffffff"), ((90, 255), "#00ff00")])
def test_a_hole_in_an_even_ground_is_as_opaque_and_as_coloured_as_that(name, pixel, background):
    samples = np.full((40, 50, len(pixel)), pixel, np.uint8)
    spoilt, mask = samples.copy(), hole(40, 50)
    spoilt[mask > 0] = 255
    made = erased(Picture(spoilt), mask, FILLS[name], background).samples
    assert np.array_equal(made[..., -1], samples[..., -1])
    assert np.abs(made.astype(int) - samples).max() <= 4 * 255 / pixel[-1]  # what is seen half is known half as well


@pytest.mark.parametrize("name", ["telea", "navier-stokes"])
def test_an_edge_to_transparency_goes_on_through_the_hole(name):
    samples = np.zeros((40, 80, 4), np.uint8)
    samples[:, :40] = (180, 40, 20, 255)
    mask = np.zeros((40, 80), np.uint8)
    mask[18:21, 5:75] = 255
    spoilt = np.where(mask[..., None] > 0, np.uint8(255), samples)
    made = erased(Picture(spoilt), mask, FILLS[name]).samples.astype(int)
    assert np.abs(made - samples)[:, : 40 - 4 * REACH].max() <= 2
    assert made[:, 40 + 4 * REACH :, 3].max() <= 2
    seen = made[made[..., 3] >= 128]
    assert np.abs(seen[:, :3] - (180, 40, 20)).max() <= 8  # no light from the background in it


def test_nothing_masked_is_nothing_done():
    picture = Picture(np.zeros((8, 8, 3), np.uint8))
    assert erased(picture, np.zeros((8, 8), np.uint8), FILLS["telea"]) is picture
    with pytest.raises(MaskSizeError):
        erased(picture, np.zeros((9, 8), np.uint8), FILLS["telea"])


@pytest.mark.parametrize("name", list(FILLS))
@pytest.mark.parametrize("grey", [1, 255], ids=["faint", "white"])
def test_a_mask_that_covers_all_leaves_nothing_to_continue(name, grey):
    with pytest.raises(PictureError, match="covers all of the picture: nothing is left"):
        erased(Picture(np.zeros((8, 8, 3), np.uint8)), np.full((8, 8), grey, np.uint8), FILLS[name])


@pytest.mark.parametrize("name", list(FILLS))
@pytest.mark.parametrize("at", [(0, 0), (0, 5), (7, 7), (4, 4)], ids=["corner", "edge", "far corner", "middle"])
@pytest.mark.parametrize("samples", [np.full((8, 8, 3), 90, np.uint8), np.full((8, 8, 1), 90 * 257, np.uint16)])
def test_a_single_pixel_becomes_like_those_around_it(name, at, samples):
    spoilt, mask = samples.copy(), np.zeros((8, 8), np.uint8)
    spoilt[at], mask[at] = np.iinfo(samples.dtype).max, 255
    made = erased(Picture(spoilt), mask, FILLS[name]).samples
    assert np.abs(made.astype(int) - samples).max() <= 2 * (np.iinfo(samples.dtype).max // 255)


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


@pytest.mark.long
def test_a_mat_file_fills_the_hole_alike_each_time_it_is_opened(tmp_path):
    pytest.importorskip("spandrel_extra_arches", reason="an extra that forbids commercial use")
    write_mat(tmp_path / "MAT" / "Places_512.pth")
    image, mask = np.random.default_rng(0).integers(0, 256, (60, 70, 3), np.uint8), hole(60, 70)
    once, again = (open_fill("places", Library(tmp_path), PictureNets())(image, mask) for _ in range(2))
    assert np.array_equal(once, again)
    assert np.array_equal(once[mask == 0], image[mask == 0])
    assert not np.array_equal(once[mask > 0], image[mask > 0])


def test_a_network_that_draws_while_it_fills_draws_the_same_and_leaves_chance_alone():
    def call(picture, mask):
        return torch.rand_like(picture)

    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    once, again = (_run_alike(call)(torch.zeros(1, 3, 4, 4), torch.zeros(1, 1, 4, 4)) for _ in range(2))
    assert torch.equal(once, again)
    assert torch.equal(torch.random.get_rng_state(), before)


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
