"""`pentimento checkpoints get`, as a person meets it."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from command import run
from pentimento.checkpoint.library import Library
from pentimento.cli.get import USE
from pentimento.download.offers import BY_NAME, OFFERS
from tiny import tiny_tensors


def key(name: str) -> str:
    return f"{BY_NAME[name].repository}/{BY_NAME[name].file}"


@pytest.fixture
def models(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PENTIMENTO_CACHE", str(tmp_path / "cache"))
    return tmp_path / "models"


@pytest.fixture
def get(hub, models, tiny_checkpoint):
    """(words) → what `checkpoints get` says, with small files on a hub of this machine."""
    hub.files[key("v1-5-pruned-emaonly")] = tiny_checkpoint.read_bytes()
    inpainting = io.BytesIO()
    torch.save({"state_dict": tiny_tensors(9)}, inpainting)
    hub.files[key("sd-v1-5-inpainting")] = inpainting.getvalue()
    return lambda *words: run("checkpoints", "get", *words, "--endpoint", hub.address)


def test_without_a_name_it_shows_what_there_is(models):
    said = run("checkpoints", "get")
    assert said.code == 0
    lines = said.out.splitlines()[1:]
    assert [line.split()[0] for line in lines] == [offer.name for offer in OFFERS]
    for line, offer in zip(lines, OFFERS, strict=True):
        assert offer.repository in line
        assert line.count("unknown") == [offer.licence, offer.size, offer.sha256].count(None)


def test_what_was_loaded_can_paint(get, models):
    said = get("sd-v1-5-inpainting", "--accept-licence")
    place = Path("models/Stable-diffusion/sd-v1-5-inpainting.ckpt")
    assert (said.code, said.out) == (0, f"{place}\n")
    assert "an SD 1.x inpainting checkpoint" in said.err
    assert "--checkpoint sd-v1-5-inpainting" in said.err
    (found,) = Library(models).checkpoints()
    assert found.path == models.parent / place
    made = run("txt2img", "-p", "a cat", "--checkpoint", "sd-v1-5-inpainting", "--steps", 1, "-o", "cat.png",
               "--width", 64, "--height", 64)  # fmt: skip
    assert made.code == 0, made.err


def test_the_licence_is_shown_and_nothing_is_asked_of_the_hub_before_it_is_accepted(get, hub, models):
    said = get("sd-v1-5-inpainting")
    assert said.code == 2
    assert "the licence of sd-v1-5-inpainting (creativeml-openrail-m) has not been accepted" in said.err
    assert "--accept-licence" in said.err
    assert f"read it at {BY_NAME['sd-v1-5-inpainting'].page}" in said.err
    assert hub.asked == []


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 130), ("\n", 130)])
def test_at_a_terminal_the_licence_is_asked_for(answer, code, get, hub, models, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    said = get("v1-5-pruned-emaonly")
    assert said.code == code
    assert "Do you accept the licence of v1-5-pruned-emaonly (creativeml-openrail-m)?" in said.err
    assert (models / "Stable-diffusion" / "v1-5-pruned-emaonly.safetensors").exists() == (code == 0)


def test_an_unknown_licence_is_called_so(get):
    said = get("DreamShaper_8_pruned")
    assert "the licence of DreamShaper_8_pruned (unknown) has not been accepted" in said.err


def test_a_dry_run_tells_all_and_loads_nothing(get, hub, models):
    said = get("v1-5-pruned-emaonly", "--dry-run")
    assert said.code == 0
    size = len(hub.files[key("v1-5-pruned-emaonly")])
    assert f"{size:,} bytes" in said.out
    assert "creativeml-openrail-m" in said.out
    assert "v1-5-pruned-emaonly.safetensors" in said.out
    assert hub.sent == 0
    assert not models.exists()


def test_what_is_there_is_not_loaded_again(get, hub):
    first = get("v1-5-pruned-emaonly", "--accept-licence")
    sent = hub.sent
    again = get("V1-5-PRUNED-emaonly", "--accept-licence")
    assert (again.code, again.out) == (0, first.out)
    assert "there already" in again.err
    assert hub.sent == sent


def test_another_file_of_that_name_is_left_alone(get, hub, models):
    place = models / "Stable-diffusion" / "v1-5-pruned-emaonly.safetensors"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"mine")
    said = get("v1-5-pruned-emaonly", "--accept-licence")
    assert said.code == 2
    assert "another file is in its place" in said.err
    assert place.read_bytes() == b"mine"
    assert hub.sent == 0


@pytest.mark.parametrize("words", [("--models-dir", "mine"), ()], ids=["own", "parent's"])
def test_it_goes_where_a_models_folder_has_its_kind(words, get, hub, tmp_path):
    (tmp_path / "mine" / "vae").mkdir(parents=True)
    tensors = {name.partition(".")[2]: tensor for name, tensor in tiny_tensors().items() if name.startswith("first")}
    from safetensors.torch import save

    hub.files[key("vae-ft-mse-840000-ema-pruned")] = save(tensors)
    before = () if words else ("--models-dir", "mine")
    said = run("checkpoints", *before, "get", "vae-ft-mse-840000-ema-pruned", "--accept-licence", *words,
               "--endpoint", hub.address)  # fmt: skip
    assert said.out == "mine/vae/vae-ft-mse-840000-ema-pruned.safetensors\n", said.err
    assert "It is a VAE. Choose it with --vae vae-ft-mse-840000-ema-pruned." in said.err


def test_the_hub_can_be_named_in_the_environment(get, hub, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", hub.address)
    assert run("checkpoints", "get", "v1-5-pruned-emaonly", "--accept-licence").code == 0
    said = run("checkpoints", "get", "v1-5-pruned-emaonly", "--accept-licence", "--endpoint", "localhost")
    assert said.code == 2
    assert "'localhost': no address of a hub" in said.err


def test_an_unknown_name_is_refused_with_the_nearest(models):
    said = run("checkpoints", "get", "sd-v1-5-inpaint")
    assert said.code == 2
    assert "sd-v1-5-inpainting" in said.err


def test_a_missing_network_is_one_message(models):
    said = run("checkpoints", "get", "v1-5-pruned-emaonly", "--accept-licence", "--endpoint", "http://127.0.0.1:9")
    assert said.code == 1
    assert "Error: http://127.0.0.1:9 cannot be reached" in said.err
    assert "Traceback" not in said.err


def test_downloads_can_be_switched_off(models):
    command = [sys.executable, "-m", "pentimento.cli", "checkpoints", "get", "lcm-lora-sdv1-5", "--accept-licence"]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "Error: downloads are switched off by HF_HUB_OFFLINE" in done.stderr


def test_every_kind_of_row_says_how_to_choose_it():
    assert {offer.kind for offer in OFFERS} == USE.keys()


def listens():
    """A test in the background of a shell has Ctrl-C switched off, and its children with it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_keeps_what_came_and_the_next_call_goes_on(hub, models):
    """A real process, stopped while it waits for more; 10 MiB are received at a time, so there must be more."""
    hub.files[key("lcm-lora-sdv1-5")] = data = os.urandom(30 * 2**20)
    hub.waits = 21 * 2**20
    command = [sys.executable, "-m", "pentimento.cli", "checkpoints", "get", "lcm-lora-sdv1-5", "--accept-licence"]
    environment = {**os.environ, "HF_ENDPOINT": hub.address}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=listens
    )
    assert hub.reached.wait(30), process.communicate()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    (part,) = (models / "Lora").iterdir()
    kept = part.stat().st_size
    assert kept >= 10 * 2**20

    hub.waits = None
    hub.released.set()
    again = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert hub.gets()[-1].headers["range"] == f"bytes={kept}-"
    place = models / "Lora" / "lcm-lora-sdv1-5.safetensors"
    assert place.read_bytes() == data
    assert again.returncode == 2, "random bytes are no LoRA, and it says so"
    assert "lcm-lora-sdv1-5.safetensors cannot be read" in again.stderr
