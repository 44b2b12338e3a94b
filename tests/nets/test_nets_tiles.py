"""A network in tiles gives what it gives for the whole picture, as long as it does not see past the margin."""

import pytest
import torch

from pentimento.checkpoint.pictures import open_picture_net
from pentimento.nets import tiles
from pentimento.nets.spandrel import PictureNet, Purpose
from pentimento.nets.tiles import count_tiles, run_tiled
from pentimento.words.sizes import Size
from picturenets import write_dat, write_esrgan, write_swinir


def whole_of(parts, seen):
    """What a generator returns; what it yields is put into `seen`."""
    while True:
        try:
            seen.append(next(parts))
        except StopIteration as end:
            return end.value


@pytest.fixture
def small_tiles(monkeypatch):
    monkeypatch.setattr(tiles, "TILE", 40)
    monkeypatch.setattr(tiles, "MARGIN", 24)
    monkeypatch.setattr(tiles, "RAMP", 8)


@pytest.mark.usefixtures("small_tiles")
@pytest.mark.parametrize(("width", "height", "scale"), [(150, 107, 2), (121, 93, 4), (107, 150, 1)])
def test_an_esrgan_in_tiles_is_the_esrgan_of_the_whole(tmp_path, width, height, scale):
    torch.manual_seed(0)
    net = open_picture_net(write_esrgan(tmp_path / "a.pth", scale), Purpose.ENLARGE)
    picture, seen = torch.rand(1, 3, height, width), []
    with torch.inference_mode():
        whole = net.call(picture)
        tiled = whole_of(run_tiled(net, picture), seen)
    assert whole.std() > 0.01
    assert torch.allclose(tiled, whole, atol=2e-6)
    assert len(seen) == count_tiles(net, Size(width, height)) > 3


@pytest.mark.usefixtures("small_tiles")
@pytest.mark.parametrize(("write", "name", "most"), [(write_swinir, "SwinIR", 1e-5), (write_dat, "DAT", 0.02)])
def test_networks_of_attention_are_loaded_and_show_no_seams_in_tiles(tmp_path, monkeypatch, write, name, most):
    torch.manual_seed(0)
    net = open_picture_net(write(tmp_path / "net.pth"), Purpose.ENLARGE)
    assert (net.name, net.scale) == (name, 2)
    monkeypatch.setattr(tiles, "UNDIVIDED", 1)
    picture = torch.rand(1, 3, 88, 104)
    with torch.inference_mode():
        whole = net.call(picture)
        off = (whole_of(run_tiled(net, picture), []) - whole).abs()
    assert whole.std() > 0.1
    assert off.max() < most
    assert off.mean() < 0.1 / 255


@pytest.mark.parametrize("write", [write_swinir, write_dat])
def test_networks_of_attention_are_given_the_whole_of_what_is_not_too_large(tmp_path, write):
    net = open_picture_net(write(tmp_path / "net.pth"), Purpose.ENLARGE)
    assert (count_tiles(net, Size(512, 512)), count_tiles(net, Size(600, 512))) == (1, 12)


@pytest.mark.usefixtures("small_tiles")
def test_where_a_network_sees_further_there_is_no_edge():
    def by_mean(picture):  # what each tile gives differs as a whole
        return picture * 0 + picture.mean()

    net = PictureNet(by_mean, torch.nn.Identity(), "mean", Purpose.ENLARGE, 1, 3, local=True)
    slope = torch.linspace(0, 1, 200).expand(1, 3, 60, 200).contiguous()
    made = whole_of(run_tiled(net, slope), [])
    steps = made[..., 1:] - made[..., :-1]
    assert steps.max() < 0.05 < made.max() - made.min()


def test_a_network_that_wants_the_whole_picture_gets_it(small_tiles):
    sizes = []

    def call(picture):
        sizes.append(tuple(picture.shape[2:]))
        return picture

    net = PictureNet(call, torch.nn.Identity(), "global", Purpose.ENLARGE, 1, 3, local=False, whole=True)
    seen = []
    whole_of(run_tiled(net, torch.rand(1, 3, 300, 200)), seen)
    assert len(seen) == count_tiles(net, Size(200, 300)) == 1
    assert sizes == [(300, 200)]


def test_a_network_that_sees_far_is_given_the_whole_of_what_is_not_too_large(small_tiles, monkeypatch):
    net = PictureNet(lambda picture: picture, torch.nn.Identity(), "far", Purpose.ENLARGE, 1, 3, local=False)
    assert count_tiles(net, Size(512, 512)) == 1
    monkeypatch.setattr(tiles, "UNDIVIDED", 100 * 100)
    picture, seen = torch.rand(1, 3, 101, 100), []
    assert torch.allclose(whole_of(run_tiled(net, picture), seen), picture)
    assert len(seen) == count_tiles(net, Size(100, 101)) == 9


def test_tiles_cover_each_pixel_once():
    covered = torch.zeros(401, 500)
    for box in tiles.tiles(Size(500, 401)):
        covered[box.top : box.bottom, box.left : box.right] += 1
    assert (covered == 1).all()
