"""Repair a missing arm."""

from collections.abc import Iterator

from pentimento.starter.evaluation.bench import Bench
from pentimento.starter.evaluation.lines import Line, share
from pentimento.words.choices import MaskedContent

STRENGTH = 0.75
TRIES = 4


def measured(bench: Bench) -> Iterator[Line]:
    cases = bench.cases("arm")
    yield from bench.judge_lines("arm", cases)
    for content in (MaskedContent.LATENT_NOISE, MaskedContent.ORIGINAL):
        how = f"{content}, {STRENGTH}"
        settings = {"masked_content": content, "denoising_strength": STRENGTH, "batch_size": TRIES}
        made = [bench.painted(case, prompt=case.prompt, **settings) for case in cases]
        tries = [bench.approval("arm", cases, [pictures[k] for pictures in made]) for k in range(TRIES)]
        yield share("repair a missing arm", f"{how}, single try", tries[0], least=0.85)
        best = [any(one) for one in zip(*tries, strict=True)]
        yield share("repair a missing arm", f"{how}, best of {TRIES}", best, least=0.97)
        bench.sheet(f"arm-{content.replace(' ', '-')}", cases, [pictures[0] for pictures in made], tries[0])
