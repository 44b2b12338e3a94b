"""All routes give the same numbers, up to the rounding of their type; and what they keep follows the weights."""

import pytest
import torch
from diffusers.models.activations import GEGLU
from safetensors.torch import save_file
from torch import nn

from pentimento.checkpoint.library import BUILTIN
from pentimento.checkpoint.lora import Use, applied, read_network
from pentimento.checkpoint.open import open_checkpoint
from pentimento.nets import layers, probe
from pentimento.nets.kept import Kept
from pentimento.nets.layers import settle
from pentimento.nets.networks import Networks
from pentimento.nets.route import PLAIN, Method, Route

BIG = 1 << 30
HALF, BRAIN, FULL = torch.float16, torch.bfloat16, torch.float32
ROUTES = {
    # a route, and how far it may be off as a share of the largest number
    Route(stored=True): 0,
    Route(BRAIN): 0.1,
    Route(BRAIN, stored=True): 0.1,
    Route(BRAIN, channels_last=True): 0.1,
    Route(HALF, channels_last=True): 0.02,
}


@pytest.fixture(autouse=True)
def everything_is_worth_it(monkeypatch):
    monkeypatch.setattr(layers, "LEAST_TILES", 1)
    monkeypatch.setattr(layers, "LEAST_CHANNELS", 1)
    monkeypatch.setattr(layers, "LEAST_TILES_LAST", 1)
    monkeypatch.setattr(layers, "LEAST_CHANNELS_LAST", 1)


def results(networks: Networks) -> dict[str, torch.Tensor]:
    draw = torch.Generator().manual_seed(1)
    x, text = torch.randn(2, 4, 12, 20, generator=draw), torch.randint(0, 49000, (2, 77), generator=draw)
    image = torch.rand(1, 3, 48, 80, generator=draw) * 2 - 1
    context = networks.text(text)
    return {
        "text": context,
        "unet": networks.unet(x, 321.5, torch.randn(2, 77, networks.text.width, generator=draw)),
        "encode": networks.vae.encode(image).mean,
        "decode": networks.vae.decode(x[:1]),
    }


def off(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> float:
    return max(((one[name] - other[name]).abs().max() / other[name].abs().max()).item() for name in other)


@pytest.fixture(params=["tiny", "starter"], scope="module")
def file(request, tiny_checkpoint):
    return tiny_checkpoint if request.param == "tiny" else BUILTIN / "starter.safetensors"


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_route_gives_the_plain_route_s_numbers(route, file):
    plain = results(open_checkpoint(file).networks)
    made = results(open_checkpoint(file, route=route).networks)
    assert off(made, plain) <= ROUTES[route]


@pytest.mark.parametrize("stored", [False, True])
def test_winograd_s_method_costs_one_digit_at_the_most(stored, file):
    """Against float64, where the plain route loses some digits too."""
    networks = open_checkpoint(file).networks
    plain, made = (
        results(networks),
        results(open_checkpoint(file, route=Route(FULL, False, Method.WINOGRAD, stored)).networks),
    )
    for module in (networks.text.module, networks.unet.module, networks.vae.module):
        module.double()
    exact = results(networks)
    assert off(plain, exact) < 1e-5
    assert off(made, exact) < 10 * off(plain, exact)


@pytest.mark.parametrize("kind", [HALF, BRAIN])
def test_packed_weights_give_the_plain_route_s_numbers(kind, file):
    if not layers.can_pack(kind):
        pytest.skip(f"not run: oneDNN packs no {kind} on this machine")
    plain, packed = (Route(kind, True, method) for method in (Method.PLAIN, Method.PACKED))
    assert off(*(results(open_checkpoint(file, route=route).networks) for route in (packed, plain))) < 0.02


@pytest.mark.parametrize("stored", [False, True])
def test_winograd_s_method_in_bfloat16_is_at_most_twice_as_far_off_as_that_type_is(stored, file):
    if not layers.can_pack(BRAIN):
        pytest.skip(f"not run: oneDNN packs no {BRAIN} on this machine")
    exact = results(open_checkpoint(file).networks)
    brain, made = (
        results(open_checkpoint(file, route=route).networks)
        for route in (Route(BRAIN, True), Route(BRAIN, True, Method.WINOGRAD_PACKED, stored))
    )
    assert off(made, exact) < 2 * off(brain, exact)


def test_an_autoencoder_s_convolutions_are_rounded_once(tiny_checkpoint):
    networks = open_checkpoint(tiny_checkpoint, route=Route(BRAIN, True, Method.WINOGRAD_PACKED)).networks
    assert networks.vae.module.decoder.conv_in.fast == layers.METHODS[Method.PACKED]
    assert networks.unet.module.conv_in.fast == layers.METHODS[Method.WINOGRAD_PACKED]


def test_a_gate_is_taken_before_its_sums_are_rounded():
    if not layers.can_pack(BRAIN):
        pytest.skip(f"not run: oneDNN has no {BRAIN} on this machine")
    gated = GEGLU(24, 32).requires_grad_(False)
    x = torch.randn(2, 5, 24).to(BRAIN)
    plain = GEGLU(24, 32).to(BRAIN)
    plain.load_state_dict(gated.state_dict())
    exact = GEGLU(24, 32).double()
    exact.load_state_dict(plain.state_dict())
    settle(gated, Route(BRAIN), "cpu", Kept(0))
    off = {name: (one(x) - exact(x.double())).norm() for name, one in (("fused", gated), ("plain", plain))}
    assert off["fused"] < off["plain"]


def test_packed_float32_convolutions_give_the_plain_ones_numbers():
    conv = nn.Conv2d(16, 24, 3, stride=2, padding=1)
    x = torch.randn(2, 16, 11, 9)
    plain = conv(x)
    settle(conv, Route(method=Method.PACKED), "cpu", Kept(BIG))
    with torch.inference_mode():
        torch.testing.assert_close(conv(x), plain, atol=1e-5, rtol=1e-5)


def test_stored_weights_stay_what_the_file_holds(tiny_checkpoint):
    networks = open_checkpoint(tiny_checkpoint, route=Route(stored=True)).networks
    kinds = {name: weight.dtype for name, weight in networks.unet.module.named_parameters() if weight.ndim > 1}
    assert kinds.pop("conv_in.weight") is FULL
    assert set(kinds.values()) == {HALF}
    assert networks.dtype is FULL


@pytest.mark.parametrize("method", [Method.PLAIN, Method.WINOGRAD])
def test_a_lora_gives_the_same_over_stored_weights(method, tiny_checkpoint, tmp_path):
    def with_lora(stored: bool) -> dict[str, torch.Tensor]:
        networks = open_checkpoint(tiny_checkpoint, route=Route(method=method, stored=stored)).networks
        draw = torch.Generator().manual_seed(7)
        name = "lora_unet_down_blocks_0_resnets_0_conv1"
        parts = {
            f"{name}.lora_down.weight": torch.randn(4, 32, 3, 3, generator=draw) / 8,
            f"{name}.lora_up.weight": torch.randn(32, 4, 1, 1, generator=draw) / 8,
        }
        file = tmp_path / "a.safetensors"
        save_file(parts, file)
        with applied(networks.modules, [Use(read_network(file), 1.0, 1.0, None)]):
            return results(networks)

    stored, plain = with_lora(True), with_lora(False)
    assert all(torch.equal(stored[name], plain[name]) for name in plain)
    assert off(plain, results(open_checkpoint(tiny_checkpoint).networks)) > 1e-3


def conv_of(kept: Kept, channels: int = 8) -> nn.Conv2d:
    conv = nn.Conv2d(channels, channels, 3, padding=1).requires_grad_(False)
    settle(conv, Route(method=Method.WINOGRAD), "cpu", kept)
    return conv


X = torch.randn(1, 8, 16, 16, generator=torch.Generator().manual_seed(2))


def plain(conv: nn.Conv2d) -> torch.Tensor:
    return nn.functional.conv2d(X, conv.weight, conv.bias, padding=1)


def test_other_weights_take_the_place_of_those_kept():
    kept = Kept(BIG)
    conv = conv_of(kept)
    before = conv(X)
    original = conv.weight
    conv.weight = nn.Parameter(original * 2, requires_grad=False)
    torch.testing.assert_close(conv(X), plain(conv), atol=4e-5, rtol=1e-5)
    conv.weight = original
    assert torch.equal(conv(X), before)
    conv.weight.mul_(3)
    torch.testing.assert_close(conv(X), plain(conv), atol=4e-5, rtol=1e-5)


def test_weights_are_brought_into_form_once():
    kept = Kept(BIG)
    conv = conv_of(kept)
    conv(X)
    held = kept.bytes
    assert held == 4 * conv.weight.nbytes
    (form,) = kept._forms.values()
    conv(X)
    assert list(kept._forms.values()) == [form]


def test_without_room_the_form_is_made_again_and_the_result_the_same():
    conv, other = conv_of(Kept(0)), conv_of(Kept(BIG))
    other.load_state_dict(conv.state_dict())
    assert torch.equal(conv(X), other(X))
    assert conv.kept.bytes == 0


def test_what_is_used_more_drives_out_what_is_used_less():
    kept = Kept(4 * 8 * 8 * 9 * 4)
    often, seldom = conv_of(kept), conv_of(kept)
    seldom(X[..., :8, :8])
    often(X)
    assert list(kept._forms) == [often]
    seldom(X[..., :8, :8])
    assert list(kept._forms) == [often]


def test_layers_that_are_gone_keep_nothing():
    kept = Kept(BIG)
    conv = conv_of(kept)
    conv(X)
    del conv
    assert kept.bytes == 0


def test_pictures_that_tile_are_computed_plainly():
    conv = conv_of(Kept(BIG))
    conv.padding_mode = "circular"
    around = nn.functional.pad(X, (1, 1, 1, 1), mode="circular")
    assert torch.equal(conv(X), nn.functional.conv2d(around, conv.weight, conv.bias))


@pytest.fixture
def took(monkeypatch):
    """(route, side) → seconds, and what the probe makes of it."""

    def fastest(times):
        told = lambda routes, device, side: {route: times(route, side) for route in routes}  # noqa: E731
        monkeypatch.setattr(probe, "seconds", told)
        return probe.fastest(torch.device("cpu"))

    monkeypatch.setattr(probe, "can_pack", lambda kind: True)
    return fastest


def test_the_probe_takes_the_fastest_and_of_equals_the_first(took):
    fast, plain = Route(method=Method.WINOGRAD, stored=True), Route(stored=True)
    packed, unpacked = Route(HALF, True, Method.PACKED), Route(HALF, True)
    assert took(lambda route, side: 1.0) == fast
    assert took(lambda route, side: 0.9 if route == plain else 1.0) == plain
    assert took(lambda route, side: 0.5 if route.dtype is HALF else 1.0) == packed
    assert took(lambda route, side: {packed: 0.5, unpacked: 0.4}.get(route, 1.0)) == unpacked


def test_number_types_that_are_near_on_a_small_picture_are_compared_on_the_larger(took):
    """Small pictures are over too soon to tell those apart that no processor imitates."""
    small = {HALF: 1.1, BRAIN: 1.2, FULL: 1.0}
    assert (
        took(lambda route, side: small[route.dtype] if side == probe.SMALL_SIDE else route.dtype.itemsize).dtype is HALF
    )


def test_number_types_that_are_imitated_are_not_tried_on_the_larger_picture(took):
    tried = set()

    def times(route, side):
        tried.add((route.dtype, side))
        return 5.0 if route.dtype is BRAIN else 1.0

    took(times)
    assert (BRAIN, probe.SMALL_SIDE) in tried
    assert (BRAIN, probe.SIDE) not in tried


def test_the_probe_computes_along_real_routes(monkeypatch):
    monkeypatch.setattr(probe, "ROUNDS", 1)
    routes = [PLAIN, Route(stored=True), Route(BRAIN, channels_last=True)]
    assert all(0 < took < 10 for took in probe.seconds(routes, torch.device("cpu"), 8).values())


def test_the_probe_lets_each_route_have_its_turn_again_and_again(monkeypatch):
    """A neighbour's busy moment is nobody's whole measurement."""
    one, other = Route(), Route(BRAIN)
    asked = []
    monkeypatch.setattr(probe, "_work", lambda route, device, side: lambda: asked.append(route))
    probe.seconds([one, other], torch.device("cpu"), 8)
    assert asked == [one, other] * (1 + probe.ROUNDS)
