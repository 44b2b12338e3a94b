"""Networks that overflow in float16 are called again in a safer number type; nothing is ever black for it."""

import numpy as np
import pytest
import torch

from pentimento.checkpoint.open import open_checkpoint
from pentimento.engine.paint import Candidate, Done, Happening, Ready, paint
from pentimento.nets.networks import Networks
from pentimento.nets.precision import SAFER, Precision, steady
from pentimento.nets.route import Route
from pentimento.words.errors import ComputeError
from pentimento.words.images import Picture
from pentimento.words.request import Request
from toy import ToyUNet, ToyVAE, level, toy

HALF, BRAIN, FULL = torch.float16, torch.bfloat16, torch.float32
FITS, TOO_MUCH, FAR_TOO_MUCH = 1.0, 1e6, 1e39
"""Factors on the way: float16 ends at 65504, float32 and bfloat16 at 3.4e38."""


def in_type(networks: Networks, kind: torch.dtype) -> Networks:
    for network in (networks.unet, networks.vae, networks.text):
        network.module.to(kind)
    return networks


def run(unet: ToyUNet, vae: ToyVAE, kind: torch.dtype) -> list[Happening]:
    opened = toy(unet, vae)
    in_type(opened.networks, kind)
    request = Request(images=("0" * 64,), seed=1, variation_seed=1, steps=4, denoising_strength=1, prompt="a cat")
    return list(paint(request, ("a cat", ""), [Picture(np.full((64, 64, 3), 90, np.uint8))], None, opened, {}))


@pytest.mark.parametrize("where", ["U-Net", "VAE"])
def test_a_network_that_overflows_in_float16_paints_what_it_does_in_float32(where):
    factors = {"U-Net": (TOO_MUCH, FITS), "VAE": (FITS, TOO_MUCH)}[where]
    made = {}
    for kind in (HALF, FULL):
        *_, candidate, done = run(ToyUNet(level(0.5), overflow=factors[0]), ToyVAE(overflow=factors[1]), kind)
        assert isinstance(candidate, Candidate)
        assert isinstance(done, Done)
        made[kind] = candidate.picture.samples.astype(int)
        assert done.warnings == (
            (f"the {where} overflowed in float16; the step was repeated in bfloat16",) if kind is HALF else ()
        )
    assert abs(made[HALF] - made[FULL]).max() <= 2
    assert made[HALF].min() > 180


def test_the_step_is_repeated_and_the_rest_stays_in_the_safer_type():
    unet = ToyUNet(level(0.5), overflow=TOO_MUCH)
    run(unet, ToyVAE(), HALF)
    assert unet.types == [HALF] + [BRAIN] * (len(unet.types) - 1)
    assert len(unet.types) == 4 + 1


def test_the_networks_are_afterwards_what_they_were_bit_for_bit():
    unet, vae = ToyUNet(level(0.5), overflow=TOO_MUCH), ToyVAE(overflow=TOO_MUCH)
    opened = toy(unet, vae)
    in_type(opened.networks, HALF)
    before = {name: tensor.clone() for name, tensor in unet.state_dict().items()}
    storage = [parameter.data_ptr() for parameter in unet.parameters()]
    run(unet, vae, HALF)
    assert [parameter.data_ptr() for parameter in unet.parameters()] == storage
    assert all(torch.equal(tensor, before[name]) for name, tensor in unet.state_dict().items())
    assert {parameter.dtype for parameter in (*unet.parameters(), *vae.parameters())} == {HALF}


def test_a_job_that_is_given_up_leaves_the_networks_as_they_were():
    unet = ToyUNet(level(0.5), overflow=TOO_MUCH)
    opened = toy(unet)
    in_type(opened.networks, HALF)
    request = Request(images=("0" * 64,), seed=1, variation_seed=1, steps=4)
    job = paint(request, ("", ""), [Picture(np.full((64, 64, 3), 90, np.uint8))], None, opened, {})
    assert isinstance(next(job), Ready)
    next(job)
    assert next(unet.parameters()).dtype == BRAIN
    job.close()
    assert next(unet.parameters()).dtype == HALF


@pytest.mark.parametrize("kind", [HALF, BRAIN, FULL])
@pytest.mark.parametrize("where", ["U-Net", "VAE"])
def test_what_overflows_in_float32_too_is_refused_in_one_sentence(where, kind):
    factors = {"U-Net": (FAR_TOO_MUCH, FITS), "VAE": (FITS, FAR_TOO_MUCH)}[where]
    with pytest.raises(ComputeError) as refused:
        run(ToyUNet(level(0.5), overflow=factors[0]), ToyVAE(overflow=factors[1]), kind)
    assert refused.value.message == f"the {where} gave infinite numbers or none at all, in float32 too"


def test_one_bad_number_anywhere_is_enough():
    class OnePixel(ToyVAE):
        def decode(self, latents: torch.Tensor, return_dict: bool) -> tuple[torch.Tensor]:
            (seen,) = super().decode(latents, return_dict)
            if seen.dtype == HALF:
                seen[0, 2, -1, -1] = torch.nan
            return (seen,)

    *_, done = run(ToyUNet(level(0.5)), OnePixel(), HALF)
    assert isinstance(done, Done)
    assert done.warnings == ("the VAE overflowed in float16; the step was repeated in bfloat16",)


def test_a_text_encoder_whose_words_stay_as_the_file_has_them_goes_on_in_float32_after_an_overflow(tiny_checkpoint):
    tokens = torch.arange(77)[None] * 600
    exact = open_checkpoint(tiny_checkpoint).networks.text(tokens)
    text = open_checkpoint(tiny_checkpoint, route=Route(BRAIN, stored=True)).networks.text
    rounded = text(tokens)
    guard, overflown = Precision("text encoder", text.module), [torch.full((1,), torch.inf)]
    repeated = guard.finite(lambda: overflown.pop() if overflown else text(tokens))
    assert guard.said == ["the text encoder overflowed in bfloat16; the step was repeated in float32"]
    assert (repeated - exact).norm() < (rounded - exact).norm() / 4
    guard.restore()
    assert torch.equal(text(tokens), rounded)


def test_every_type_below_float32_ends_in_float32():
    assert all(safer[-1] is FULL for safer in SAFER.values())


def test_where_nothing_overflows_every_network_is_called_once():
    unet = ToyUNet(level(0.5))
    with steady(toy(unet).networks) as (networks, guards):
        networks.unet(torch.zeros(1, 4, 8, 8), 500.0, torch.zeros(1, 77, 4))
    assert len(unet.calls) == 1
    assert [guard.said for guard in guards] == [[], [], []]
