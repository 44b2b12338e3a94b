"""A folder that diffusers wrote is a checkpoint like any other."""

import json

import pytest
import torch
from safetensors.torch import save_file

from pentimento.checkpoint.families import identify, kind
from pentimento.checkpoint.folder import INDEX, header_of, is_folder, read_description, stored_bytes, weights_file
from pentimento.checkpoint.library import Library
from pentimento.checkpoint.open import open_checkpoint
from pentimento.checkpoint.tensors import read_tensors
from pentimento.words.errors import ModelFileError, UnknownModelError, UnsafePickleError, UnsupportedModelError
from tiny import tiny_modules, tiny_tensors

FILES = {"unet": "diffusion_pytorch_model", "vae": "diffusion_pytorch_model", "text_encoder": "model"}
OLD_NAMES = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}


def write_folder(folder, *, in_channels=4, suffix=".safetensors", scheduler=None, pipeline="StableDiffusionPipeline"):
    """The tiny checkpoint as diffusers writes it."""
    for part, module in tiny_modules(in_channels).items():
        name = {"text": "text_encoder"}.get(part, part)
        place = folder / name
        place.mkdir(parents=True)
        prefix = "text_model." if part == "text" else ""
        tensors = {prefix + key: tensor.half().contiguous() for key, tensor in module.state_dict().items()}
        file = place / (FILES[name] + suffix)
        if suffix == ".bin":
            torch.save(tensors, place / f"{'pytorch_' if part == 'text' else ''}{file.name}")
        else:
            save_file(tensors, file)
    (folder / INDEX).write_text(json.dumps({"_class_name": pipeline, "unet": ["diffusers", "UNet2DConditionModel"]}))
    (folder / "vae" / "config.json").write_text(json.dumps({"scaling_factor": 0.18215}))
    if scheduler is not None:
        (folder / "scheduler").mkdir()
        (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(scheduler))
    return folder


@pytest.mark.parametrize("suffix", [".safetensors", ".bin"])
def test_a_folder_holds_the_same_tensors_as_the_file(tmp_path, suffix):
    folder = write_folder(tmp_path / "some.model", suffix=suffix)
    found, wanted = read_tensors(header_of(folder)), tiny_tensors()
    assert found.keys() == wanted.keys()
    assert all(torch.equal(found[name], wanted[name].reshape(found[name].shape)) for name in wanted)


def test_a_folder_paints_what_the_file_paints(tmp_path, tiny_checkpoint):
    folder = write_folder(tmp_path / "same")
    one, other = (open_checkpoint(path).networks for path in (folder, tiny_checkpoint))
    x = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(1))
    tokens = torch.arange(77)[None]
    with torch.inference_mode():
        assert torch.equal(one.unet(x, 500, one.text(tokens)), other.unet(x, 500, other.text(tokens)))
        assert torch.equal(one.vae.decode(x), other.vae.decode(x))


def test_vaes_of_before_2023_are_read_too(tmp_path):
    folder = write_folder(tmp_path / "old")
    file = folder / "vae" / "diffusion_pytorch_model.safetensors"
    tensors = tiny_modules()["vae"].state_dict()
    renamed = {}
    for name, tensor in tensors.items():
        old = next((name.replace(f".{new}.", f".{old}.") for new, old in OLD_NAMES.items() if f".{new}." in name), name)
        renamed[old] = tensor.half()
    assert renamed.keys() != tensors.keys()
    save_file(renamed, file)
    assert read_tensors(header_of(folder)).keys() == tiny_tensors().keys()


def test_prediction_schedule_and_purpose_come_from_the_folder(tmp_path):
    scheduler = {"prediction_type": "v_prediction", "rescale_betas_zero_snr": True, "beta_start": 0.001}
    facts = identify(*read_description(write_folder(tmp_path / "v", in_channels=9, scheduler=scheduler)))
    assert (facts.prediction, facts.zero_terminal_snr, facts.linear_start) == ("v", True, 0.001)
    assert (facts.purpose, facts.latent_scale) == ("inpainting", 0.18215)


def test_the_library_lists_folders_as_checkpoints_and_not_what_is_in_them(tmp_path):
    folder = write_folder(tmp_path / "models" / "Stable-diffusion" / "sub" / "painter-v1.5")
    library = Library(tmp_path / "models")
    (file,) = library.checkpoints()
    assert (file.path, file.name, file.stem) == (folder, "sub/painter-v1.5", "painter-v1.5")
    assert library.checkpoint("painter-v1.5").path == folder
    assert library.checkpoint(str(folder), paths=True).path == folder
    assert kind(read_description(folder)[0]) == "an SD 1.x text-to-image checkpoint"
    assert weights_file(folder).name == "diffusion_pytorch_model.safetensors"
    assert stored_bytes(folder) > 10_000_000


def test_a_folder_without_weights_does_not_hide_the_others(tmp_path):
    models = tmp_path / "models"
    write_folder(models / "Stable-diffusion" / "good")
    (models / "bad").mkdir()
    (models / "Stable-diffusion" / "bad").mkdir()
    (models / "Stable-diffusion" / "bad" / INDEX).write_text("{}")
    assert [file.name for file in Library(models).checkpoints()] == ["bad", "good"]
    assert Library(models).checkpoint("good").sha256 is None


def broken_folders():
    def no_vae(folder):
        (folder / "vae" / "diffusion_pytorch_model.safetensors").unlink()

    def half_a_unet(folder):
        tensors = tiny_modules()["unet"].state_dict()
        save_file(
            {name: tensors[name] for name in tensors if name.startswith(("conv_in", "mid"))},
            folder / "unet" / "diffusion_pytorch_model.safetensors",
        )

    yield "no VAE", no_vae, UnknownModelError, "folder vae"
    yield "half a U-Net", half_a_unet, ModelFileError, "not whole"
    yield "index is a list", lambda f: (f / INDEX).write_text("[1]"), ModelFileError, "no group"
    yield "index is nonsense", lambda f: (f / INDEX).write_text("{"), ModelFileError, "cannot be read"
    yield "index nested deep", lambda f: (f / INDEX).write_text("[" * 200_000), ModelFileError, "cannot be read"
    yield (
        "another pipeline",
        lambda f: (f / INDEX).write_text('{"_class_name": "StableDiffusionXLPipeline"}'),
        UnsupportedModelError,
        "StableDiffusionXLPipeline",
    )
    yield (
        "a pipeline of its own",
        lambda f: (f / INDEX).write_text('{"_class_name": ["evil", "Pipeline"]}'),
        UnsupportedModelError,
        "evil",
    )


@pytest.mark.parametrize(
    ("spoil", "error", "said"), [case[1:] for case in broken_folders()], ids=[case[0] for case in broken_folders()]
)
def test_a_broken_folder_is_refused_by_name(tmp_path, spoil, error, said):
    folder = write_folder(tmp_path / "folder")
    spoil(folder)
    assert is_folder(folder)
    with pytest.raises(error, match=said) as refusal:
        open_checkpoint(folder)
    assert refusal.value.hint


def test_code_in_a_bin_file_is_refused_and_not_run(tmp_path):
    class Attack:
        def __reduce__(self):
            return (exec, (f"open({str(tmp_path / 'ran')!r}, 'w')",))

    folder = write_folder(tmp_path / "folder", suffix=".bin")
    torch.save({"conv_in.weight": Attack()}, folder / "unet" / "diffusion_pytorch_model.bin")
    with pytest.raises(UnsafePickleError, match="exec"):
        open_checkpoint(folder)
    assert not (tmp_path / "ran").exists()
