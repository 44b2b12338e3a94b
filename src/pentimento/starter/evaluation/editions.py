"""The inpainting file against the ordinary one: the edge of the hole, and agreement with the truth."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from pentimento.starter.evaluation.bench import CASES, SEED, Bench, painted, prompt_of
from pentimento.starter.evaluation.lines import Line, mean
from pentimento.starter.holes import HOLES, everywhere
from pentimento.starter.measures import cielab, psnr
from pentimento.starter.scenes.shot import Shot
from pentimento.starter.trials import people_of
from pentimento.words.choices import MaskedContent
from pentimento.words.images import Image, Mask

SETTINGS = {"masked_content": MaskedContent.LATENT_NOISE, "denoising_strength": 1.0, "mask_blur": 0}
"""The edge as the model leaves it: nothing is blended."""


def measured(bench: Bench) -> Iterator[Line]:
    if bench.inpainting is None:
        yield Line("inpainting file against ordinary", "", "no inpainting file given")
        return
    jumps: dict[str, list[float]] = {"ordinary": [], "inpainting": []}
    truths: dict[str, list[float]] = {"ordinary": [], "inpainting": []}
    for number, scene in people_of(SEED, bench.mixture):
        if len(jumps["ordinary"]) == bench.count:
            break
        shot = Shot(scene)
        truth = shot.drawn(bench.size)
        hole = hole_for(shot, bench, np.random.default_rng([SEED, CASES, number, 1]))
        settings = {**SETTINGS, **bench.how}
        for name, opened in (("ordinary", bench.ordinary), ("inpainting", bench.inpainting)):
            made = painted(opened, truth, hole, prompt=prompt_of(scene, number), seed=number, **settings)[0]
            jumps[name].append(jump(made, hole) - jump(truth, hole))
            truths[name].append(psnr(made, truth, hole))
    yield from compared("jump across the hole's edge, beyond the truth's", jumps, "ΔE", wanted=-1)
    yield from compared("PSNR of the hole against the truth", truths, "dB", wanted=1)


def compared(how: str, values: dict[str, list[float]], unit: str, wanted: int) -> Iterator[Line]:
    """Both, and their difference case by case; better where it has the wanted sign."""
    for name, own in values.items():
        yield mean(f"{name} file", how, own, unit)
    gains = [b - a for a, b in zip(values["ordinary"], values["inpainting"], strict=True)]
    line = mean("inpainting − ordinary", how, gains, unit)
    yield Line(line.what, line.how, line.value, line.interval, "better", bool(np.mean(gains) * wanted > 0))


def hole_for(shot: Shot, bench: Bench, rng: Generator) -> Mask:
    """One as in training, but never the whole picture."""
    kinds = {kind: share for kind, share in HOLES.items() if kind is not everywhere}
    shares = np.array(list(kinds.values()))
    chosen = list(kinds)[int(rng.choice(len(kinds), p=shares / shares.sum()))]
    return chosen(shot, bench.size, rng)


def jump(picture: Image, hole: Mask) -> float:
    """Mean distance in CIELAB between neighbours on both sides of the hole's edge."""
    lab, inside = cielab(picture), hole > 127
    steps = []
    for axis in (0, 1):
        first, second = (np.take(inside, np.arange(n, inside.shape[axis] - 1 + n), axis) for n in (0, 1))
        steps.append(np.linalg.norm(np.diff(lab, axis=axis), axis=-1)[first != second])
    return float(np.concatenate(steps).mean())
