"""What cannot be used is refused with one message that holds the values and a remedy, and nothing is written."""

import errno
import io
import os
import pickle
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import PIL.Image
import pytest
import torch
from safetensors.torch import save_file

from command import files_below, run
from tiny import tiny_tensors, write_tiny

QUICK = ("--steps", 1, "--seed", 1, "--sampler", "Euler", "-p", "a cup")
SIZE = (48, 40)


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("PENTIMENTO_CACHE", str(tmp_path_factory.mktemp("cache")))


def saved(picture: PIL.Image.Image, format="PNG", **how) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **how)
    return out.getvalue()


def plain(size=SIZE, colour=(90, 120, 60)) -> bytes:
    return saved(PIL.Image.new("RGB", size, colour))


def hole(size=SIZE) -> bytes:
    mask = PIL.Image.new("L", size)
    mask.paste(255, (8, 8, 24, 24))
    return saved(mask)


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "picture.png").write_bytes(plain())
    (tmp_path / "mask.png").write_bytes(hole())
    (tmp_path / "models" / "Stable-diffusion").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def refused(folder, tiny_checkpoint):
    """(*options, exit code) → the message, checked to be one, with a hint, and with nothing written."""

    def refuse(*options, code=2, image="picture.png", mask="mask.png", output="out.png", checkpoint=None):
        before = files_below(folder)
        where = ("--models-dir", folder / "models", "--device", "cpu", "-o", folder / output)
        words = ("--checkpoint", checkpoint or tiny_checkpoint, *where, *QUICK, *options)
        done = run("inpaint", folder / image, folder / mask, *words)
        assert done.code == code, (done.code, done.err)
        assert "Traceback" not in done.err
        assert done.err.count("Error:") == 1
        assert done.out == ""
        message, _, hint = done.err.partition("Error: ")[2].strip().partition("\n")
        assert message
        assert hint.strip(), f"no remedy: {done.err}"
        assert files_below(folder) == before
        return f"{message}\n{hint}"

    return refuse


# pictures


def test_a_mask_of_another_size_names_both_and_the_remedy(folder, refused):
    (folder / "mask.png").write_bytes(hole((64, 64)))
    said = refused()
    assert "64×64" in said
    assert "48×40" in said
    assert "--resize-mask" in said


def test_a_mask_of_another_shape_is_not_scaled(folder, refused):
    (folder / "mask.png").write_bytes(hole((64, 64)))
    said = refused("--resize-mask")
    assert "64×64" in said
    assert "48×40" in said
    assert "distort" in said


def animated() -> bytes:
    frames = [PIL.Image.new("RGB", SIZE, colour) for colour in ("red", "green", "blue")]
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:])


def bomb() -> bytes:
    """A small PNG that says it is 50000 × 50000."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(10_000)))
        + chunk(b"IEND", b"")
    )


PICTURES: dict[str, tuple[Callable[[], bytes], str]] = {
    "animated": (animated, "3 frames"),
    "truncated PNG": (lambda: plain((300, 300))[:-40], "broken or cut off"),
    "truncated JPEG": (lambda: saved(PIL.Image.effect_noise(SIZE, 50), "JPEG")[:700], "broken or cut off"),
    "zero bytes": (lambda: b"", "empty"),
    "bomb": (bomb, "50000×50000"),
    "text": (lambda: b"a photograph of a cat", "no picture"),
    "a checkpoint": (lambda: pickle.dumps({"state_dict": 1}), "no picture"),
    "SVG": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
    "EPS, which would run a program": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no picture"),
    "random bytes": (lambda: os.urandom(3000), "no picture"),
}


@pytest.mark.parametrize("role", ["picture.png", "mask.png"])
@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_that_cannot_be_used_is_refused(kind, role, folder, refused):
    make, found = PICTURES[kind]
    (folder / role).write_bytes(make())
    assert found in refused()


def test_a_picture_that_is_not_there_is_named(refused):
    assert "nowhere.png" in refused(image="nowhere.png")
    assert "models" in refused(mask="models")


# settings

SETTINGS = {
    "steps 0": (("--steps", "0"), "0"),
    "steps 10⁶": (("--steps", "1000000"), "1000000"),
    "negative steps": (("--steps", "-5"), "-5"),
    "half a step": (("--steps", "1.5"), "1.5"),
    "NaN": (("--cfg-scale", "nan"), "nan"),
    "infinity": (("--cfg-scale", "inf"), "inf"),
    "minus infinity": (("--eta", "-inf"), "inf"),
    "negative guidance": (("--cfg-scale", "-1"), "-1"),
    "negative strength": (("--denoising-strength", "-0.1"), "-0.1"),
    "too strong": (("--denoising-strength", "1.01"), "1.01"),
    "NaN strength": (("--denoising-strength", "nan"), "nan"),
    "negative blur": (("--mask-blur", "-4"), "-4"),
    "negative padding": (("--padding", "-1"), "-1"),
    "no width": (("--width", "0"), "0"),
    "a width beyond all": (("--width", "1000000"), "1000000"),
    "negative seed": (("--seed", "-2"), "-2"),
    "a seed of 30 digits": (("--seed", "9" * 30), "999"),
    "10⁶ pictures": (("--batch-size", "1000000"), "1000000"),
    "a number that is a word": (("--steps", "many"), "many"),
    "an unknown sampler": (("--sampler", "Eular"), "Eular"),
    "an unknown colour": (("--background-color", "white"), "white"),
    "NaN in soft inpainting": (("--soft-mask-influence", "nan"), "nan"),
}


@pytest.mark.parametrize("kind", SETTINGS)
def test_a_setting_out_of_bounds_is_refused_with_its_value(kind, refused):
    options, value = SETTINGS[kind]
    assert value in refused(*options)


def test_a_weight_that_cannot_be_read_is_refused(refused):
    assert "1.2.3" in refused("-p", "a (red:1.2.3) hat")


# checkpoints and add-ons


class Attack:
    def __init__(self, sentinel: Path) -> None:
        self.sentinel = sentinel

    def __reduce__(self):
        return (exec, (f"open({str(self.sentinel)!r}, 'w')",))


def pickled(path: Path, tree: object) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x/data.pkl", pickle.dumps(tree, protocol=2))


def cut(path: Path) -> None:
    write_tiny(path)
    path.write_bytes(path.read_bytes()[:-1000])


def misnamed(path: Path) -> None:
    write_tiny(path.with_name("right.safetensors")).rename(path)


def without_vae(path: Path) -> None:
    tensors = {name: tensor for name, tensor in tiny_tensors().items() if not name.startswith("first_stage_model.d")}
    save_file(tensors, path)


SDXL = {
    "conditioner.embedders.1.model.ln_final.weight": torch.zeros(1280),
    "model.diffusion_model.input_blocks.0.0.weight": torch.zeros(320, 4, 3, 3),
}

CHECKPOINTS: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "truncated": ("a.safetensors", cut, "should end"),
    "empty": ("a.safetensors", lambda path: path.write_bytes(b""), "empty"),
    "another family": ("a.safetensors", lambda path: save_file(SDXL, path), "SDXL"),
    "a LoRA": ("a.safetensors", lambda path: save_file({"x.lora_up.weight": torch.zeros(2, 2)}, path), "LoRA"),
    "no model at all": ("a.safetensors", lambda path: save_file({"x": torch.zeros(2)}, path), "no checkpoint"),
    "without its VAE": ("a.safetensors", without_vae, "a.safetensors cannot be used: the VAE lacks"),
    "malicious": ("a.ckpt", lambda path: pickled(path, {"state_dict": Attack(path.with_name("ran"))}), "exec"),
    "misnamed": ("a.ckpt", misnamed, ".safetensors"),
    "a web page": ("a.safetensors", lambda path: path.write_bytes(b"<!DOCTYPE html><html>"), "web page"),
}


@pytest.mark.parametrize("kind", CHECKPOINTS)
def test_a_checkpoint_that_cannot_be_used_is_refused_by_name(kind, folder, refused):
    name, make, found = CHECKPOINTS[kind]
    make(folder / "models" / "Stable-diffusion" / name)
    said = refused(checkpoint=name)
    assert found in said
    assert not list(folder.rglob("ran"))


def test_a_checkpoint_that_is_not_there_is_refused_with_the_nearest(folder, refused):
    write_tiny(folder / "models" / "Stable-diffusion" / "dreamer.safetensors")
    said = refused(checkpoint="draemer")
    assert "draemer" in said
    assert "dreamer" in said


def lora(width: int, rank: int = 2) -> dict[str, torch.Tensor]:
    name = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k"
    return {f"{name}.lora_down.weight": torch.ones(rank, width), f"{name}.lora_up.weight": torch.ones(32, rank)}


LORAS: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "of another family": ("n.safetensors", lambda path: save_file(lora(2048), path), "another family"),
    "truncated": (
        "n.safetensors",
        lambda path: (save_file(lora(64), path), path.write_bytes(path.read_bytes()[:-8])),
        "should end",
    ),
    "malicious": ("n.pt", lambda path: pickled(path, {"a": Attack(path.with_name("ran"))}), "exec"),
    "a checkpoint": ("n.safetensors", lambda path: save_file({"x": torch.zeros(2)}, path), "no LoRA"),
    "NaN": ("n.safetensors", lambda path: save_file({k: v * torch.nan for k, v in lora(64).items()}, path), "finite"),
}


@pytest.mark.parametrize("kind", LORAS)
def test_a_lora_that_cannot_be_used_is_refused_by_name(kind, folder, refused):
    name, make, found = LORAS[kind]
    (folder / "models" / "Lora").mkdir()
    make(folder / "models" / "Lora" / name)
    assert found in refused("-p", "a cup <lora:n:1>")
    assert not list(folder.rglob("ran"))


def test_a_lora_that_is_not_there_is_refused(refused):
    assert "nowhere" in refused("-p", "a cup <lora:nowhere:1>")


@pytest.mark.parametrize("named", [True, False], ids=["named", "not named"])
def test_a_malicious_embedding_stops_only_the_prompt_that_names_it(named, folder, refused, tiny_checkpoint):
    (folder / "models" / "embeddings").mkdir()
    pickled(folder / "models" / "embeddings" / "badword.pt", {"string_to_param": Attack(folder / "ran")})
    if named:
        assert "exec" in refused("-p", "a BadWord cup")
    else:
        where = ("--checkpoint", tiny_checkpoint, "--models-dir", folder / "models", "-o", folder / "o.png")
        assert run("inpaint", folder / "picture.png", folder / "mask.png", *where, *QUICK).code == 0
    assert not (folder / "ran").exists()


def test_a_vae_that_is_not_there_or_is_none_is_refused(folder, refused):
    (folder / "models" / "VAE").mkdir()
    save_file({"x": torch.zeros(2)}, folder / "models" / "VAE" / "odd.safetensors")
    assert "nowhere" in refused("--vae", "nowhere.pt")
    assert "VAE" in refused("--vae", "odd.safetensors")


def test_making_an_inpainting_checkpoint_of_two_names_only_is_refused(refused):
    assert "'a'" in refused("--make-inpainting", "a")


# output


def test_an_output_that_is_no_picture_is_refused_before_anything_is_computed(refused, monkeypatch):
    monkeypatch.setattr("pentimento.runners.inline.InlineRunner.run", None)
    assert ".gif" in refused(output="out.gif")


def test_an_output_below_a_file_is_refused(folder, refused):
    assert "picture.png" in refused(output="picture.png/deeper/out.png")


def test_a_full_disk_leaves_what_was_there(folder, refused, monkeypatch):
    (folder / "out.png").write_bytes(b"what was there")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pentimento.pixels.codec.os.fsync", full)
    said = refused()
    assert "No space left" in said
    assert re.search(r"\d+ bytes", said)
    assert (folder / "out.png").read_bytes() == b"what was there"
