"""Instruct checkpoints look at the picture they change, and are guided by it."""

import io

import numpy as np
import PIL.Image
import pytest
import torch

from pentimento.engine.conditioning import Conditioning, Scheduled
from pentimento.engine.guidance import Guidance, Skipping
from pentimento.infotext.text import parse
from pentimento.nets.unet import UNet
from pentimento.pixels.files import Files
from pentimento.runners.inline import InlineRunner
from pentimento.words.errors import RequestError
from pentimento.words.events import Painted
from pentimento.words.request import Request
from tiny import tiny_tensors, write_tiny


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    models = tmp_path_factory.mktemp("models")
    write_tiny(models / "instruct.safetensors", 8)
    write_tiny(models / "v.safetensors", metadata={"modelspec.prediction_type": "v_prediction"})
    write_tiny(models / "zsnr.safetensors", metadata={"ss_zero_terminal_snr": "true"})
    write_tiny(models / "plain.safetensors")
    for name, said in {"yaml-v": "parameterization: v", "yaml-zsnr": "zero_terminal_snr: true"}.items():
        write_tiny(models / f"{name}.safetensors")
        (models / f"{name}.yaml").write_text(f"model:\n  params:\n    {said}\n")
    return InlineRunner(models, device="cpu")


@pytest.fixture
def painted(runner, tmp_path, monkeypatch):
    monkeypatch.setenv("PENTIMENTO_CACHE", str(tmp_path))
    files = Files()
    pixels = np.random.default_rng(1).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    out = io.BytesIO()
    PIL.Image.fromarray(pixels).save(out, "PNG")
    name = files.keep(out.getvalue())

    def paint(checkpoint, images=1, **settings):
        how = {"steps": 3, "seed": 5, "prompt": "make it red", "sampler": "Euler", **settings}
        request = Request(checkpoint=checkpoint, images=(name,) * images, **how)
        (event,) = [event for event in runner.run(request, files) if isinstance(event, Painted)]
        return event

    return paint


def different(one, other) -> bool:
    return not np.array_equal(one.picture.samples, other.picture.samples)


class Spy:
    """A U-Net whose prediction tells its inputs apart."""

    in_channels = 8

    def __call__(self, x, t, context):
        return x[:, :4] + 2 * x[:, 4:] + context.mean(dim=(1, 2))[:, None, None, None]


@pytest.mark.parametrize(("scale", "picture_scale"), [(7.0, 1.5), (1.0, 2.0), (3.0, 0.0)])
def test_guidance_is_equation_3_of_the_paper(scale, picture_scale):
    c, n = torch.full((77, 4), 3.0), torch.full((77, 4), -1.0)
    conditioning = Conditioning(((1.0, Scheduled(((9, c),))),), Scheduled(((9, n),)), n, (), False, False)
    x, seen = torch.randn(2, 4, 3, 3), torch.randn(2, 4, 3, 3)
    guidance = Guidance(
        Spy(),  # ty: ignore[invalid-argument-type]
        conditioning,
        scale,
        position=lambda t, calls: 1,
        level=float,
        skipping=Skipping(),
        extra=seen,
        picture_scale=picture_scale,
    )
    neither, only_picture, both = x - 1, x + 2 * seen - 1, x + 2 * seen + 3
    wanted = neither + picture_scale * (only_picture - neither) + scale * (both - only_picture)
    assert torch.allclose(guidance(x, 5.0).eps, wanted, atol=1e-5)


def test_the_network_sees_the_picture_without_noise_at_the_autoencoders_scale(painted, runner, monkeypatch):
    seen = []
    call = UNet.__call__
    monkeypatch.setattr(
        UNet, "__call__", lambda self, x, t, context: seen.append(x[:, 4:]) or call(self, x, t, context)
    )
    painted("instruct", batch_size=1)
    vae = runner._loaded[-1].opened.networks.vae
    told, told_again, blind = seen[0]
    assert torch.equal(told, told_again)
    assert not blind.any()
    assert all(torch.equal(later, seen[0]) for later in seen)
    assert told.std() > 0.1
    assert vae.scale == pytest.approx(0.18215)


def test_the_picture_scale_counts_and_is_written_down(painted):
    default, given, freer = (
        painted("instruct", **how) for how in ({}, {"image_cfg_scale": 1.5}, {"image_cfg_scale": 3})
    )
    assert not different(default, given)
    assert different(default, freer)
    assert parse(freer.parameters)["Image CFG scale"] == "3.0"
    assert "Image CFG scale" not in parse(default.parameters)


def test_under_webui_the_picture_does_not_guide_unasked(painted):
    unasked, one, asked = (
        painted("instruct", compat="webui", **how) for how in ({}, {"image_cfg_scale": 1}, {"image_cfg_scale": 1.5})
    )
    assert not different(unasked, one)
    assert different(unasked, asked)


def test_without_a_picture_it_looks_at_nothing(painted):
    assert painted("instruct", images=0, width=64, height=48).picture.size == (64, 48)


def test_joined_prompts_are_refused(painted):
    with pytest.raises(RequestError, match="2 parts by AND") as refusal:
        painted("instruct", prompt="a cat AND a dog")
    assert "--image-cfg-scale 1" in refusal.value.hint
    assert painted("instruct", prompt="a cat AND a dog", image_cfg_scale=1)


@pytest.mark.parametrize(("checkpoint", "as_told_by"), [("v", "yaml-v"), ("zsnr", "yaml-zsnr")])
@pytest.mark.parametrize("sampler", ["Euler", "DDIM"])
def test_prediction_and_schedule_come_from_metadata_or_the_yaml(checkpoint, as_told_by, sampler, painted):
    one, other, plain = (painted(name, sampler=sampler) for name in (checkpoint, as_told_by, "plain"))
    assert not different(one, other)
    assert different(one, plain)


@pytest.mark.parametrize("suffix", [".vae.safetensors", ".vae.pt"])
def test_a_vae_beside_the_checkpoint_or_by_name_is_used(suffix, tmp_path, painted, monkeypatch):
    from safetensors.torch import save_file

    models = tmp_path / "models"
    write_tiny(models / "plain.safetensors")
    tensors = {
        name.removeprefix("first_stage_model."): tensor
        for name, tensor in tiny_tensors(seed=9).items()
        if name.startswith("first_stage_model.")
    }
    path = models / f"plain{suffix}"
    if suffix.endswith(".pt"):
        torch.save({"state_dict": tensors}, path)
    else:
        save_file(tensors, path)
    request = Request(checkpoint="plain", prompt="a cup", steps=2, seed=1, width=64, height=48)
    runner = InlineRunner(models, device="cpu")

    def made(vae):
        (_, *_, event, _) = runner.run(request.model_copy(update={"vae": vae}), {})
        return event

    automatic, named, none = made("Automatic"), made(path.name), made("None")
    assert not different(automatic, named)
    assert different(automatic, none)
    assert parse(automatic.parameters)["VAE"] == path.name
