"""Text conditioning equals what the reference gave for the same texts, modes and layers."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from pentimento.checkpoint.embedding import read_embedding
from pentimento.checkpoint.open import open_checkpoint
from pentimento.engine.conditioning import condition
from pentimento.nets.text import TextEncoder
from pentimento.words.choices import Emphasis
from pentimento.words.compat import CompatName
from pentimento.words.request import Request


@pytest.fixture(scope="module")
def text(golden: Path) -> TextEncoder:
    return open_checkpoint(golden / "checkpoints" / "tiny-sd15.safetensors").networks.text


@pytest.fixture(scope="module")
def embeddings(golden: Path) -> dict[str, torch.Tensor]:
    folder = golden / "checkpoints" / "embeddings"
    return {path.stem: read_embedding(path).vectors for path in folder.iterdir()}


def test_features_equal_the_recorded_ones(golden, text, embeddings):
    components = golden / "components"
    recorded = np.load(components / "conditioning.npz")
    for row in json.loads((components / "conditioning.json").read_text()):
        request = Request(
            emphasis=Emphasis(row["emphasis"]), clip_skip=row["clip_skip"], compat=CompatName.WEBUI, checkpoint="tiny"
        )
        features = condition(row["prompt"], "", 20, request, text, embeddings).parts[0][1].at(1)
        assert np.abs(features.numpy() - recorded[row["key"]]).max() < 1e-4, row


def test_a_part_holds_until_its_end_and_no_longer(text, embeddings):
    request = Request(compat=CompatName.NONE)
    scheduled = condition("[a cat:a dog:0.5]", "", 20, request, text, embeddings).parts[0][1]
    cat, dog = (condition(word, "", 20, request, text, embeddings).parts[0][1].at(1) for word in ("a cat", "a dog"))
    assert torch.allclose(scheduled.at(10), cat, atol=1e-5)
    assert torch.allclose(scheduled.at(11), dog, atol=1e-5)


def test_embeddings_used_are_named_in_the_order_of_their_use(text, embeddings):
    conditioning = condition("tinyemb2 beside tinyemb", "", 20, Request(), text, embeddings)
    assert conditioning.embeddings == ("tinyemb2", "tinyemb")
