"""What every measurement needs: the checkpoints, the judges, the cases, and the engine that paints them."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from pentimento.checkpoint.open import Opened
from pentimento.engine.paint import Candidate, Restorer, paint
from pentimento.starter.evaluation.lines import Line, share
from pentimento.starter.evaluation.sheet import Shown, save_sheet
from pentimento.starter.judges.network import Judge, judge_of
from pentimento.starter.measures import through_vae
from pentimento.starter.scenes.captions import caption_of
from pentimento.starter.scenes.drawing import draw
from pentimento.starter.scenes.scene import Scene
from pentimento.starter.scenes.shot import Shot
from pentimento.starter.trials import Trial, trials
from pentimento.words.choices import FaceRestorer, SamplerName
from pentimento.words.images import Image, Mask, Picture
from pentimento.words.request import Request
from pentimento.words.sizes import Size

SEED = 4
"""Of the scenes; the model's training has 1, its judges 7."""

CASES = 5
"""The stream of random numbers that says what is asked in each case."""


@dataclass(frozen=True)
class Case:
    """A trial drawn: the picture as it is, what is masked, the original prompt, and the truth."""

    number: int
    trial: Trial
    before: Image
    hole: Mask
    prompt: str
    wanted: Image


@dataclass(frozen=True)
class Bench:
    """What is measured, with what.

    ordinary, inpainting  checkpoints of 4 and 9 channels; only the first is needed
    painter               which of them repairs
    judges                folder of the judges' files
    mixture               what the scenes show: a key of `scenes.mixture.MIXTURES`
    side                  of the square pictures, image pixels
    count                 cases of each line
    out                   folder of table and sheets
    steps, sampler, cfg   of each painting; as the demo paints
    """

    ordinary: Opened
    inpainting: Opened | None
    painter: Opened
    judges: Path
    mixture: str
    side: int
    count: int
    out: Path
    steps: int = 20
    sampler: SamplerName = SamplerName.EULER_A
    cfg: float = 5

    @property
    def how(self) -> Mapping[str, Any]:
        """Every painting's settings."""
        return {"steps": self.steps, "sampler": self.sampler, "cfg_scale": self.cfg}

    @property
    def size(self) -> Size:
        return Size(self.side, self.side)

    def cases(self, question: str) -> list[Case]:
        """The first trials of a question, drawn; the same each time."""
        found = islice(trials(question, SEED, self.mixture), self.count)
        return [self.case(number, trial) for number, trial in enumerate(found)]

    def case(self, number: int, trial: Trial) -> Case:
        before, wanted = draw(trial.before, self.size), draw(trial.wanted, self.size)
        prompt = prompt_of(trial.prompted or trial.wanted, number)
        return Case(number, trial, before, trial.hole(self.size), prompt, wanted)

    def judge(self, question: str) -> Judge:
        return judge_of(self.judges, question)

    def painted(self, case: Case, *, prompt: str, **settings: Any) -> list[Image]:
        """The candidates that the engine makes of a case; settings are the request's."""
        own = {"seed": 100 + case.number, **self.how, **settings}
        return painted(self.painter, case.before, case.hole, prompt=prompt, **own)

    def approval(self, question: str, cases: Sequence[Case], pictures: Sequence[Image]) -> list[bool]:
        return self.judge(question).approves(pictures, [case.hole for case in cases]).tolist()

    def judge_lines(self, question: str, cases: Sequence[Case]) -> Iterator[Line]:
        """How often the judge itself is right, of the drawn truth and of what is wrong."""
        pictures = [picture for case in cases for picture in (case.before, case.wanted)]
        twice = [case for case in cases for _ in range(2)]
        wanted = [False, True] * len(cases)
        for how, shown in (
            ("of drawings", pictures),
            ("of drawings through the VAE", [through_vae(p, self.ordinary.networks.vae) for p in pictures]),
        ):
            said = self.approval(question, twice, shown)
            right = [a == b for a, b in zip(said, wanted, strict=True)]
            yield share(f"judge: {question}", how, right, least=0.97)

    def sheet(self, name: str, cases: Sequence[Case], made: Sequence[Image], approved: Sequence[bool]) -> None:
        rows = [
            Shown(case.before, case.hole, after, good) for case, after, good in zip(cases, made, approved, strict=True)
        ]
        save_sheet(self.out / f"{name}.jpg", rows)


def prompt_of(scene: Scene, number: int) -> str:
    """The original prompt: a caption of the scene."""
    return caption_of(Shot(scene), np.random.default_rng([SEED, CASES, number]))


def painted(opened: Opened, before: Image, hole: Mask, *, prompt: str, **settings: Any) -> list[Image]:
    """What the engine makes of a picture and a mask; faces are restored by the same checkpoint, if they are to be."""
    own = {"images": (named(before),), "mask": named(hole), "prompt": prompt}
    request = Request.model_validate({**own, "mask_blur": 2, **settings})
    restorer = None if request.restore_faces is FaceRestorer.NONE else Restorer()
    pictures = ([Picture(before)], Picture(hole[..., None]))
    happenings = paint(request, (prompt, ""), *pictures, opened, {}, restorer=restorer)
    return [np.asarray(h.picture.samples, np.uint8) for h in happenings if isinstance(h, Candidate)]


def named(pixels: Image | Mask) -> str:
    return hashlib.sha256(pixels.tobytes()).hexdigest()
