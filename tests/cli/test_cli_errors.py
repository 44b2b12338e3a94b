"""Every failure is one message with the values in it and what to do, exit code 2, and no trace of the program."""

import os
import subprocess
import sys

import PIL.Image
import pytest

from pentimento.cli import cli, main, say_fault


def wrong(said, *words):
    assert said.code == 2, said
    assert said.out == ""
    assert [line.startswith("Error: ") for line in said.err.splitlines()].count(True) == 1
    assert "Traceback" not in said.err
    for word in words:
        assert word in said.err


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--steps", "200"), ("steps", "200", "150")),
        (("--steps", "many"), ("steps", "'many'")),
        (("--cfg-scale", "nan"), ("cfg_scale", "nan")),
        (("--background-color", "white"), ("background_color", "white")),
        (("--sampler", "Eulr a"), ("Eulr a", "Did you mean Euler a?")),
        (("--scheduler", "karas"), ("karas", "Did you mean Karras?")),
        (("--checkpoint", "tyni"), ("tyni", "tiny")),
        (("--vae", "fine"), ("'fine'",)),
        (("--device", "toaster"), ("toaster", "--device auto")),
        (("-p", "a cup <lora:nothing:1>"), ("nothing",)),
        (("--style", "ink"), ("styles.csv",)),
    ],
    ids=lambda value: value[-1] if isinstance(value, tuple) else None,
)
def test_a_setting_that_cannot_be_is_told_with_its_value(shell, quick, photo, mask, given, words):
    wrong(shell("inpaint", photo, mask, *quick, *given), *words)


def test_sizes_that_differ_are_both_told(shell, quick, photo, tmp_path):
    PIL.Image.new("L", (32, 16)).save(tmp_path / "small.png")
    wrong(shell("inpaint", photo, tmp_path / "small.png", *quick), "32×16", "64×64")


def test_pictures_that_cannot_be_read_are_named(shell, quick, photo, mask, tmp_path):
    (tmp_path / "words.png").write_text("not a picture")
    (tmp_path / "cut.png").write_bytes(photo.read_bytes()[:100])
    wrong(shell("inpaint", photo, "none.png", *quick), "none.png", "Check the path")
    wrong(shell("inpaint", tmp_path, mask, *quick), str(tmp_path), "directory")
    wrong(shell("inpaint", tmp_path / "words.png", mask, *quick), "words.png")
    wrong(shell("inpaint", photo, tmp_path / "cut.png", *quick), "cut.png", "broken or cut off")
    wrong(shell("info", tmp_path / "words.png"), "words.png")
    wrong(shell("info", tmp_path / "none.safetensors"), "none.safetensors")


def test_a_broken_checkpoint_is_named(shell, quick, models):
    (models / "Stable-diffusion" / "cut.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0{")
    wrong(shell("txt2img", *quick, "--checkpoint", "cut"), "cut.safetensors")
    listed = shell("checkpoints", "--models-dir", models)
    assert listed.code == 0
    assert "unusable" in listed.out


def test_a_place_that_cannot_be_written_is_told_before_anything_is_computed(shell, quick, photo, mask, monkeypatch):
    monkeypatch.setattr("pentimento.cli.job.events", lambda *_: pytest.fail("computed"))
    wrong(shell("inpaint", photo, mask, *quick, "-o", "new.gif"), ".gif", ".png")
    wrong(shell("inpaint", photo, mask, *quick, "-o", photo / "out"), str(photo))
    wrong(shell("inpaint", photo, mask, *quick, "-o", mask / "new.png"), str(mask))


def test_a_full_disk_is_told_and_leaves_nothing_behind(shell, quick, photo, mask, tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    said = shell("inpaint", photo, mask, *quick, "-o", "out")
    wrong(said, "No space left on device")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_mistyped_command_and_option_are_told_with_the_nearest(shell):
    said = shell("inpant", "a.png")
    assert said.code == 2
    assert "Did you mean inpaint?" in said.err
    said = shell("txt2img", "--prompd", "x")
    assert said.code == 2
    assert "--prompt" in said.err


def test_a_closed_pipe_ends_quietly():
    command = f'"{sys.executable}" -m pentimento.cli inpaint --help | true'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.stderr == ""


def test_ctrl_c_says_so(monkeypatch, capsys):
    def stop(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "main", stop)
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 130
    assert capsys.readouterr().err == "Stopped. What was finished is kept.\n"


def test_what_nobody_foresaw_is_one_message_unless_all_is_asked_for(monkeypatch, capsys):
    try:
        {}["cup"]
    except KeyError as fault:
        say_fault(KeyError, fault, fault.__traceback__)
        short = capsys.readouterr().err
        monkeypatch.setenv("PENTIMENTO_DEBUG", "1")
        say_fault(KeyError, fault, fault.__traceback__)
    assert "KeyError: 'cup' (test_cli_errors.py, line" in short
    assert "Traceback" not in short
    assert "Traceback" in capsys.readouterr().err
