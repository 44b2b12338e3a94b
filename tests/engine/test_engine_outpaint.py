"""Growing a picture, with networks of random numbers."""

import io

import numpy as np
import PIL.Image
import pytest

from pentimento.nets.tiling import tiled
from pentimento.pixels.codec import encode_picture, picture_of, read_picture
from pentimento.pixels.files import Files
from pentimento.runners.inline import InlineRunner
from pentimento.words.errors import MaskSizeError
from pentimento.words.events import Painted
from pentimento.words.request import Request


@pytest.fixture(scope="module")
def runner(tiny_checkpoint):
    return InlineRunner(tiny_checkpoint.parent.parent, device="cpu", threads=1)


def picture(height, width, channels, dtype, seed=0):
    top = np.iinfo(dtype).max
    return picture_of(np.random.default_rng(seed).integers(0, top, (height, width, channels), dtype, endpoint=True))


def made(runner, files, request):
    return [event for event in runner.run(request, files) if isinstance(event, Painted)]


def kept(files, picture):
    return files.keep(encode_picture(picture, ".png", None))


QUICK = {"prompt": "a cat", "steps": 2, "sampler": "Euler", "checkpoint": "tiny", "seed": 3, "variation_seed": 4}


@pytest.mark.parametrize(
    ("channels", "dtype"), [(3, np.uint8), (4, np.uint8), (1, np.uint8), (3, np.uint16), (4, np.uint16)],
    ids=["rgb8", "rgba8", "grey8", "rgb16", "rgba16"],
)  # fmt: skip
@pytest.mark.parametrize("area", ["whole picture", "only masked"])
def test_a_grown_picture_holds_the_old_one_bit_for_bit(runner, channels, dtype, area):
    files, old = Files(), picture(40, 56, channels, dtype)
    request = Request(images=(kept(files, old),), extend=(9, 0, 16, 3), area=area, **QUICK)
    [new] = made(runner, files, request)
    samples = new.picture.samples
    assert samples.shape == (43, 81, channels)
    assert samples.dtype == dtype
    assert (samples[:40, 9:65] == old.samples).all()
    edge = np.pad(old.samples, ((0, 3), (9, 16), (0, 0)), mode="edge")
    assert (samples != edge)[40:].mean() > 0.3, "what is new was painted, not only repeated"
    if channels == 4:
        assert (samples[40:, :, 3] == np.iinfo(dtype).max).all()
    assert new.background.largest == 0
    assert 'Extend: "9,0,16,3"' in new.parameters


def test_a_mask_of_ones_own_is_painted_beside_what_is_new(runner):
    files, old = Files(), picture(48, 48, 3, np.uint8)
    mask = np.zeros((48, 48, 1), np.uint8)
    mask[16:32, 16:32] = 255
    name, hole = kept(files, old), kept(files, picture_of(mask))
    [new] = made(runner, files, Request(images=(name,), mask=hole, extend=(0, 8, 0, 0), mask_blur=2, **QUICK))
    below = new.picture.samples[8:]
    assert (below[16:32, 16:32] != old.samples[16:32, 16:32]).mean() > 0.5
    far = np.ones((48, 48), bool)
    far[10:38, 10:38] = False
    assert (below[far] == old.samples[far]).all(), "softness stays with the mask and never comes from the new edge"


def test_a_mask_turned_round_still_paints_all_that_is_new(runner):
    files, old = Files(), picture(48, 48, 3, np.uint8)
    whole = picture_of(np.full((48, 48, 1), 255, np.uint8))
    request = Request(
        images=(kept(files, old),), mask=kept(files, whole), mask_mode="inpaint not masked", extend=(0, 0, 8, 0),
        **QUICK,
    )  # fmt: skip
    [new] = made(runner, files, request)
    assert (new.picture.samples[:, :48] == old.samples).all()
    assert (new.picture.samples[:, 48:] != old.samples[:, -1:]).mean() > 0.3


def test_a_mask_of_another_size_is_refused_before_anything_is_grown(runner):
    files = Files()
    names = kept(files, picture(48, 48, 3, np.uint8)), kept(files, picture(40, 48, 1, np.uint8))
    with pytest.raises(MaskSizeError, match="48×40"):
        made(runner, files, Request(images=names[:1], mask=names[1], extend=(8, 0, 0, 0), **QUICK))


def rolled(pixels, cells):
    return np.roll(pixels, cells, axis=(0, 1))


def test_a_tiling_networks_know_no_edge(runner):
    import torch

    networks = runner._load(Request(**QUICK)).opened.networks
    x, context = torch.randn(1, 4, 16, 8), torch.randn(1, 77, networks.text.width)
    image = torch.rand(1, 3, 128, 64) * 2 - 1
    roll = lambda tensor, factor=1: tensor.roll((4 * factor, 2 * factor), (2, 3))  # noqa: E731

    def distances():
        return [
            (networks.unet(roll(x), 500, context) - roll(networks.unet(x, 500, context))).abs().max(),
            (networks.vae.decode(roll(x)) - roll(networks.vae.decode(x), 8)).abs().max(),
            (networks.vae.encode(roll(image, 8)).mean - roll(networks.vae.encode(image).mean)).abs().max(),
        ]

    before = networks.unet(x, 500, context)
    with tiled(networks):
        assert max(distances()) < 1e-4
    assert min(distances()) > 1e-3, "without it the edge is felt"
    assert (networks.unet(x, 500, context) == before).all()


def test_a_picture_that_tiles_joins_itself(runner):
    """The jump from the last column to the first is as small as between any two neighbours."""
    files = Files()
    request = Request(width=64, height=64, tiling=True, **QUICK)
    [new] = made(runner, files, request)
    [plain] = made(runner, files, request.model_copy(update={"tiling": False}))
    assert "Tiling: True" in new.parameters
    assert (new.picture.samples != plain.picture.samples).any()
    data = encode_picture(new.picture, ".png", new.parameters)
    assert PIL.Image.open(io.BytesIO(data)).size == (64, 64)
    assert (read_picture(data).samples == new.picture.samples).all()
