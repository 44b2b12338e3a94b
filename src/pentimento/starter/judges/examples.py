"""What a judge learns from: drawings that are as wanted, drawings that are not, and smears."""

from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from pentimento.starter.judges.crops import SIDE, view_around
from pentimento.starter.scenes.drawing import draw
from pentimento.starter.trials import SMALL, Trial, trials
from pentimento.words.images import Image, Mask
from pentimento.words.sizes import Size

SQUARE = Size(SIDE, SIDE)

SMEARED = ("arm", "face", "fan")
"""Questions to which a smear of colours is no right answer."""


def examples(question: str, seed: int, count: int, mixture: str) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """(N, 64, 64, 3) pictures of `count` trials, and which of them are as wanted."""
    pictures: list[Image] = []
    answers: list[bool] = []
    rng = np.random.default_rng([seed, 12])
    for trial in islice(trials(question, seed, mixture), count):
        right, wrong = sides_of(question, trial, rng)
        pictures += [*right, *wrong]
        answers += [True] * len(right) + [False] * len(wrong)
    return np.stack(pictures), np.array(answers)


def sides_of(question: str, trial: Trial, rng: Generator) -> tuple[Sequence[Image], Sequence[Image]]:
    """Pictures as wanted, and pictures that are not."""
    view = view_around(trial.hole(SMALL))
    hole = trial.hole(SQUARE, view)
    wanted, before = draw(trial.wanted, SQUARE, view), draw(trial.before, SQUARE, view)
    wrong = [before]
    if trial.decoys:
        wrong.append(draw(trial.decoys[int(rng.integers(len(trial.decoys)))], SQUARE, view))
    if question in SMEARED and rng.random() < 0.5:
        wrong.append(smeared(wanted if question == "face" else before, wanted, hole, rng))
    return [wanted], wrong


def smeared(picture: Image, source: Image, hole: Mask, rng: Generator) -> Image:
    """Blots over the hole in colours from a source: what a sampler leaves that knows the colours and not the form."""
    rows, columns = np.nonzero(hole)
    image = Pillow.fromarray(picture)
    pen = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(4, 10))):
        at, colour = rng.integers(len(rows), size=2)
        x, y = int(columns[at]), int(rows[at])
        width, height = rng.integers(SIDE // 12, SIDE // 4, 2).tolist()
        pen.ellipse(
            (x - width, y - height, x + width, y + height), fill=tuple(source[rows[colour], columns[colour]].tolist())
        )
    blots = image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.5)))
    return np.asarray(Pillow.composite(blots, Pillow.fromarray(picture), Pillow.fromarray(hole)))
