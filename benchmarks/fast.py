"""What does each word of --fast gain, and how far is its picture from the exact one? On the starter's own evaluation.

Run: make bench-fast [CASES=50] [MINI=1]. Writes its table into docs/performance.md.
Deviation is the mean absolute difference inside the hole, of 255; the judge tells whether the asked colour is there.
"""

import argparse
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import machine
import numpy as np
import places
import report
import torch

from pentimento.checkpoint.library import BUILTIN
from pentimento.checkpoint.open import Opened, open_checkpoint
from pentimento.starter.evaluation.bench import Bench
from pentimento.starter.evaluation.colours import Recolouring, recoloured, recolourings
from pentimento.starter.judges.train import FOLDER as JUDGES
from pentimento.starter.measures import wilson
from pentimento.starter.recipe import KNOWN
from pentimento.words.choices import Fast
from pentimento.words.images import Image

BEGIN, END = "<!-- fast: made by make bench-fast -->", "<!-- end of fast -->"


@dataclass(frozen=True)
class Painted:
    """One way's pictures of all cases, and the processor's seconds for each."""

    pictures: Sequence[Image]
    seconds: Sequence[float]


def bench_of(opened: Opened, count: int) -> Bench:
    side = opened.facts.native_side
    steps = 2 if places.mini() else 20
    return Bench(opened, None, opened, JUDGES, KNOWN, side, count, Path("training/evaluation"), steps)


def painted(bench: Bench, cases: Sequence[Recolouring]) -> dict[Fast | None, Painted]:
    """Every case in every way, in turns."""
    made: dict[Fast | None, list[tuple[Image, float]]] = {way: [] for way in (None, *Fast)}
    for case in cases:
        for way, results in made.items():
            begun = time.process_time()
            picture = recoloured(bench, case, fast=way)
            results.append((picture, time.process_time() - begun))
    return {way: Painted(*zip(*results, strict=True)) for way, results in made.items()}


def table(bench: Bench, cases: Sequence[Recolouring], made: dict[Fast | None, Painted]) -> Iterator[str]:
    exact = made[None]
    how = f"{bench.steps} steps, {bench.side}², latent noise, strength 1, one thread"
    where = f"{machine.name()}, load {os.getloadavg()[0]:.0f}"
    yield f"\nThe starter, {len(cases)} dresses of unseen scenes recoloured, {how}. {where}.\n"
    yield "| --fast | time of exact | deviation in the hole | asked colour in the hole | 95 % interval |"
    yield "|---|--:|--:|--:|---|"
    for way, found in made.items():
        pairs = list(zip(cases, found.pictures, exact.pictures, strict=True))
        off = np.mean([np.abs(a.astype(int) - b)[case.case.hole > 0].mean() for case, a, b in pairs])
        hits = sum(case.right(picture) for case, picture, _ in pairs)
        low, high = wilson(hits, len(cases))
        share = np.median(found.seconds) / np.median(exact.seconds)
        yield f"| {way or 'exact'} | {share:.2f} | {off:.1f} | {hits / len(cases):.0%} | {low:.0%} … {high:.0%} |"
    yield (
        "\nThe starter is small, so what surrounds its U-Net hides some of the gain; a step of "
        "Stable Diffusion 1.5 is in the next table.\n"
    )


def real_size() -> Iterator[str]:
    """Processor seconds of one guided step of the real U-Net at 512², one thread."""
    import model

    from pentimento.engine.fast import SHORTCUTS
    from pentimento.nets.reuse import ReusingUNet
    from pentimento.runners.machine import AUTO, route_of

    networks = open_checkpoint(model.safetensors(), route=route_of(AUTO, torch.device("cpu"))).networks
    draw = torch.Generator().manual_seed(0)
    cells = places.shrunk(512) // 8
    x = torch.randn(2, 9, cells, cells, generator=draw)
    context = torch.randn(2, 77, model.sizes().unet.context, generator=draw)

    def seconds(unet: object, rows: int = 2) -> float:
        begun = time.process_time()
        unet(x[:rows], 500.0, context[:rows])  # ty: ignore[call-non-callable]
        return time.process_time() - begun

    reusing = ReusingUNet(networks.unet)
    reusing(x, 500.0, context)
    whole, short = seconds(networks.unet), seconds(reusing)
    alone = seconds(networks.unet, rows=1)
    with SHORTCUTS[Fast.TOKENS].merging(networks):
        fewer = seconds(networks.unet)
    yield "| a step of Stable Diffusion 1.5, 512² | seconds | of a guided one |\n|---|--:|--:|"
    for what, took in (
        ("guided", whole),
        ("without the negative pass", alone),
        ("depths taken from the step before", short),
        ("half of the finest attention's tokens merged", fewer),
    ):
        yield f"| {what} | {took:.1f} | {took / whole:.2f} |"
    yield ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50, help="pictures of each way; default 50")
    parser.add_argument("--mini", action="store_true", help="one picture of two steps: only whether it runs to its end")
    chosen = parser.parse_args()
    mini = places.told_mini(chosen.mini)
    torch.set_num_threads(1)
    bench = bench_of(open_checkpoint(BUILTIN / "starter.safetensors"), 1 if mini else chosen.count)
    cases = recolourings(bench, "dress")
    lines = [*table(bench, cases, painted(bench, cases)), *real_size()]
    print("\n".join(lines))
    if not mini:
        report.put(BEGIN, END, lines)


if __name__ == "__main__":
    main()
