"""Files of networks from picture to picture are recognised, whatever they are wrapped in, and never run as code."""

import pickle
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from pentimento.checkpoint import pictures
from pentimento.checkpoint.library import Library
from pentimento.checkpoint.pictures import open_picture_net
from pentimento.nets.spandrel import Purpose
from pentimento.words.errors import ModelFileError, UnknownModelError, UnsafePickleError, UnsupportedModelError
from picturenets import write_esrgan, write_lama, write_restoreformer, write_script
from tiny import write_tiny


@pytest.mark.parametrize("wrapper", ["", "params_ema", "params", "model", "state_dict", "g_ema"])
def test_an_esrgan_is_recognised_in_every_wrapper(tmp_path, wrapper):
    net = open_picture_net(write_esrgan(tmp_path / "a.pth", 4, wrapper), Purpose.ENLARGE)
    assert (net.name, net.scale, net.channels, net.local) == ("ESRGAN", 4, 3, True)
    assert net.call(torch.rand(1, 3, 9, 11)).shape == (1, 3, 36, 44)


def test_the_weights_are_those_of_the_file(tmp_path):
    tensors = torch.load(write_esrgan(tmp_path / "a.pth"), weights_only=True)["params_ema"]
    save_file(tensors, tmp_path / "a.safetensors")
    one, other = (open_picture_net(tmp_path / name, Purpose.ENLARGE) for name in ("a.pth", "a.safetensors"))
    assert all(torch.equal(one.module.state_dict()[name], tensors[name]) for name in one.module.state_dict())
    picture = torch.rand(1, 3, 8, 8)
    assert torch.equal(one.call(picture), other.call(picture))


def test_loading_leaves_chance_and_torchvision_alone(tmp_path):
    state = torch.get_rng_state()
    file = write_esrgan(tmp_path / "a.pth")
    torch.set_rng_state(state)
    open_picture_net(file, Purpose.ENLARGE)
    assert torch.equal(torch.get_rng_state(), state)
    assert not any(name.startswith("torchvision") for name in sys.modules)


def test_a_file_that_runs_code_is_refused(tmp_path):
    class Evil:
        def __reduce__(self):
            return print, ("it ran",)

    torch.save({"params": {"a": Evil()}}, tmp_path / "evil.pth", pickle_module=pickle)
    with pytest.raises(UnsafePickleError, match="print"):
        open_picture_net(tmp_path / "evil.pth", Purpose.ENLARGE)


def test_other_networks_are_refused_by_name(tmp_path):
    save_file({"some.weight": torch.zeros(3)}, tmp_path / "other.safetensors")
    with pytest.raises(UnsupportedModelError, match="holds 1 tensors of a design that is not known"):
        open_picture_net(tmp_path / "other.safetensors", Purpose.ENLARGE)
    with pytest.raises(UnsupportedModelError, match="a network to enlarge, and one to restore faces is wanted"):
        open_picture_net(write_esrgan(tmp_path / "a.pth"), Purpose.FACE)


@pytest.mark.parametrize(
    ("tensor", "shape", "told"),
    [
        (
            "first_stage_model.decoder.conv_in.weight",
            (4, 4, 3, 3),
            "is a VAE, and a network to restore faces",
        ),
        ("lora_unet_x.lora_down.weight", (4, 4), "is a LoRA, and a network to restore faces is wanted"),
        ("net.idx_pred_layer.1.weight", (4, 4), "is a CodeFormer, whose code is not installed"),
        ("model.synthesis.first_stage.conv_first.conv.resample_filter", (4, 4), "is a MAT, whose code is not"),
    ],
)
def test_a_file_of_another_kind_is_called_by_it(tmp_path, monkeypatch, tensor, shape, told):
    monkeypatch.setattr(pictures, "find_spec", lambda name: None)
    monkeypatch.setattr(pictures, "recognised", lambda tensors: None)  # as it is without the extra
    save_file({tensor: torch.zeros(shape)}, tmp_path / "other.safetensors")
    with pytest.raises(UnsupportedModelError, match=told):
        open_picture_net(tmp_path / "other.safetensors", Purpose.FACE)


def test_a_whole_checkpoint_among_restorers_is_called_a_checkpoint(tmp_path):
    with pytest.raises(UnsupportedModelError, match=r"is an SD 1\.x text-to-image checkpoint, and a network"):
        open_picture_net(write_tiny(tmp_path / "gfpgan.safetensors"), Purpose.FACE)


def test_a_restoreformer_is_found_in_what_its_training_left(tmp_path):
    tensors = torch.load(write_restoreformer(tmp_path / "a.pth"), weights_only=True)
    left = {f"vqvae.{name}": tensor for name, tensor in tensors.items()} | {"loss.discriminator.weight": torch.zeros(3)}
    torch.save({"state_dict": left, "epoch": 3}, tmp_path / "b.ckpt")
    assert open_picture_net(tmp_path / "b.ckpt", Purpose.FACE).name == "RestoreFormer"


@pytest.mark.long
def test_lama_is_found_in_what_its_training_left_and_in_torchscript(tmp_path):
    lama = open_picture_net(write_lama(tmp_path / "a.pth"), Purpose.ERASE).module
    left = {f"generator.{name.removeprefix('model.')}": tensor for name, tensor in lama.state_dict().items()}
    torch.save({"state_dict": left | {"discriminator.model0.0.weight": torch.zeros(3)}}, tmp_path / "best.ckpt")
    write_script(tmp_path / "big-lama.pt", Painter(lama.model), torch.zeros(1, 4, 32, 32))
    for name in ("best.ckpt", "big-lama.pt"):
        found = open_picture_net(tmp_path / name, Purpose.ERASE)
        assert found.name == "LaMa"
        assert all(torch.equal(found.module.state_dict()[key], tensor) for key, tensor in lama.state_dict().items()
                   if tensor.is_floating_point())  # fmt: skip


@pytest.mark.parametrize("wrapper", ["", "params_ema."])
def test_a_design_that_has_a_generator_among_its_parts_is_read_whole(tmp_path, monkeypatch, wrapper):
    read = []
    monkeypatch.setattr(pictures, "recognised", lambda tensors: read.append(set(tensors)))
    parts = {"generator.blocks.0.weight", "encoder.blocks.0.weight"}  # as CodeFormer's
    save_file({f"{wrapper}{name}": torch.zeros(3) for name in parts}, tmp_path / "a.safetensors")
    with pytest.raises(UnsupportedModelError):
        open_picture_net(tmp_path / "a.safetensors", Purpose.FACE)
    assert parts in read
    assert {"generator.blocks.0.weight"} in read


class Painter(torch.nn.Module):
    """As LaMa's authors wrap it: its weights are called model.generator.model.…"""

    def __init__(self, generator: torch.nn.Module) -> None:
        super().__init__()
        self.model = torch.nn.Module()
        self.model.generator = generator

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.model.generator.model(x)


def test_tensors_that_do_not_fit_together_are_a_broken_file(tmp_path):
    tensors = torch.load(write_esrgan(tmp_path / "a.pth"), weights_only=True)["params_ema"]
    tensors = {name: tensor[:1] if name.endswith("RDB2.conv5.0.weight") else tensor for name, tensor in tensors.items()}
    save_file(tensors, tmp_path / "b.safetensors")
    with pytest.raises(ModelFileError, match="do not fit together"):
        open_picture_net(tmp_path / "b.safetensors", Purpose.ENLARGE)


def test_the_library_lists_upscalers_erasers_and_face_restorers(tmp_path):
    for name in ("ESRGAN/4x_a.pth", "SwinIR/b.safetensors", "LaMa/big-lama.pth", "GFPGAN/GFPGANv1.4.pth",
                 "GFPGAN/detection_Resnet50_Final.pth", "Codeformer/codeformer-v0.1.0.pth"):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    library = Library(tmp_path)
    assert set(library.upscalers()) == {"4x_a", "b"}
    assert set(library.erasers()) == {"big-lama"}
    assert set(library.face_restorers()) == {"GFPGANv1.4", "codeformer-v0.1.0"}
    assert library.picture_net("faces", "gfpgan") == tmp_path / "GFPGAN" / "GFPGANv1.4.pth"
    assert library.picture_net("upscalers", "4X_A") == Path(tmp_path / "ESRGAN" / "4x_a.pth")
    with pytest.raises(UnknownModelError, match="no face restorer is called 'restoreformer'"):
        library.picture_net("faces", "restoreformer")
