"""The list of checkpoints: what is known already is not read again."""

import sys

import pytest
import torch

from tiny import tiny_tensors, write_tiny


@pytest.fixture
def opens():
    """Files that this process opens during the test; an audit hook cannot be taken off, only be made deaf."""
    files, listening = [], [True]
    sys.addaudithook(lambda event, told: files.append(str(told[0])) if event == "open" and listening else None)
    yield files
    listening.clear()


@pytest.fixture
def old(models):
    torch.save({"state_dict": tiny_tensors()}, path := models / "Stable-diffusion" / "old.ckpt")
    return path


def test_the_second_list_opens_no_model(shell, models, old, opens):
    first = shell("checkpoints", "--models-dir", models)
    assert [file for file in opens if file.endswith(old.name)], "the first list reads headers"
    assert first.out.count("an SD 1.x text-to-image checkpoint") >= 2
    opens.clear()
    assert shell("checkpoints", "--models-dir", models) == first
    assert not [file for file in opens if file.endswith((".ckpt", ".safetensors"))]


def test_a_changed_file_is_told_anew(shell, models, old):
    assert "old.ckpt" in shell("checkpoints", "--models-dir", models).out
    old.unlink()
    write_tiny(old.with_suffix(".safetensors"), 9)
    listed = shell("checkpoints", "--models-dir", models).out
    assert "SD 1.x inpainting" in next(line for line in listed.splitlines() if line.startswith("old"))
    write_tiny(old.with_suffix(".safetensors"), 4)
    listed = shell("checkpoints", "--models-dir", models).out
    assert "SD 1.x text-to-image" in next(line for line in listed.splitlines() if line.startswith("old"))


def test_what_cannot_be_used_is_read_again_once_mended(shell, models, old):
    whole = old.read_bytes()
    old.write_bytes(whole[:1000])
    assert "unusable" in shell("checkpoints", "--models-dir", models).out
    old.write_bytes(whole)
    assert "unusable" not in shell("checkpoints", "--models-dir", models).out
