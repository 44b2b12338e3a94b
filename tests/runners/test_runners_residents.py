"""Checkpoints and networks from picture to picture share one budget of memory."""

import pytest
import torch

from pentimento.checkpoint.library import BUILTIN, Library
from pentimento.nets.route import Route
from pentimento.nets.spandrel import Purpose
from pentimento.runners.residents import Residents
from pentimento.words.request import Request
from picturenets import write_esrgan
from tiny import write_tiny


@pytest.fixture
def models(tmp_path, monkeypatch):
    monkeypatch.setenv("PENTIMENTO_CACHE", str(tmp_path / "cache"))
    for seed, name in enumerate("ab"):
        write_tiny(tmp_path / "Stable-diffusion" / f"{name}.safetensors", seed=seed)
    for name in ("one", "two"):
        write_esrgan(tmp_path / "ESRGAN" / f"{name}.pth")
    return tmp_path


@pytest.fixture
def residents(models):
    return Residents(Library(models, builtin=BUILTIN), torch.device("cpu"), Route())


def use(residents, *names):
    """One job."""
    residents.begin()
    for name in names:
        if len(name) == 1:
            list(residents.loading(Request(checkpoint=name)))
        else:
            residents.nets.open(residents.library.models_dir / "ESRGAN" / f"{name}.pth", Purpose.ENLARGE)


def kept(residents):
    return [one.file.path.stem for one in residents.kept] + [one.path.stem for one in residents.nets.kept]


def test_the_one_not_used_for_longest_goes_whatever_its_kind(residents):
    use(residents, "a", "one")
    small, large = residents.nets.kept[0].size, residents.kept[0].size
    assert 0 < small < large / 3
    residents.budget = large + small * 3 // 2
    use(residents, "two")
    assert kept(residents) == ["one", "two"], "the checkpoint was used before the upscaler"
    use(residents, "b")
    assert kept(residents) == ["b", "two"]
    use(residents, "two")
    use(residents, "a")
    assert kept(residents) == ["a", "two"]
    residents.unload()
    assert kept(residents) == []


def test_what_a_job_uses_stays_until_the_next_begins(residents):
    residents.budget = 1
    use(residents, "a", "one", "b")
    assert kept(residents) == ["a", "b", "one"]
    use(residents, "two")
    assert kept(residents) == ["two"]
