"""What a network takes at work is counted on little and holds for much."""

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from pentimento.checkpoint.pictures import open_picture_net
from pentimento.nets.appetite import SQUARE, peak_bytes
from pentimento.nets.spandrel import PictureNet, Purpose
from pentimento.words.sizes import Size
from picturenets import write_esrgan, write_lama, write_mat

UNIT = 4 * 1000


def test_tensors_that_are_held_at_once_are_counted_and_views_are_not():
    def run(x):
        first = x + 1
        second = first * 2
        both = second + first  # three at once
        del first, second
        return (both + 1).view(-1).reshape(10, 100)

    assert peak_bytes(run, torch.zeros(1000)) == 3 * UNIT
    assert peak_bytes(lambda x: x.add_(1), torch.zeros(1000)) == 0
    assert peak_bytes(lambda x: [x + 1, x + 2][0], torch.zeros(1000)) == 2 * UNIT


@pytest.mark.parametrize(
    ("write", "purpose", "channels"), [(write_esrgan, Purpose.ENLARGE, (3,)), (write_lama, Purpose.ERASE, (3, 1))]
)
def test_it_grows_with_the_pixels(tmp_path, write, purpose, channels):
    net = open_picture_net(write(tmp_path / "a.pth"), purpose)
    side = 96
    given = [torch.zeros(1, count, side, side) for count in channels]
    assert 2 * peak_bytes(net.call, *given) / side**2 == pytest.approx(net.appetite, rel=0.06)


@pytest.mark.parametrize(
    ("size", "side"), [(Size(20, 30), 512), (Size(512, 512), 512), (Size(513, 90), 1024), (Size(1024, 700), 1024)]
)
def test_what_a_network_fills_up_to_a_square_is_counted_too(size, side):
    net = PictureNet(lambda *given: given[0], torch.nn.Identity(), "MAT", Purpose.ERASE, 1, 3, local=False, square=512)
    assert net.memory(size) == SQUARE["MAT"] * side * side


@pytest.mark.long
def test_mats_tensors_are_nearly_all_that_it_takes(tmp_path):
    pytest.importorskip("spandrel_extra_arches", reason="an extra that forbids commercial use")
    net = open_picture_net(write_mat(tmp_path / "a.pth"), Purpose.ERASE)
    assert net.square == 512
    with FakeTensorMode(allow_non_fake_inputs=True):  # nothing is computed
        counted = peak_bytes(net.call, torch.zeros(1, 3, 512, 512), torch.zeros(1, 1, 512, 512))
    assert 1 < net.memory(Size(512, 512)) / counted < 1.25
