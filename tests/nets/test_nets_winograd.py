"""Winograd's convolution is the convolution, for every size."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from pentimento.nets import winograd


def operands(batch, channels, features, height, width, seed=0):
    draw = torch.Generator().manual_seed(seed)
    x = torch.randn(batch, channels, height, width, generator=draw)
    weight = torch.randn(features, channels, 3, 3, generator=draw) / (9 * channels) ** 0.5
    return x, weight, torch.randn(features, generator=draw)


@given(
    batch=st.integers(1, 3),
    channels=st.integers(1, 9),
    features=st.integers(1, 9),
    height=st.integers(1, 23),
    width=st.integers(1, 23),
)
@settings(max_examples=40)
def test_it_gives_the_sum_of_products_for_every_size(batch, channels, features, height, width):
    x, weight, bias = operands(batch, channels, features, height, width)
    made = winograd.convolved(x, winograd.transformed(weight), bias)
    assert made.shape == (batch, features, height, width)
    torch.testing.assert_close(made, F.conv2d(x, weight, bias, padding=1), atol=4e-5, rtol=1e-5)


def test_it_is_about_as_exact_as_the_plain_sum_where_many_numbers_are_added():
    x, weight, bias = operands(1, 640, 64, 24, 24)
    truth = F.conv2d(x.double(), weight.double(), bias.double(), padding=1)
    off = {
        name: ((made - truth).norm() / truth.norm()).item()
        for name, made in {
            "plain": F.conv2d(x, weight, bias, padding=1),
            "winograd": winograd.convolved(x, winograd.transformed(weight), bias),
        }.items()
    }
    assert off["winograd"] < 5 * off["plain"]
    assert off["winograd"] < 5e-6


def test_without_a_bias_nothing_is_added():
    x, weight, _ = operands(1, 3, 4, 8, 8)
    made = winograd.convolved(x, winograd.transformed(weight), None)
    torch.testing.assert_close(made, F.conv2d(x, weight, padding=1), atol=1e-5, rtol=1e-5)


def test_a_picture_is_the_same_in_any_batch_bit_for_bit():
    x, weight, bias = operands(3, 16, 16, 20, 20)
    form = winograd.transformed(weight)
    together = winograd.convolved(x, form, bias)
    for row in range(3):
        assert torch.equal(together[row], winograd.convolved(x[row : row + 1], form, bias)[0])


@pytest.mark.parametrize("numbers", [1, 5000])
def test_strips_change_nothing(monkeypatch, numbers):
    x, weight, bias = operands(1, 8, 8, 40, 24)
    form = winograd.transformed(weight)
    whole = winograd.convolved(x, form, bias)
    monkeypatch.setattr(winograd, "NUMBERS", numbers)
    torch.testing.assert_close(winograd.convolved(x, form, bias), whole, atol=4e-5, rtol=1e-5)


def test_pictures_may_lie_in_memory_in_any_way():
    x, weight, bias = operands(2, 8, 8, 12, 12)
    form = winograd.transformed(weight)
    turned = x.contiguous(memory_format=torch.channels_last)
    assert torch.equal(winograd.convolved(turned, form, bias), winograd.convolved(x, form, bias))
