"""--dtype: what the networks compute in, for this command."""

import json

import PIL.Image
import pytest

from pentimento.cli.paint import DTYPE
from pentimento.runners.machine import AUTO, TYPES
from pentimento.words.reports import MACHINE


@pytest.mark.parametrize(
    "given, environment, computed", [("bfloat16", "float32", "bfloat16"), (None, "float32", "float32, stored")]
)
def test_a_picture_says_which_number_type_made_it(given, environment, computed, shell, photo, mask, quick, monkeypatch):
    monkeypatch.setenv("PENTIMENTO_DTYPE", environment)
    said = shell("inpaint", photo, mask, *quick, *(["--dtype", given] if given else []), "-o", "made.png")
    assert said.code == 0, said.err
    assert json.loads(PIL.Image.open("made.png").text[MACHINE])["dtype"] == computed


def test_another_word_is_refused_with_those_there_are(shell, photo, mask, quick):
    said = shell("inpaint", photo, mask, *quick, "--dtype", "int8")
    assert said.code == 2
    assert "'int8'" in said.err
    assert "bfloat16" in said.err


def test_the_option_offers_what_the_runner_takes():
    def command() -> None: ...

    (option,) = DTYPE(command).__click_params__
    assert list(option.type.choices) == [AUTO, *TYPES]
