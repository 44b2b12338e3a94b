"""Overviews answer at once, and their pages fit a terminal."""

import resource
import subprocess
import sys

import pytest

from pentimento.cli import COMMANDS
from pentimento.cli.options import flag_of
from pentimento.words.request import Request

HEAVY = ("cv2", "diffusers", "numpy", "pydantic", "rich", "scipy", "torch", "transformers", "yaml")
CPU = 1.0
"""Seconds; half of it on a machine that has nothing else to do."""


def loaded(*arguments):
    """Which heavy modules a command has imported when it is done."""
    code = f"import sys; sys.argv = ['pentimento', *{list(map(str, arguments))}]\nfrom pentimento.cli import main\n"
    code += f"try:\n    main()\nfinally:\n    print('LOADED', *(m for m in {HEAVY} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split()[1:])


def test_what_a_command_does_not_need_is_not_imported(models, photo):
    model = models / "Stable-diffusion" / "tiny.safetensors"
    assert loaded("--help") == set()
    assert loaded("--version") == set()
    assert loaded("checkpoints", "--models-dir", models) == set()
    assert loaded("checkpoints", "--models-dir", models, "--hash") == set()
    assert loaded("info", model) == set()
    assert loaded("info", photo) == {"numpy"}
    assert loaded("inpaint", "--help") == {"pydantic"}


@pytest.mark.parametrize("arguments", [("--help",), ("checkpoints",), ("info", "photo.png")], ids=" ".join)
def test_overviews_take_little_time(arguments, photo):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "pentimento.cli", *arguments], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent < CPU


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_a_terminal(shell, command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    said = shell(command, "--help")
    assert said.code == 0
    assert max(map(len, said.out.splitlines())) <= 80


def test_every_setting_is_an_option_of_inpaint(shell):
    page = shell("inpaint", "--help").out
    missing = {name for name in Request.model_fields if f"{flag_of(name)} " not in page}
    hires = {name for name in Request.model_fields if name.startswith("hires_")}  # text to image only
    assert missing == {"images", "mask"} | hires  # the two are its arguments
    assert all(f"{flag_of(name)} " in shell("txt2img", "--help").out for name in hires)


def test_options_that_do_nothing_for_a_task_are_not_offered(shell):
    page = shell("txt2img", "--help").out
    assert "--mask-blur" not in page
    assert "--denoising-strength" not in page
    assert "--soft-inpainting" not in page
    assert "--mask-blur" not in shell("img2img", "--help").out


def test_info_tells_settings_and_facts(shell, models, photo):
    tiny = models / "Stable-diffusion" / "tiny.safetensors"
    assert "not computed" in shell("info", tiny).out
    told = shell("info", tiny, "--hash").out
    assert "an SD 1.x text-to-image checkpoint" in told
    assert "not computed" not in told
    assert "64×64" in shell("info", photo).out
    listed = shell("checkpoints", "--models-dir", models).out
    assert told.split("sha256:")[1].split()[0][:10] in listed
