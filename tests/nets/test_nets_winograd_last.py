"""Winograd's convolution with channels last is the convolution, for every size, up to bfloat16's rounding."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from pentimento.nets import winograd_last as winograd

BRAIN = torch.bfloat16


def operands(batch, channels, features, height, width):
    draw = torch.Generator().manual_seed(0)
    x = torch.randn(batch, channels, height, width, generator=draw).to(BRAIN)
    weight = (torch.randn(features, channels, 3, 3, generator=draw) / (9 * channels) ** 0.5).to(BRAIN)
    return x, weight, torch.randn(features, generator=draw).to(BRAIN)


def convolved(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """In the operands' type."""
    form = torch.empty(winograd.WINDOW**2, *weight.shape[:2], dtype=x.dtype)
    return winograd.convolved(x, winograd.transformed(weight, form), bias)


SIZES = {
    "batch": st.integers(1, 3),
    "channels": st.integers(1, 9),
    "features": st.integers(1, 9),
    "height": st.integers(1, 13),
    "width": st.integers(1, 13),
}


@given(**SIZES)
@settings(max_examples=40)
def test_it_gives_the_sum_of_products_for_every_size(batch, channels, features, height, width):
    x, weight, bias = (one.double().float() for one in operands(batch, channels, features, height, width))
    made = convolved(x, weight, bias)
    assert made.shape == (batch, features, height, width)
    assert made.is_contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(made, F.conv2d(x, weight, bias, padding=1), atol=1e-5, rtol=1e-5)


def test_rounded_numbers_are_off_by_a_few_roundings():
    x, weight, bias = operands(2, 320, 64, 16, 16)
    truth = F.conv2d(x.double(), weight.double(), bias.double(), padding=1)
    made, plain = convolved(x, weight, bias), F.conv2d(x, weight, bias, padding=1)
    off = {name: ((one - truth).norm() / truth.norm()).item() for name, one in (("made", made), ("plain", plain))}
    assert off["made"] < 4 * off["plain"]


def test_without_a_bias_nothing_is_added():
    x, weight, _ = (one.float() for one in operands(1, 3, 4, 8, 8))
    torch.testing.assert_close(convolved(x, weight, None), F.conv2d(x, weight, padding=1), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("numbers", [1, 5000])
def test_strips_change_nothing(monkeypatch, numbers):
    x, weight, bias = (one.float() for one in operands(2, 8, 8, 40, 24))
    whole = convolved(x, weight, bias)
    monkeypatch.setattr(winograd, "NUMBERS", numbers)
    torch.testing.assert_close(convolved(x, weight, bias), whole, atol=1e-5, rtol=1e-5)


def test_pictures_may_lie_in_memory_in_any_way():
    x, weight, bias = operands(2, 8, 8, 12, 12)
    turned = x.contiguous(memory_format=torch.channels_last)
    assert torch.equal(convolved(turned, weight, bias), convolved(x, weight, bias))
