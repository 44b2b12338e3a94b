"""Faces painted small, with and without being restored by detail."""

from collections.abc import Iterator
from dataclasses import replace

from pentimento.starter.evaluation.bench import Bench
from pentimento.starter.evaluation.lines import Line, share
from pentimento.words.choices import FaceRestorer, MaskedContent

SHARES = (0.75, 1.0, 1.5)
"""Sides of the pictures, in shares of the bench's own."""

CELL = 16
STRENGTH, AGAIN = 0.75, 0.6
"""Denoising strength of the first painting, and of the faces'."""


def measured(bench: Bench) -> Iterator[Line]:
    for part in SHARES:
        small = replace(bench, side=round(bench.side * part / CELL) * CELL)
        cases = small.cases("face")
        settings = {
            "masked_content": MaskedContent.ORIGINAL,
            "denoising_strength": STRENGTH,
            "face_denoising_strength": AGAIN,
        }
        before = 0.0
        for how, restorer in (("without detail", FaceRestorer.NONE), ("with detail", FaceRestorer.DETAIL)):
            made = [small.painted(case, prompt=case.prompt, restore_faces=restorer, **settings)[0] for case in cases]
            approved = small.approval("face", cases, made)
            yield share(f"proper faces, {small.side} pixels a side", how, approved, least=before or None)
            before = sum(approved) / max(len(approved), 1)
            small.sheet(f"detail-{small.side}-{restorer}", cases, made, approved)
