"""Networks of a prompt reach the right weights under every name, all or none, and leave no trace."""

from collections.abc import Mapping
from contextlib import suppress

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from pentimento.checkpoint.architecture import UNetArchitecture
from pentimento.checkpoint.keys import inverted, rename, unet_modules
from pentimento.checkpoint.lora import Use, applied, planned, read_network
from pentimento.checkpoint.open import open_checkpoint
from pentimento.nets.text import text_module
from pentimento.nets.unet import unet_module
from pentimento.words.errors import ModelFileError, UnsupportedModelError

KEY = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k"
FC = "encoder.layers.1.mlp.fc1"


@pytest.fixture(scope="module")
def modules() -> Mapping[str, nn.Module]:
    torch.manual_seed(5)
    unet = unet_module(
        in_channels=9, out_channels=4, channels=(32, 64), attention=(True, False), layers=1, context=16, heads=4
    )
    text = text_module(width=16, layers=2, inner_width=24, vocabulary=49408, positions=9, heads=4)
    return {"unet": unet.eval().requires_grad_(False), "text": text.eval().requires_grad_(False)}


@pytest.fixture
def network(tmp_path):
    def read(tensors: Mapping[str, Tensor], name: str = "net"):
        save_file(
            {key: tensor.contiguous() for key, tensor in tensors.items()}, path := tmp_path / f"{name}.safetensors"
        )
        return read_network(path)

    return read


def weight(modules: Mapping[str, nn.Module], network: str, name: str) -> Tensor:
    return modules[network].get_submodule(name).get_parameter("weight")


def lora(name: str, shape: tuple[int, ...], up: str = ".lora_up.weight", down: str = ".lora_down.weight"):
    torch.manual_seed(len(name))
    rank = 2
    return {name + up: torch.randn(shape[0], rank), name + down: torch.randn(rank, *shape[1:])}


def product(tensors: Mapping[str, Tensor]) -> Tensor:
    up, down = tensors.values()
    return up @ down


KOHYA = (".lora_up.weight", ".lora_down.weight")
PEFT = (".lora_B.weight", ".lora_A.weight")
UNET_NAMES = {
    "kohya": ("lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k", *KOHYA),
    "original": ("lora_unet_input_blocks_1_1_transformer_blocks_0_attn2_to_k", *KOHYA),
    "lycoris": ("lycoris_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k", *KOHYA),
    "peft": (f"unet.{KEY}", *PEFT),
    "peft adapter": (f"base_model.model.{KEY}", ".lora_B.default.weight", ".lora_A.default.weight"),
    "diffusers": (f"unet.{KEY}", ".lora.up.weight", ".lora.down.weight"),
    "attention processors": (f"unet.{KEY.replace('to_k', 'processor.to_k')}", "_lora.up.weight", "_lora.down.weight"),
    "original, dotted": ("diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k", *PEFT),
}
TEXT_NAMES = {
    "kohya": ("lora_te_text_model_encoder_layers_1_mlp_fc1", *KOHYA),
    "kohya, numbered": ("lora_te1_text_model_encoder_layers_1_mlp_fc1", *KOHYA),
    "peft": (f"text_encoder.text_model.{FC}", *PEFT),
    "flattened": (f"text_encoder.{FC}", ".lora_linear_layer.up.weight", ".lora_linear_layer.down.weight"),
}


@pytest.mark.parametrize("style", UNET_NAMES)
def test_every_style_of_name_reaches_the_unets_layer(style, modules, network):
    name, up, down = UNET_NAMES[style]
    before = weight(modules, "unet", KEY)
    tensors = lora(name, tuple(before.shape), up, down)
    with applied(modules, [Use(network(tensors), te=9.0, unet=0.5)]) as warnings:
        assert torch.allclose(weight(modules, "unet", KEY), before + 0.5 * product(tensors), atol=1e-5)
    assert warnings == []


@pytest.mark.parametrize("style", TEXT_NAMES)
def test_every_style_of_name_reaches_the_text_encoders_layer(style, modules, network):
    name, up, down = TEXT_NAMES[style]
    before = weight(modules, "text", FC)
    tensors = lora(name, tuple(before.shape), up, down)
    with applied(modules, [Use(network(tensors), te=0.5, unet=9.0)]):
        assert torch.allclose(weight(modules, "text", FC), before + 0.5 * product(tensors), atol=1e-5)


@pytest.mark.parametrize("style", ["ours", "the original layout's"])
def test_every_module_of_the_unet_is_reached_by_its_own_name(style, modules, network):
    """Each weight is moved by a different amount, so that no two names can be swapped unseen."""
    originals = inverted(unet_modules(UNetArchitecture(9, 4, (32, 64), (True, False), 1, 16)))
    found = [(n, m) for n, m in modules["unet"].named_modules() if isinstance(getattr(m, "weight", None), nn.Parameter)]
    names = [name if style == "ours" else str(rename(name, originals)) for name, _ in found]
    steps = torch.arange(1.0, len(found) + 1)
    before = [module.weight for _, module in found]
    diffs = {
        f"lora_unet_{name.replace('.', '_')}.diff": torch.full(weight.shape, float(step))
        for name, weight, step in zip(names, before, steps, strict=True)
    }
    with applied(modules, [Use(network(diffs))]) as warnings:
        for (_, module), weight, step in zip(found, before, steps, strict=True):
            assert torch.equal(module.weight, weight + step)
    assert warnings == []


def test_a_9_channel_first_layer_takes_a_4_channel_change(modules, network):
    before = weight(modules, "unet", "conv_in")
    tensors = {
        "lora_unet_conv_in.lora_up.weight": torch.randn(32, 2, 1, 1),
        "lora_unet_conv_in.lora_down.weight": torch.randn(2, 4, 3, 3),
    }
    with applied(modules, [Use(network(tensors))]):
        after = weight(modules, "unet", "conv_in")
    assert torch.equal(after[:, 4:], before[:, 4:])
    assert not torch.equal(after[:, :4], before[:, :4])


def test_biases_are_changed_and_restored_where_there_is_none_too(modules, network):
    tensors = {
        "lora_unet_down_blocks_0_resnets_0_conv1.diff": torch.zeros(32, 32, 3, 3),
        "lora_unet_down_blocks_0_resnets_0_conv1.diff_b": torch.ones(32),
        "lora_unet_down_blocks_0_resnets_0_norm1.w_norm": torch.ones(32),
        "lora_unet_down_blocks_0_resnets_0_norm1.b_norm": torch.ones(32),
        f"lora_unet_{KEY.replace('.', '_')}.diff_b": torch.ones(32),
    }
    bare = modules["unet"].get_submodule(KEY)
    conv, norm = (modules["unet"].get_submodule(f"down_blocks.0.resnets.0.{name}") for name in ("conv1", "norm1"))
    before = conv.bias.clone(), norm.bias.clone(), norm.weight.clone()
    with applied(modules, [Use(network(tensors), unet=0.25)]):
        after = conv.bias, norm.bias, norm.weight
        assert all(torch.equal(a, b + 0.25) for a, b in zip(after, before, strict=True))
        assert torch.equal(bare.bias, torch.full((32,), 0.25))
    assert bare.bias is None
    assert torch.equal(conv.bias, before[0])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_several_networks_are_laid_one_after_another_each_rounded_to_the_weights_type(dtype, network):
    torch.manual_seed(1)
    text = text_module(width=16, layers=2, inner_width=24, vocabulary=49408, positions=9, heads=4).to(dtype)
    before = text.get_submodule(FC).weight.detach().clone()
    diffs = [torch.randn(24, 16) * 0.01 for _ in range(3)]
    uses = [Use(network({f"text_encoder.{FC}.diff": diff}, f"n{i}"), te=0.3) for i, diff in enumerate(diffs)]
    expected = before
    for diff in diffs:
        expected = (expected.float() + diff * 0.3).to(dtype)
    with applied({"text": text}, uses):
        assert torch.equal(text.get_submodule(FC).weight, expected)
    assert torch.equal(text.get_submodule(FC).weight, before)


def parameters(modules: Mapping[str, nn.Module]) -> dict[str, tuple[nn.Parameter, Tensor]]:
    return {f"{part}.{n}": (p, p.detach().clone()) for part, m in modules.items() for n, p in m.named_parameters()}


def unchanged(modules: Mapping[str, nn.Module], before: dict[str, tuple[nn.Parameter, Tensor]]) -> bool:
    now = parameters(modules)
    return now.keys() == before.keys() and all(
        now[name][0] is before[name][0] and torch.equal(now[name][0], before[name][1]) for name in before
    )


def test_afterwards_every_weight_is_bit_for_bit_what_it_was(modules, network):
    before = parameters(modules)
    tensors = lora(UNET_NAMES["kohya"][0], (32, 16)) | lora(TEXT_NAMES["kohya"][0], (24, 16))
    use = Use(network(tensors), 0.7, 1.3)
    with applied(modules, [use, use]):
        assert not unchanged(modules, before)
    assert unchanged(modules, before)


def test_after_a_fault_every_weight_is_what_it_was_too(modules, network):
    before = parameters(modules)
    use = Use(network(lora(UNET_NAMES["kohya"][0], (32, 16))))
    with suppress(KeyboardInterrupt), applied(modules, [use]):
        assert not unchanged(modules, before)
        raise KeyboardInterrupt
    assert unchanged(modules, before)


def test_it_works_inside_inference_mode(modules, network):
    use = Use(network(lora(UNET_NAMES["kohya"][0], (32, 16))))
    before = parameters(modules)
    with torch.inference_mode(), applied(modules, [use]):
        pass
    assert unchanged(modules, before)
    assert not any(p.is_inference() for p, _ in before.values())


def test_a_network_at_strength_0_touches_nothing(modules, network):
    before = parameters(modules)
    use = Use(network(lora(UNET_NAMES["kohya"][0], (32, 16))), te=0, unet=0)
    with applied(modules, [use]):
        assert unchanged(modules, before)


def test_a_network_of_another_family_is_refused_whole_with_both_shapes(modules, network):
    before = parameters(modules)
    fits, other = lora(TEXT_NAMES["kohya"][0], (24, 16)), lora(UNET_NAMES["kohya"][0], (32, 2048))
    fine = Use(network(fits, "fine"))
    with (
        pytest.raises(UnsupportedModelError, match=r"the LoRA xl .* another family: .* 32×2048 for a weight of 32×16"),
        applied(modules, [fine, Use(network(fits | other, "xl"))]),
    ):
        pytest.fail("it was applied")
    assert unchanged(modules, before)


def test_parts_that_do_not_go_together_are_refused_with_their_shapes(modules, network):
    tensors = {
        "lora_unet_conv_in.lora_up.weight": torch.ones(32, 3),
        "lora_unet_conv_in.lora_down.weight": torch.ones(2, 81),
    }
    with pytest.raises(UnsupportedModelError, match="down 2×81, up 32×3 for a weight of 32×9×3×3"):
        planned(modules, [Use(network(tensors))])


def test_a_network_of_which_nothing_is_known_here_is_refused(modules, network):
    found = network(lora("lora_unet_double_blocks_0_img_attn_proj", (4, 4)))
    with pytest.raises(UnsupportedModelError, match="the checkpoint has no lora_unet_double_blocks_0_img_attn_proj"):
        planned(modules, [Use(found)])


def test_what_has_no_place_is_warned_of_and_left_out(modules, network):
    tensors = lora(UNET_NAMES["kohya"][0], (32, 16)) | lora("lora_unet_nowhere", (4, 4)) | {"stray": torch.ones(1)}
    _, warnings = planned(modules, [Use(network(tensors))])
    assert warnings == [
        "the LoRA net holds 2 things this checkpoint has no place for, such as lora_unet_nowhere; they are left out"
    ]


def test_a_kind_that_is_not_known_is_refused(network):
    with pytest.raises(UnsupportedModelError, match="unknown kind: lora_unet_conv_in has up"):
        network({"lora_unet_conv_in.lora_up.weight": torch.ones(2, 2)})
    with pytest.raises(UnsupportedModelError, match="no LoRA"):
        network({"anything": torch.ones(2)})


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_numbers_that_are_not_finite_are_refused(bad, network):
    with pytest.raises(ModelFileError, match="not finite"):
        network({"lora_unet_conv_in.diff": torch.full((2, 2), bad)})


def test_a_lora_in_a_pickle_is_read_the_same(modules, tmp_path):
    tensors = lora(UNET_NAMES["kohya"][0], (32, 16))
    torch.save(tensors, path := tmp_path / "old.pt")
    before = weight(modules, "unet", KEY)
    with applied(modules, [Use(read_network(path))]):
        assert torch.allclose(weight(modules, "unet", KEY), before + product(tensors), atol=1e-5)


def test_embeddings_that_come_with_a_network_are_kept(network):
    found = network(lora("lora_unet_conv_in", (2, 2)) | {"bundle_emb.word.string_to_param.*": torch.ones(3, 16)})
    assert {name: tuple(v.shape) for name, v in found.embeddings.items()} == {"word": (3, 16)}
    assert not found.ignored


def test_the_recorded_lora_fits_the_recorded_checkpoints_whole(golden):
    found = read_network(golden / "checkpoints" / "loras" / "tinylora.safetensors")
    for file in ("tiny-sd15.safetensors", "tiny-sd15-inpainting.safetensors"):
        networks = open_checkpoint(golden / "checkpoints" / file).networks
        changes, warnings = planned(networks.modules, [Use(found)])
        assert (len(changes), warnings) == (216, [])
        assert len({id(change.target.module) for change in changes}) == 216
