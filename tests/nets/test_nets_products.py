"""Convolutions with many weights and few places, by a product of matrices: the sum."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from pentimento.nets import layers, products
from pentimento.nets.kept import Kept
from pentimento.nets.layers import settle
from pentimento.nets.route import Method, Route

ROUTE = Route(method=Method.WINOGRAD)


def layer_and_picture(batch=2, channels=6, features=5, height=7, width=9, **how):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        conv = nn.Conv2d(channels, features, **{"kernel_size": 3, "padding": 1, **how}).requires_grad_(False)
        return conv, torch.randn(batch, channels, height, width)


@given(
    height=st.integers(3, 9),
    width=st.integers(3, 9),
    kernel=st.sampled_from([1, 3]),
    stride=st.integers(1, 2),
    padding=st.integers(0, 1),
    bias=st.booleans(),
)
@settings(max_examples=30)
def test_a_product_of_matrices_gives_the_sum(height, width, kernel, stride, padding, bias):
    how = {"kernel_size": kernel, "stride": stride, "padding": padding, "bias": bias}
    conv, x = layer_and_picture(height=height, width=width, **how)
    torch.testing.assert_close(products.convolved(conv, x, conv.weight), conv(x), atol=1e-5, rtol=1e-5)


def test_a_picture_s_product_is_the_same_in_any_batch_bit_for_bit():
    conv, x = layer_and_picture(batch=3, channels=64, features=48)
    together = products.convolved(conv, x, conv.weight)
    for row in range(3):
        assert torch.equal(together[row], products.convolved(conv, x[row : row + 1], conv.weight)[0])


@pytest.mark.parametrize("side, stride, taken", [(4, 1, True), (12, 1, True), (13, 1, False), (24, 2, True)])
@pytest.mark.parametrize("stored", [torch.float32, torch.float16])
def test_many_weights_go_the_way_that_the_number_of_places_asks_for(side, stride, taken, stored, monkeypatch):
    monkeypatch.setattr(layers, "MANY_WEIGHTS", 1)
    conv, x = layer_and_picture(height=side, width=side, stride=stride)
    conv.to(stored)
    plain = F.conv2d(x, conv.weight.float(), conv.bias.float(), padding=1, stride=stride)
    settle(conv, Route(method=Method.WINOGRAD, stored=stored is not torch.float32), "cpu", Kept(0))
    went, product = [], products.convolved
    monkeypatch.setattr(products, "convolved", lambda *given: went.append(product) or product(*given))
    torch.testing.assert_close(conv(x), plain, atol=4e-5, rtol=1e-5)
    assert bool(went) == taken


def test_few_weights_are_left_to_the_library():
    conv, x = layer_and_picture()
    plain = conv(x)
    settle(conv, ROUTE, "cpu", Kept(0))
    assert torch.equal(conv(x), plain)
