"""`pentimento restore-faces` touches faces alone; `pentimento extras` installs nothing unasked."""

import numpy as np
import PIL.Image
import pytest
from click.testing import CliRunner

from pentimento.cli import cli
from pentimento.words.errors import RequestError, UnknownModelError


def run(*arguments):
    return CliRunner().invoke(cli, [str(one) for one in arguments], catch_exceptions=False)


def test_a_picture_without_faces_comes_back_as_it_is_and_it_is_said(tmp_path):
    pixels = np.full((64, 64, 3), 90, np.uint8)
    PIL.Image.fromarray(pixels).save(tmp_path / "a.png")
    done = run("restore-faces", tmp_path / "a.png", "-o", tmp_path / "b.png", "--no-history", "--device", "cpu")
    assert done.exit_code == 0, done.output
    assert "faces: none was found" in done.output
    assert np.array_equal(np.asarray(PIL.Image.open(tmp_path / "b.png")), pixels)


def test_a_restorer_without_a_file_is_told_where_it_belongs(tmp_path):
    PIL.Image.new("RGB", (64, 64)).save(tmp_path / "a.png")
    with pytest.raises(UnknownModelError, match="GFPGAN has no file"):
        run("restore-faces", tmp_path / "a.png", "--by", "gfpgan", "--no-history", "--models-dir", tmp_path)


def test_extras_show_their_licences_and_install_nothing_that_nobody_accepted(monkeypatch):
    monkeypatch.setattr("pentimento.cli.extras.find_spec", lambda name: None)
    monkeypatch.setattr("subprocess.run", lambda *_, **__: pytest.fail("pip was run"))
    shown = run("extras", "--show")
    assert "CodeFormer" in shown.output
    assert "not for commerce" in shown.output
    with pytest.raises(RequestError, match="not been accepted"):
        run("extras")


def test_extras_that_were_accepted_are_installed_by_pip_without_what_they_declare(monkeypatch):
    asked = []
    monkeypatch.setattr("pentimento.cli.extras.find_spec", lambda name: None)
    monkeypatch.setattr(
        "subprocess.run", lambda command, **_: asked.append(command) or type("Done", (), {"returncode": 0})
    )
    assert run("extras", "--accept-licence").exit_code == 0
    assert asked[0][1:] == ["-m", "pip", "install", "--no-deps", "spandrel_extra_arches==0.2.0"]
