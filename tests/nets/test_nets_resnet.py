"""A residual block that works in place gives what diffusers' own does, bit for bit, and spoils nothing it is given."""

import pytest
import torch
from diffusers.models.resnet import ResnetBlock2D

from pentimento.nets.resnet import spare


def block(out: int, *, times: int | None) -> ResnetBlock2D:
    torch.manual_seed(0)
    return ResnetBlock2D(in_channels=32, out_channels=out, temb_channels=times, groups=8).requires_grad_(False)


@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("times", [None, 16])
@pytest.mark.parametrize("out", [32, 64])
def test_the_same_bit_for_bit_and_what_is_given_stays(out, times, layout, kind):
    usual, ours = (block(out, times=times).to(kind, memory_format=layout) for _ in range(2))
    spare(ours)
    assert type(ours) is not type(usual)
    x, time = torch.randn(2, 32, 6, 10).to(kind).to(memory_format=layout), torch.randn(2, 16).to(kind)
    given = (x.clone(), time.clone())
    with torch.inference_mode():
        made, wanted = (one(x, time if times else None) for one in (ours, usual))
    assert torch.equal(made, wanted)
    assert made.stride() == wanted.stride()
    assert torch.equal(x, given[0])
    assert torch.equal(time, given[1])


def test_what_learns_is_computed_as_ever():
    ours = block(32, times=None)
    spare(ours)
    x = torch.randn(1, 32, 4, 4, requires_grad=True)
    ours(x, None).sum().backward()
    assert x.grad is not None


def test_a_block_of_another_kind_stays_as_it_is():
    halving = ResnetBlock2D(in_channels=32, groups=8, down=True)
    spare(halving)
    assert type(halving) is ResnetBlock2D
