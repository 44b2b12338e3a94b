"""The finder of drawn faces: what it learns from is where the drawings say, and it computes alike without torch."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from pentimento.pixels.faces.drawn import FILE, OUTPUTS, outputs
from pentimento.starter.finder.examples import BLANK, PROPER, SIDE, SPOILT, faces_in, pieces
from pentimento.starter.finder.measure import scrambled
from pentimento.starter.finder.network import Finder, loss_of, targets
from pentimento.starter.scenes.drawing import region
from pentimento.starter.scenes.mixture import scene_of
from pentimento.words.sizes import Size


def test_without_torch_the_same_is_computed():
    finder = Finder()
    finder.load_state_dict({f"layers.{name}": tensor.float() for name, tensor in load_file(FILE).items()})
    picture = np.random.default_rng(0).uniform(-1, 1, (52, 44, 3)).astype(np.float32)
    with torch.inference_mode():
        wanted = finder(torch.from_numpy(picture).permute(2, 0, 1)[None])[0].permute(1, 2, 0).numpy()
    made = outputs(picture)
    assert made.shape == (13, 11, OUTPUTS)
    assert np.allclose(made, wanted, atol=1e-3)


@pytest.mark.parametrize("number", range(6))
def test_faces_are_where_the_drawings_have_them(number):
    scene = scene_of(24, number)
    size = Size(256, 256)
    for face, part in zip(faces_in(scene, size), ("face", "other face"), strict=False):
        rows, columns = np.nonzero(region(scene, part, size) > 127)
        assert abs((columns.min() + columns.max()) / 2 - face.middle[0]) < 0.15 * face.width
        assert abs(rows.max() - face.bottom) < 0.15 * face.height
        assert all(face.left < x < face.right and face.top < y < face.bottom for x, y in face.spots)


def test_how_much_of_a_face_it_is_follows_from_its_features():
    scene = next(scene for n in range(50) if len((scene := scene_of(24, n)).figures) == 1)
    blank = scene.with_figure(replace(scene.figures[0], face=None))
    worths = [faces_in(one, Size(64, 64))[0].confidence for one in (scene, scrambled(scene, 1), blank)]
    assert worths == [PROPER, SPOILT, BLANK]


def test_a_finder_learns():
    torch.manual_seed(0)
    finder = Finder()
    rows = list(islice(pieces(1, "sitting"), 6))
    wanted, counts = (
        torch.stack(list(part)) for part in zip(*(targets(faces, SIDE) for _, faces in rows), strict=True)
    )
    seen = torch.from_numpy(np.stack([image for image, _ in rows])).permute(0, 3, 1, 2).float() / 127.5 - 1
    optimiser = torch.optim.Adam(finder.parameters(), 3e-3)
    losses = []
    for _ in range(8):
        losses.append(loss := loss_of(finder(seen), wanted, counts))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert losses[-1] < losses[0]
