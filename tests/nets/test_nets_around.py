"""Around a mask the U-Net gives what it gives for the whole picture, as long as the rest is what it was."""

import pytest
import torch

from pentimento.checkpoint.library import BUILTIN
from pentimento.checkpoint.open import open_checkpoint
from pentimento.nets.around import Surroundings
from pentimento.nets.networks import Networks
from pentimento.nets.partial import PartialUNet, part_of
from pentimento.nets.unet import UNet
from pentimento.words.sizes import Box

ROWS, COLUMNS = 16, 24
PARTS = {
    "inside": Box(8, 4, 16, 12),
    "in a corner": Box(0, 0, 8, 8),
    "along an edge": Box(12, 8, 24, 16),
    "all but a strip": Box(0, 0, 24, 12),
}


@pytest.fixture(scope="module", params=["tiny", "starter"])
def networks(request, tiny_checkpoint) -> Networks:
    return open_checkpoint(tiny_checkpoint if request.param == "tiny" else BUILTIN / "starter.safetensors").networks


@pytest.fixture(scope="module")
def given(networks):
    draw = torch.Generator().manual_seed(3)
    return torch.randn(2, 4, ROWS, COLUMNS, generator=draw), torch.randn(2, 77, networks.text.width, generator=draw)


class Counting(UNet):
    """Tells what it is called on."""

    def __init__(self, unet: UNet) -> None:
        super().__init__(unet.module)
        self.sizes = []

    def __call__(self, x, t, context):
        self.sizes.append(tuple(x.shape[-2:]))
        return super().__call__(x, t, context)


def cut(x: torch.Tensor, part: Box) -> torch.Tensor:
    return x[..., part.top : part.bottom, part.left : part.right]


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_a_part_with_its_own_surroundings_is_the_whole_call_s(networks, given, part):
    x, context = given
    around = Surroundings(part, (ROWS, COLUMNS))
    plain = networks.unet(x, 500.0, context)
    with around.leaving(networks.unet.module):
        whole = networks.unet(x, 500.0, context)
    with around.around(networks.unet.module):
        inside = networks.unet(cut(x, part), 500.0, context)
    torch.testing.assert_close(whole, plain, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(inside, cut(plain, part), atol=2e-3, rtol=2e-3)
    assert torch.equal(networks.unet(x, 500.0, context), plain), "nothing is left behind in the layers"


def test_it_sees_the_rest_where_a_crop_does_not(networks, given):
    """What is painted anew within the part: around it the truth is nearer than what the part alone would give."""
    x, context = given
    part = PARTS["inside"]
    other = x.clone()
    other[..., 6:10, 10:14] += 0.5 * torch.randn(2, 4, 4, 4, generator=torch.Generator().manual_seed(5))
    truth = cut(networks.unet(other, 500.0, context), part)
    around = Surroundings(part, (ROWS, COLUMNS))
    with around.leaving(networks.unet.module):
        networks.unet(x, 500.0, context)
    with around.around(networks.unet.module):
        inside = networks.unet(cut(other, part), 500.0, context)
    crop = networks.unet(cut(other, part), 500.0, context)
    assert (inside - truth).norm() < 0.5 * (crop - truth).norm()


def test_whole_calls_come_as_asked_and_later_candidates_need_none(networks, given):
    x, context = given
    part = PARTS["inside"]
    counting = Counting(networks.unet)
    unet = PartialUNet(counting, part, between=2)
    levels = [900.0, 700.0, 500.0, 300.0, 100.0]
    for t in levels:
        unet(x, t, context)
    whole, small = (ROWS, COLUMNS), (part.height, part.width)
    assert counting.sizes == [whole, small, small, whole, small]
    for t in levels:
        unet(x + 1, t, context)
    assert counting.sizes[5:] == [small] * 5


def test_other_words_have_surroundings_of_their_own(networks, given):
    x, context = given
    counting = Counting(networks.unet)
    unet = PartialUNet(counting, PARTS["inside"], between=9)
    for text in (context, context + 1, context, context[:, :50]):
        unet(x, 500.0, text)
    assert [size == (ROWS, COLUMNS) for size in counting.sizes] == [True, True, False, True]


def test_outside_the_part_the_last_whole_guess_stands(networks, given):
    x, context = given
    part = PARTS["inside"]
    unet = PartialUNet(networks.unet, part, between=1)
    first, second = unet(x, 500.0, context), unet(x, 400.0, context)
    inside = torch.zeros(ROWS, COLUMNS, dtype=torch.bool)
    cut(inside, part)[:] = True
    assert torch.equal(first[..., ~inside], second[..., ~inside])
    assert not torch.equal(first[..., inside], second[..., inside])


def test_without_room_only_the_last_surroundings_are_kept(networks, given):
    x, context = given
    counting = Counting(networks.unet)
    unet = PartialUNet(counting, PARTS["inside"], between=1, limit=0)
    for t in (900.0, 700.0, 900.0, 700.0):
        unet(x, t, context)
    assert [size == (ROWS, COLUMNS) for size in counting.sizes] == [True, False, True, False]


def test_the_part_lies_on_the_coarsest_grid_and_only_where_it_is_worth_it(networks):
    grid = 2 ** (len(networks.unet.module.down_blocks) - 1)
    hole = torch.zeros(1, 1, 32, 48)
    hole[..., 9:11, 21:24] = 1
    part = part_of(networks.unet, hole)
    assert part is not None
    assert all(side % grid == 0 for side in part)
    assert part.left <= 17 < 28 <= part.right
    assert part.top <= 5 < 15 <= part.bottom
    assert part_of(networks.unet, torch.ones_like(hole)) is None
    assert part_of(networks.unet, torch.zeros_like(hole)) is None
    assert part_of(networks.unet, hole[..., :31, :]) is None
