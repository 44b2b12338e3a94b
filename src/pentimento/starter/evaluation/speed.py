"""How long a picture takes."""

from collections.abc import Iterator
from statistics import median
from time import perf_counter

import numpy as np
import torch

from pentimento.starter.evaluation.bench import SEED, Bench, painted, prompt_of
from pentimento.starter.evaluation.lines import Line
from pentimento.starter.scenes.drawing import draw
from pentimento.starter.trials import people_of
from pentimento.words.sizes import Size

SIZE = Size(384, 256)
RUNS = 3


def measured(bench: Bench) -> Iterator[Line]:
    number, scene = next(people_of(SEED, bench.mixture))
    prompt = prompt_of(scene, number)
    picture = draw(scene, SIZE)
    hole = np.zeros(picture.shape[:2], np.uint8)
    hole[64:192, 96:288] = 255
    times = []
    for _ in range(RUNS):
        start = perf_counter()
        painted(bench.painter, picture, hole, prompt=prompt, seed=1, denoising_strength=1.0, **bench.how)
        times.append(perf_counter() - start)
    device = bench.painter.networks.device
    where = f"{torch.get_num_threads()} threads" if device.type == "cpu" else str(device)
    how = f"{bench.steps} steps, {SIZE}, {where}, median of {RUNS}"
    yield Line("time", how, f"{median(times):.1f} s", f"{min(times):.1f} … {max(times):.1f}", "a few seconds")
