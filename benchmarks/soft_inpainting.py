"""How much faster is soft inpainting over whole tensors than in a loop over cells, on a 64 × 64 latent?

Run: python benchmarks/soft_inpainting.py. The loop is the one that tests/engine/test_engine_soft.py compares with.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import soft_by_pixel as loop
from pentimento.engine import soft
from pentimento.words.request import SoftInpainting

CELLS = 64
SIGMA = 3.0
WANTED = 50


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The shortest of some rounds: whatever else the machine does only adds. The first is not counted."""
    work()
    times = []
    for _ in range(rounds):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def main() -> None:
    torch.manual_seed(0)
    settings = SoftInpainting()
    known, new = torch.randn(1, 4, CELLS, CELLS), torch.randn(1, 4, CELLS, CELLS)
    hole = torch.rand(1, 1, CELLS, CELLS)
    a, b, h = known[0].numpy(), new[0].numpy(), hole[0, 0].numpy()
    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "one step's blend": (
            lambda: soft.blend(known, new, hole, SIGMA, settings),
            lambda: loop.blended(a, b, h, SIGMA, settings),
        ),
        "changes at the end": (
            lambda: soft.changed(known, new, hole, settings),
            lambda: loop.changed(a, b, h, settings),
        ),
    }
    for what, (ours, theirs) in pairs.items():
        fast, slow = seconds(ours, 40), seconds(theirs, 4)
        print(
            f"{what:20} {fast * 1e3:8.2f} ms   loop {slow * 1e3:8.1f} ms   {slow / fast:6.0f} times (wanted {WANTED})"
        )


if __name__ == "__main__":
    main()
