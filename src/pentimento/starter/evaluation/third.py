"""Remove a third hand."""

from collections.abc import Iterator

from pentimento.starter.evaluation.bench import Bench
from pentimento.starter.evaluation.lines import Line, mean, share
from pentimento.starter.measures import psnr
from pentimento.starter.scenes.places import STUDIOS
from pentimento.words.choices import MaskedContent

STRENGTHS = (0.75, 1.0)


def measured(bench: Bench) -> Iterator[Line]:
    cases = bench.cases("third hand")
    yield from bench.judge_lines("third hand", cases)
    for strength in STRENGTHS:
        how = f"latent noise, {strength}"
        settings = {"masked_content": MaskedContent.LATENT_NOISE, "denoising_strength": strength}
        made = [bench.painted(case, prompt=case.prompt, **settings)[0] for case in cases]
        approved = bench.approval("third hand", cases, made)
        yield share("remove a third hand", how, approved, least=0.9)
        plain = [
            psnr(picture, case.wanted, case.hole)
            for case, picture in zip(cases, made, strict=True)
            if case.trial.before.place in STUDIOS
        ]
        yield mean("remove a third hand", f"{how}, PSNR of the hole on plain grounds", plain, "dB", least=22)
        bench.sheet(f"third-hand-{strength}", cases, made, approved)
