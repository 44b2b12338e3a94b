"""What does each word of --fast gain, and how far is its picture from the exact one? On the starter's own evaluation.

Run: make bench-fast [or .venv/bin/python benchmarks/fast.py COUNT]. Writes its table into docs/performance.md.
Deviation is the mean absolute difference inside the hole, of 255; the judge tells whether the asked colour is there.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import report
import torch

from pentimento.checkpoint.library import BUILTIN
from pentimento.checkpoint.open import Opened, open_checkpoint
from pentimento.starter.evaluate import Case, case_of, judged, repainted, request_of, wilson
from pentimento.words.choices import Fast, MaskedContent
from pentimento.words.images import Image

BEGIN, END = "<!-- fast: made by make bench-fast -->", "<!-- end of fast -->"


@dataclass(frozen=True)
class Painted:
    """One way's pictures of all cases, and the processor's seconds for each."""

    pictures: Sequence[Image]
    seconds: Sequence[float]


def painted(cases: Sequence[Case], opened: Opened) -> dict[Fast | None, Painted]:
    """Every case in every way, in turns."""
    made: dict[Fast | None, list[tuple[Image, float]]] = {way: [] for way in (None, *Fast)}
    for case in cases:
        request = request_of(case, MaskedContent.LATENT_NOISE, 1.0, 7, 1)
        for way, results in made.items():
            begun = time.process_time()
            picture = repainted(request.model_copy(update={"fast": way}), case, opened)
            results.append((picture, time.process_time() - begun))
    return {way: Painted(*zip(*results, strict=True)) for way, results in made.items()}


def table(cases: Sequence[Case], made: dict[Fast | None, Painted]) -> Iterator[str]:
    exact = made[None]
    yield f"\nThe starter, {len(cases)} unseen scenes, 20 steps, 128², latent noise, strength 1, one thread.\n"
    yield "| --fast | time of exact | deviation in the hole | asked colour in the hole | 95 % interval |"
    yield "|---|--:|--:|--:|---|"
    for way, found in made.items():
        pairs = list(zip(cases, found.pictures, exact.pictures, strict=True))
        off = np.mean([np.abs(a.astype(int) - b)[case.hole > 0].mean() for case, a, b in pairs])
        hits = sum(judged(case, picture) for case, picture, _ in pairs)
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
    x, context = torch.randn(2, 9, 64, 64, generator=draw), torch.randn(2, 77, 768, generator=draw)

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
    torch.set_num_threads(1)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    cases = [case_of(number) for number in range(count)]
    lines = [*table(cases, painted(cases, open_checkpoint(BUILTIN / "starter.safetensors"))), *real_size()]
    print("\n".join(lines))
    report.put(BEGIN, END, lines)


if __name__ == "__main__":
    main()
