"""Train the finder of drawn faces: `python -m pentimento.starter.finder.train`; tells its recall and precision."""

import argparse
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from pentimento.pixels.faces.drawn import FILE
from pentimento.starter.finder.examples import SIDE, pieces
from pentimento.starter.finder.measure import UNSEEN, measured
from pentimento.starter.finder.network import Finder, loss_of, targets
from pentimento.starter.judges.network import tensor_of
from pentimento.starter.judges.wear import soft, spotted, tinted

SEED = 21
"""Of the scenes learnt from; those measured on have another."""

BATCH = 32
RATE = 3e-3


def trained(count: int, steps: int, mixture: str, device: str = "cpu") -> Finder:
    """A finder that has seen `count` pieces, `steps` batches long, each time worn in another way."""
    torch.manual_seed(SEED)
    drawn = list(islice(pieces(SEED, mixture), count))
    images = torch.from_numpy(np.stack([image for image, _ in drawn]))
    told = [targets(faces, SIDE) for _, faces in drawn]
    wanted, counts = (torch.stack(list(part)) for part in zip(*told, strict=True))
    finder = Finder().to(device)
    optimiser = torch.optim.AdamW(finder.parameters(), RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps, pct_start=0.1)
    rng = torch.Generator(device).manual_seed(SEED)
    for step in range(steps):
        rows = torch.randint(count, (BATCH,))
        seen = worn(tensor_of(images[rows].numpy()).to(device), rng)
        loss = loss_of(finder(seen), wanted[rows].to(device), counts[rows].to(device))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(finder.parameters(), 5.0)
        optimiser.step()
        optimiser.zero_grad()
        schedule.step()
        if step % 200 == 0:
            print(f"step {step}: {loss.item():.3f}", flush=True)
    return finder.cpu().eval()


def worn(x: Tensor, rng: torch.Generator) -> Tensor:
    for way in (soft, tinted, spotted):
        x = way(x, rng)
    return x


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m pentimento.starter.finder.train", description=__doc__)
    parser.add_argument("--out", type=Path, default=FILE, help="the file to write")
    parser.add_argument("--count", type=int, default=6000, help="pieces of scenes learnt from")
    parser.add_argument("--steps", type=int, default=2400, help=f"batches of {BATCH}")
    parser.add_argument("--mixture", default="sitting")
    parser.add_argument("--device", default="cpu", help="that learns")
    chosen = parser.parse_args(arguments)
    trained(chosen.count, chosen.steps, chosen.mixture, chosen.device).save(chosen.out)
    if chosen.out == FILE:  # what is measured is what the program uses
        for line in measured(UNSEEN, chosen.mixture):
            print(line, flush=True)


if __name__ == "__main__":
    main()
