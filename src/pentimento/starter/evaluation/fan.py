"""Add a hand fan: words in front of the original prompt, at rising weights."""

from collections.abc import Iterator, Sequence
from typing import Any

from pentimento.starter.evaluation.bench import Bench, Case
from pentimento.starter.evaluation.lines import Line, share
from pentimento.words.choices import MaskedContent
from pentimento.words.images import Image

STRENGTHS = (0.75, 1.0)
WEIGHT = 1.2
WEIGHTS = (0.8, 1.0, 1.2, 1.4, 1.6)


def measured(bench: Bench) -> Iterator[Line]:
    cases = bench.cases("fan")
    yield from bench.judge_lines("fan", cases)

    def approved(words: str, strength: float, sheet: str = "") -> list[bool]:
        made = holding(bench, cases, words, denoising_strength=strength)
        found = bench.approval("fan", cases, made)
        if sheet:
            bench.sheet(sheet, cases, made, found)
        return found

    for strength in STRENGTHS:
        there = approved(words_of(WEIGHT), strength, f"fan-{strength}")
        yield share("add a fan", f"latent noise, {strength}, weight {WEIGHT}", there, least=0.8)
        yield share("add a fan", f"latent noise, {strength}, without the words", approved("", strength), most=0.05)
    shares = {weight: approved(words_of(weight), STRENGTHS[-1]) for weight in WEIGHTS}
    for weight, there in shares.items():
        yield share("add a fan", f"latent noise, {STRENGTHS[-1]}, weight {weight}", there)
    least, most = (sum(shares[weight]) / len(cases) for weight in (WEIGHTS[0], WEIGHTS[-1]))
    gained = f"{100 * (most - least):+.0f} points"
    yield Line("add a fan", f"weight {WEIGHTS[0]} → {WEIGHTS[-1]}", gained, aim="rises", reached=most > least)


def holding(bench: Bench, cases: Sequence[Case], words: str, **settings: Any) -> list[Image]:
    """The cases, repainted with the words in front of their prompts."""
    how = {"masked_content": MaskedContent.LATENT_NOISE, **settings}
    return [bench.painted(case, prompt=words + case.prompt, **how)[0] for case in cases]


def words_of(weight: float) -> str:
    return f"(holding a hand fan:{weight}), "
