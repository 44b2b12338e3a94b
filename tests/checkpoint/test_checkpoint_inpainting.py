"""An inpainting checkpoint is made as W_inpainting + (W_custom − W_base), tensor by tensor."""

import errno
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from safetensors import safe_open
from safetensors.torch import load_file, save_file

import pentimento.checkpoint.writing as writing
from pentimento.checkpoint.inpainting import added, parents_of, save_inpainting
from pentimento.checkpoint.open import open_checkpoint, open_made_inpainting
from pentimento.cli import cli
from pentimento.words.errors import ModelFileError, OutputError, UnsupportedModelError
from tiny import tiny_tensors, write_tiny

FIRST = "model.diffusion_model.input_blocks.0.0.weight"


@pytest.fixture(scope="module")
def three(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("parents") / "Stable-diffusion"
    seeds = {"custom": (4, 1), "inpainting": (9, 2), "base": (4, 3)}
    return {name: write_tiny(folder / f"{name}.safetensors", *how) for name, how in seeds.items()}


def test_a_tensor_is_the_dense_formula():
    a, b, c = (torch.randn(6, 9 if i == 0 else 4, 3, 3, generator=torch.Generator().manual_seed(i)) for i in range(3))
    wanted = a.numpy().copy()
    wanted[:, :4] += b.numpy() - c.numpy()
    assert torch.allclose(added(a, b, c), torch.from_numpy(wanted), atol=1e-6)
    assert torch.equal(added(a, b, c)[:, 4:], a[:, 4:])


@pytest.mark.parametrize(("b", "c"), [((6, 4), (6, 5)), ((5, 4), (5, 4)), ((6, 9, 1, 1), (6, 4, 3, 3))])
def test_tensors_that_do_not_fit_are_refused_with_their_shapes(b, c):
    with pytest.raises(ValueError, match=r"\(6, 9, 3, 3\)"):
        added(torch.zeros(6, 9, 3, 3), torch.zeros(b), torch.zeros(c))


def test_the_file_is_the_formula_for_every_tensor(three, tmp_path):
    save_inpainting(parents_of(**three), tmp_path / "made.safetensors")
    made = load_file(tmp_path / "made.safetensors")
    a, b, c = (tiny_tensors(*how) for how in ((9, 2), (4, 1), (4, 3)))
    assert made.keys() == a.keys()
    for name, tensor in made.items():
        change = b[name].float() - c[name].float()
        wanted = a[name].float()
        if name == FIRST:
            wanted[:, :4] += change
        else:
            wanted += change
        assert torch.equal(tensor, wanted.half()), name
    with safe_open(tmp_path / "made.safetensors", "pt") as file:
        assert file.metadata()["pentimento.recipe"] == "inpainting + (custom - base)"


def test_made_in_memory_or_from_the_saved_file_it_is_the_same(three, tmp_path):
    parents = parents_of(**three)
    save_inpainting(parents, tmp_path / "made.safetensors")
    one, other = open_made_inpainting(parents), open_checkpoint(tmp_path / "made.safetensors")
    assert one.facts == other.facts
    assert one.facts.purpose == "inpainting"
    mine, theirs = one.networks.unet.module.state_dict(), other.networks.unet.module.state_dict()
    assert all(torch.equal(mine[name], theirs[name].float()) for name in theirs)


def test_a_custom_checkpoint_that_is_the_base_gives_the_inpainting_one(three):
    made = dict(parents_of(three["base"], three["inpainting"], three["base"]).tensors())
    assert all(torch.equal(made[name], tensor) for name, tensor in tiny_tensors(9, 2).items())


def test_what_the_custom_file_lacks_stays_and_what_only_it_has_is_left_out(three, tmp_path):
    tensors = tiny_tensors(4, 1)
    gone = "first_stage_model.quant_conv.weight"
    del tensors[gone]
    save_file({**tensors, "model.extra": torch.ones(2)}, tmp_path / "custom.safetensors")
    made = dict(parents_of(tmp_path / "custom.safetensors", three["inpainting"], three["base"]).tensors())
    assert torch.equal(made[gone], tiny_tensors(9, 2)[gone])
    assert "model.extra" not in made


def test_half_writes_float16(three, tmp_path):
    tensors = {name: tensor.float() for name, tensor in tiny_tensors(9, 2).items()}
    save_file(tensors, tmp_path / "full.safetensors")
    save_inpainting(
        parents_of(three["custom"], tmp_path / "full.safetensors", three["base"]), tmp_path / "a.safetensors", half=True
    )
    assert {tensor.dtype for tensor in load_file(tmp_path / "a.safetensors").values()} == {torch.float16}


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ({"inpainting": "custom"}, "takes 4 channels"),
        ({"custom": "inpainting"}, "takes 9 channels"),
        ({"base": "inpainting"}, "takes 9 channels"),
    ],
)
def test_files_in_the_wrong_role_are_refused(three, roles, said):
    with pytest.raises(UnsupportedModelError, match=said):
        parents_of(**{**three, **{role: three[name] for role, name in roles.items()}})


def test_a_checkpoint_that_predicts_something_else_is_refused(three, tmp_path):
    v = write_tiny(tmp_path / "v.safetensors", metadata={"modelspec.prediction_type": "v"})
    with pytest.raises(UnsupportedModelError, match=r"predicts v .* eps"):
        parents_of(v, three["inpainting"], three["base"])


def test_one_of_another_size_is_refused_with_the_shapes(three, tmp_path):
    tensors = tiny_tensors(4, 1)
    name = "model.diffusion_model.out.2.bias"
    save_file({**tensors, name: torch.zeros(7)}, tmp_path / "odd.safetensors")
    with pytest.raises(ModelFileError, match=r"out\.2\.bias is \(7,\), \(4,\)"):
        dict(parents_of(tmp_path / "odd.safetensors", three["inpainting"], three["base"]).tensors())


def test_a_full_disk_leaves_what_was_there(three, tmp_path, monkeypatch):
    target = tmp_path / "out" / "made.safetensors"
    target.parent.mkdir()
    target.write_bytes(b"before")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writing.os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        save_inpainting(parents_of(**three), target)
    assert [file.read_bytes() for file in target.parent.iterdir()] == [b"before"]


def test_the_command_writes_the_file_and_does_not_overwrite_unasked(three, tmp_path):
    models, out = str(three["custom"].parent.parent), tmp_path / "made.safetensors"
    words = ["make-inpainting", "custom", "--inpainting", "inpainting", "--base", "base", "--models-dir", models]
    done = CliRunner().invoke(cli, [*words, "-o", str(out)], catch_exceptions=False)
    assert done.exit_code == 0
    assert load_file(out)[FIRST].shape[1] == 9
    with pytest.raises(OutputError, match="exists already"):
        CliRunner().invoke(cli, [*words, "-o", str(out)], catch_exceptions=False)
    with pytest.raises(OutputError, match=r"written as \.safetensors"):
        CliRunner().invoke(cli, [*words, "-o", str(tmp_path / "made.ckpt")], catch_exceptions=False)
