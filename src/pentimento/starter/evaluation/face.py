"""Redraw a spoilt face; hair and skin keep their colours."""

from collections.abc import Iterator, Mapping

import numpy as np

from pentimento.starter.evaluation.bench import Bench, Case
from pentimento.starter.evaluation.colours import drawings_of
from pentimento.starter.evaluation.lines import Line, share
from pentimento.starter.measures import nearest
from pentimento.starter.scenes.drawing import region
from pentimento.words.choices import Area, MaskedContent
from pentimento.words.images import Image, Mask

STRENGTHS = (0.5, 0.75)
LEAST = 12
"""Pixels of hair or skin in a hole, below which their colour cannot be told."""


def measured(bench: Bench) -> Iterator[Line]:
    cases = bench.cases("face")
    yield from bench.judge_lines("face", cases)
    for area in (Area.WHOLE, Area.MASKED):
        for strength in STRENGTHS:
            settings = {"area": area, "denoising_strength": strength, "masked_content": MaskedContent.ORIGINAL}
            made = [bench.painted(case, prompt=case.prompt, **settings)[0] for case in cases]
            approved = bench.approval("face", cases, made)
            yield share("redraw a spoilt face", f"original, {strength}, {area}", approved, least=0.85)
            for what, kept in colours_kept(bench, cases, made).items():
                yield share(f"redrawn face: {what} kept", f"original, {strength}, {area}", kept, least=0.9)
            bench.sheet(f"face-{area.split()[0]}-{strength}", cases, made, approved)


def colours_kept(bench: Bench, cases: list[Case], made: list[Image]) -> Mapping[str, list[bool]]:
    found: dict[str, list[bool]] = {"hair": [], "skin": []}
    for case, picture in zip(cases, made, strict=True):
        scene = case.trial.wanted
        figure = scene.figures[0]
        for what, part, colour in (
            ("skin", "face", figure.skin),
            *([("hair", "hair", figure.hair.colour)] if figure.hair else []),
        ):
            drawings = drawings_of(what, scene, bench.size)
            where = seen(region(scene, part, bench.size), list(drawings.values()), case.hole)
            if (where > 127).sum() >= LEAST:
                found[what].append(nearest(picture, drawings, where) == colour)
    return found


def seen(part: Mask, drawings: list[Image], hole: Mask) -> Mask:
    """Where a part shows in the hole: there its exchanged colours differ."""
    differs = (drawings[0] != drawings[-1]).any(axis=-1)
    return np.where(differs & (part > 127) & (hole > 127), 255, 0).astype(np.uint8)
