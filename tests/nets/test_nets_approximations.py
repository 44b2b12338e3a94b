"""What is left out on request is near what it stands for, exact where nothing is left out, and undone afterwards."""

import pytest
import torch

from pentimento.checkpoint.library import BUILTIN
from pentimento.checkpoint.open import open_checkpoint
from pentimento.nets.merging import Merge, merged
from pentimento.nets.networks import Networks
from pentimento.nets.reuse import ReusingUNet
from pentimento.nets.unet import UNet


@pytest.fixture(scope="module", params=["tiny", "starter"])
def networks(request, tiny_checkpoint) -> Networks:
    return open_checkpoint(tiny_checkpoint if request.param == "tiny" else BUILTIN / "starter.safetensors").networks


@pytest.fixture(scope="module")
def given(networks):
    draw = torch.Generator().manual_seed(3)
    return torch.randn(2, 4, 12, 18, generator=draw), torch.randn(2, 77, networks.text.width, generator=draw)


class Counting(UNet):
    """Tells how often the whole network is computed."""

    def __init__(self, unet: UNet) -> None:
        super().__init__(unet.module)
        self.calls = 0

    def __call__(self, x, t, context):
        self.calls += 1
        return super().__call__(x, t, context)


def off(one: torch.Tensor, other: torch.Tensor) -> float:
    return ((one - other).norm() / other.norm()).item()


def test_a_short_call_at_the_same_place_gives_the_whole_one_s_numbers(networks, given):
    x, context = given
    counting = Counting(networks.unet)
    reusing = ReusingUNet(counting)
    whole, short = reusing(x, 400.0, context), reusing(x, 400.0, context)
    assert counting.calls == 1
    assert torch.equal(whole, networks.unet(x, 400.0, context))
    torch.testing.assert_close(short, whole, atol=1e-5, rtol=1e-5)


def test_whole_and_short_calls_alternate_as_asked(networks, given):
    x, context = given
    for between, whole in ((0, 6), (1, 3), (2, 2)):
        counting = Counting(networks.unet)
        reusing = ReusingUNet(counting, between)
        for step in range(6):
            reusing(x, 900.0 - step, context)
        assert counting.calls == whole


def test_a_short_call_a_little_further_is_near(networks, given):
    x, context = given
    reusing = ReusingUNet(networks.unet)
    reusing(x, 400.0, context)
    near = x + 0.05 * torch.randn(x.shape, generator=torch.Generator().manual_seed(4))
    truth = networks.unet(near, 380.0, context)
    assert 0 < off(reusing(near, 380.0, context), truth) < 0.2


def test_other_words_and_other_sizes_have_depths_of_their_own(networks, given):
    x, context = given
    counting = Counting(networks.unet)
    reusing = ReusingUNet(counting)
    reusing(x, 400.0, context)
    reusing(x, 400.0, context + 1)
    reusing(x[:1], 400.0, context[:1])
    reusing(x[..., :16], 400.0, context)
    assert counting.calls == 4


@pytest.mark.parametrize("shape", [(8, 8), (5, 7), (1, 9)])
def test_tokens_come_apart_where_they_were(shape):
    x = torch.randn(2, shape[0] * shape[1], 6, generator=torch.Generator().manual_seed(5))
    assert torch.equal(Merge(x, shape, 0).apart(Merge(x, shape, 0).together(x)), x)
    merge = Merge(x, shape, 0.5)
    assert merge.together(x).shape[1] == x.shape[1] - min(round(x.shape[1] * 0.5), len(merge.moving))
    assert torch.equal(
        merge.apart(merge.together(x))[:, merge.kept[:1]], merge.together(x)[:, -len(merge.kept)][:, None]
    )


def test_equal_tokens_are_merged_without_loss():
    row = torch.randn(1, 1, 8, generator=torch.Generator().manual_seed(6))
    x = row.expand(1, 64, 8).contiguous()
    merge = Merge(x, (8, 8), 0.75)
    assert merge.together(x).shape[1] == 16
    torch.testing.assert_close(merge.apart(merge.together(x)), x)


def test_merging_is_near_and_nothing_of_it_stays(networks, given):
    x, context = given
    plain = networks.unet(x, 400.0, context)
    with merged(networks):
        near = networks.unet(x, 400.0, context)
    with merged(networks, 0):
        same = networks.unet(x, 400.0, context)
    assert 0 < off(near, plain) < 0.2
    torch.testing.assert_close(same, plain, atol=1e-5, rtol=1e-5)
    assert torch.equal(networks.unet(x, 400.0, context), plain)
