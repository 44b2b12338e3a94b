"""Networks that are to be given a file's numbers take no memory before, and draw none."""

import torch
from torch import nn

from pentimento.nets.hollow import DRAWING, hollow
from tiny import tiny_modules


def test_what_is_made_meanwhile_is_on_no_device_and_draws_nothing():
    state = torch.get_rng_state()
    with hollow():
        made = nn.Sequential(
            nn.Linear(2, 3), nn.Conv2d(2, 3, 1), nn.Embedding(2, 3), nn.LayerNorm(3), nn.GroupNorm(1, 3)
        )
    assert all(parameter.is_meta for parameter in made.parameters())
    assert torch.equal(torch.get_rng_state(), state)


def test_layers_of_others_and_later_ones_draw():
    before = {kind: kind.reset_parameters for kind in DRAWING}
    with hollow():
        assert nn.LayerNorm(3, device="cpu").weight.tolist() == [1, 1, 1]
    assert {kind: kind.reset_parameters for kind in DRAWING} == before


def test_every_layer_of_a_network_that_draws_is_known():
    for module in tiny_modules().values():
        drawing = {type(part) for part in module.modules() if hasattr(part, "reset_parameters")}
        assert drawing <= set(DRAWING)
