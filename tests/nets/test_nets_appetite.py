"""What a network takes at work is counted on little and holds for much."""

import pytest
import torch

from pentimento.checkpoint.pictures import open_picture_net
from pentimento.nets.appetite import peak_bytes
from pentimento.nets.spandrel import Purpose
from picturenets import write_esrgan, write_lama

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
