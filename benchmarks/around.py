"""Does it pay to compute only around the mask and still see the whole picture? On the starter's own evaluation.

Run: make bench-around [CASES=20]. Writes its table into docs/performance.md.
Small parts of unseen scenes change their colour, two candidates each; one thread, the processor's own seconds.
"""

import argparse
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import machine
import numpy as np
import places
import report
import torch

from pentimento.checkpoint.library import BUILTIN
from pentimento.checkpoint.open import open_checkpoint
from pentimento.engine.fast import SHORTCUTS, Shortcuts
from pentimento.engine.paint import Candidate, paint
from pentimento.starter.evaluation.bench import Bench, named
from pentimento.starter.evaluation.colours import CONTENT, STRENGTH, Recolouring, recolouring
from pentimento.starter.judges.train import FOLDER as JUDGES
from pentimento.starter.measures import wilson
from pentimento.starter.recipe import KNOWN
from pentimento.starter.trials import people_of
from pentimento.words.choices import Area, Fast
from pentimento.words.images import Image, Mask, Picture
from pentimento.words.request import Request

BEGIN, END = "<!-- around: made by make bench-around -->", "<!-- end of around -->"
SIDE, STEPS, FEWER = 384, 12, 6
SMALL = 0.08
"""Of the picture, what a case masks at most."""
SCENES = 11
"""The stream of scenes: those of the starter's evaluation have another."""
WAY = Fast.TOKENS
"""Whose row of the table is lent to what is tried."""

WAYS: Mapping[str, tuple[Shortcuts, dict[str, Any]]] = {
    "whole picture": (Shortcuts(), {}),
    f"whole picture, {FEWER} steps": (Shortcuts(), {"steps": FEWER}),
    "only masked, worked at 128²": (Shortcuts(), {"area": Area.MASKED}),
    "only masked, worked at 192²": (Shortcuts(), {"area": Area.MASKED, "width": 192, "height": 192}),
    "around, each level seen whole once": (Shortcuts(around=0), {}),
    "around, every second level seen whole": (Shortcuts(around=1), {}),
    "around, every fourth level seen whole": (Shortcuts(around=3), {}),
}


@dataclass(frozen=True)
class Made:
    """One candidate, and the seconds since the one before it."""

    picture: Image
    seconds: float


def cases_of(bench: Bench) -> list[Recolouring]:
    """The first dresses and heads of hair whose mask is small."""
    found: list[Recolouring] = []
    for number, scene in people_of(SCENES, bench.mixture):
        for part in ("dress", "hair"):
            one = recolouring(bench, part, scene, number, len(found))
            if one and (one.case.hole > 0).mean() <= SMALL:
                found.append(one)
            if len(found) == bench.count:
                return found
    raise AssertionError("scenes never end")


def painted(bench: Bench, one: Recolouring, shortcuts: Shortcuts, settings: Mapping[str, Any]) -> list[Made]:
    case, made = one.case, []
    request = Request.model_validate({
        "images": (named(case.before),), "mask": named(case.hole), "prompt": case.prompt, "seed": 100 + case.number,
        "steps": bench.steps, "batch_count": 2, "masked_content": CONTENT, "denoising_strength": STRENGTH,
        "mask_blur": 2, "fast": WAY, **settings,
    })  # fmt: skip
    begun = time.process_time()
    with patch.dict(SHORTCUTS, {WAY: shortcuts}):
        pictures = [Picture(case.before)], Picture(case.hole[..., None])
        for happening in paint(request, (case.prompt, ""), *pictures, bench.painter, {}):
            if isinstance(happening, Candidate):
                now = time.process_time()
                made.append(Made(np.asarray(happening.picture.samples, np.uint8), now - begun))
                begun = now
    return made


def off(one: Image, other: Image, where: Mask) -> float:
    """Mean absolute difference, of 255."""
    return float(np.abs(one.astype(int) - other)[where > 0].mean())


def seam(picture: Image, hole: Mask) -> float:
    """Mean step of colour from the last pixel inside the hole to the first outside, of 255."""
    inside, steps = hole > 0, []
    for axis in (0, 1):
        crossing = np.diff(inside.astype(int), axis=axis) != 0
        steps.append(np.abs(np.diff(picture.astype(int), axis=axis))[crossing])
    return float(np.concatenate(steps).mean())


def table(cases: Sequence[Recolouring], made: Mapping[str, Sequence[Sequence[Made]]], steps: int) -> Iterator[str]:
    exact = made["whole picture"]
    share = np.mean([(one.case.hole > 0).mean() for one in cases])
    drawn = np.mean([seam(one.case.wanted, one.case.hole) for one in cases])
    yield (
        f"\nThe starter, {len(cases)} small parts of unseen scenes recoloured twice, {SIDE}², {steps} steps. "
        f"{machine.name()}, load {os.getloadavg()[0]:.0f}. "
        f"{share:.1%} of the picture is masked. Off: from the whole picture's candidate, in the hole, of 255. "
        f"The seam of the drawn truth is {drawn:.1f}.\n"
    )
    yield "| | first candidate, s | off | next one, s | off | asked colour | 95 % interval | seam |"
    yield "|---|--:|--:|--:|--:|--:|---|--:|"
    for way, found in made.items():
        first, then = (np.median([candidates[k].seconds for candidates in found]) for k in (0, 1))
        pairs = [
            (one, mine.picture, theirs.picture)
            for one, ours, whole in zip(cases, found, exact, strict=True)
            for mine, theirs in zip(ours, whole, strict=True)
        ]
        away = [off(a, b, one.case.hole) for one, a, b in pairs]
        hits = sum(one.right(picture) for one, picture, _ in pairs)
        low, high = wilson(hits, len(pairs))
        edge = np.mean([seam(picture, one.case.hole) for one, picture, _ in pairs])
        yield (
            f"| {way} | {first:.2f} | {np.mean(away[::2]):.1f} | {then:.2f} | {np.mean(away[1::2]):.1f} | "
            f"{hits / len(pairs):.0%} | {low:.0%} … {high:.0%} | {edge:.1f} |"
        )
    yield ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20, help="cases of each way; default 20")
    parser.add_argument("--mini", action="store_true", help="one case of two steps: only whether it runs to its end")
    chosen = parser.parse_args()
    mini = places.told_mini(chosen.mini)
    torch.set_num_threads(1)
    opened = open_checkpoint(BUILTIN / "starter.safetensors")
    count, steps = (1, 2) if mini else (chosen.count, STEPS)
    bench = Bench(opened, None, opened, JUDGES, KNOWN, SIDE, count, Path("training/evaluation"), steps)
    cases = cases_of(bench)
    made: dict[str, list[list[Made]]] = {way: [] for way in WAYS}
    lines: list[str] = []
    for number, one in enumerate(cases, 1):
        for way, how in WAYS.items():
            made[way].append(painted(bench, one, *how))
        lines = list(table(cases[:number], made, steps))
        print("\n".join(lines), flush=True)
    if not mini:
        report.put(BEGIN, END, lines)


if __name__ == "__main__":
    main()
