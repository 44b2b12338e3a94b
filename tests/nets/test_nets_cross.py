"""What the cross-attentions make of a text is computed once, kept within a bound, and bit for bit what it was."""

from collections import Counter

import pytest
import torch
from diffusers.models.attention_processor import Attention
from torch import nn

from pentimento.checkpoint.library import BUILTIN
from pentimento.checkpoint.open import open_checkpoint
from pentimento.nets.cross import text_read_once
from pentimento.nets.networks import Networks
from pentimento.nets.reuse import ReusingUNet

LEVELS = (900.0, 600.0, 300.0)


@pytest.fixture(scope="module", params=["tiny", "starter"])
def networks(request, tiny_checkpoint) -> Networks:
    return open_checkpoint(tiny_checkpoint if request.param == "tiny" else BUILTIN / "starter.safetensors").networks


@pytest.fixture(scope="module")
def given(networks):
    draw = torch.Generator().manual_seed(3)
    return torch.randn(2, 4, 12, 18, generator=draw), torch.randn(2, 77, networks.text.width, generator=draw)


def layers(networks: Networks) -> list[nn.Linear]:
    asked = [part for part in networks.unet.module.modules() if isinstance(part, Attention) and part.is_cross_attention]
    return [layer for attention in asked for layer in (attention.to_k, attention.to_v)]


def computed(networks: Networks, keys) -> Counter:
    """How often each result is new, from now on."""
    counts: Counter = Counter()
    of = keys.of

    def counted(layer, features, compute):
        def computing(x):
            counts[layer] += 1
            return compute(x)

        return of(layer, features, computing)

    keys.of = counted
    return counts


def test_steps_are_bit_for_bit_the_plain_ones(networks, given):
    x, context = given
    plain = [networks.unet(x, t, context) for t in LEVELS]
    with text_read_once(networks):
        kept = [networks.unet(x, t, context.clone()) for t in LEVELS]
    assert all(map(torch.equal, kept, plain))


def test_each_layer_reads_a_text_once(networks, given):
    x, context = given
    with text_read_once(networks) as keys:
        counts = computed(networks, keys)
        for t in LEVELS:
            networks.unet(x, t, context.clone())
        assert counts == Counter(layers(networks))
        for t in LEVELS:  # as with prompts that alternate
            networks.unet(x, t, context + 1)
            networks.unet(x, t, context)
        assert set(counts.values()) == {2}


def test_other_words_rows_and_lengths_are_read_anew(networks, given):
    x, context = given
    others = [(x, context + 1), (x[:1], context[:1]), (x, torch.cat([context, context], dim=1))]
    plain = [networks.unet(latents, 600.0, text) for latents, text in others]
    with text_read_once(networks):
        networks.unet(x, 600.0, context)
        kept = [networks.unet(latents, 600.0, text) for latents, text in others]
    assert all(map(torch.equal, kept, plain))


def test_a_layer_whose_weights_were_exchanged_reads_anew(networks, given):
    x, context = given
    layer = layers(networks)[0]
    before = layer.weight
    try:
        with text_read_once(networks):
            first = networks.unet(x, 600.0, context)
            layer.weight = nn.Parameter(before * 2, requires_grad=False)
            other = networks.unet(x, 600.0, context)
            layer.weight = before
            again = networks.unet(x, 600.0, context)
        layer.weight = nn.Parameter(before * 2, requires_grad=False)
        plain = networks.unet(x, 600.0, context)
    finally:
        layer.weight = before
    assert torch.equal(other, plain)
    assert not torch.equal(other, first)
    assert torch.equal(again, first)


def test_where_there_is_too_little_room_the_numbers_are_the_same(networks, given):
    x, context = given
    plain = networks.unet(x, 600.0, context)
    one = sum(layer.out_features for layer in layers(networks)) * 2 * 77 * 4
    for limit in (0, one // 2, one, 2 * one):
        with text_read_once(networks, limit) as keys:
            for text in (context + 1, context, context + 2, context):
                kept = networks.unet(x, 600.0, text)
                assert keys.bytes <= limit
        assert torch.equal(kept, plain)


def test_short_calls_between_are_as_without_it(networks, given):
    x, context = given
    plain = [ReusingUNet(networks.unet)(x, t, context) for t in LEVELS]
    with text_read_once(networks):
        kept = [ReusingUNet(networks.unet)(x, t, context) for t in LEVELS]
    assert all(map(torch.equal, kept, plain))


def test_afterwards_the_layers_are_what_they_were(networks):
    with text_read_once(networks):
        assert all("forward" in vars(layer) for layer in layers(networks))
    assert not any("forward" in vars(layer) for layer in layers(networks))
    assert not networks.unet.module._forward_pre_hooks
