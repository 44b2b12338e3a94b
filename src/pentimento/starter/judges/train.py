"""Train the judges on drawings: `python -m pentimento.starter.judges.train`."""

import argparse
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from pentimento.checkpoint.open import open_checkpoint
from pentimento.nets.vae import VAE
from pentimento.starter.judges.examples import examples
from pentimento.starter.judges.network import Judge, file_of, tensor_of
from pentimento.starter.judges.wear import worn
from pentimento.starter.measures import through_vae
from pentimento.starter.recipe import KNOWN
from pentimento.starter.scenes.drawing import draw
from pentimento.starter.scenes.mixture import MIXTURES
from pentimento.starter.trials import TRIALS, trials
from pentimento.words.sizes import Size

FOLDER = Path("training/judges")
SEED, UNSEEN_SEED = 7, 8
"""Of the drawings learnt from, and of those asked about; the model's own is 1, that of its evaluation 4."""

RATE = 4e-3
BATCH = 64


def trained(pictures: NDArray[np.uint8], answers: NDArray[np.bool_], steps: int, device: str = "cpu") -> Judge:
    """A judge that has seen the pictures `steps` batches long, each time worn in another way."""
    torch.manual_seed(SEED)
    judge = Judge().to(device, memory_format=torch.channels_last)  # ty: ignore[no-matching-overload]
    rng, order = torch.Generator(device).manual_seed(SEED), torch.Generator().manual_seed(SEED)
    optimiser = torch.optim.AdamW(judge.parameters(), RATE, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps, pct_start=0.15)
    weights = balance(answers)
    for _ in range(steps):
        rows = torch.multinomial(weights, BATCH, replacement=True, generator=order).numpy()
        said = judge(worn(tensor_of(pictures[rows]).to(device), rng))
        wanted = torch.from_numpy(answers[rows]).float().to(device)
        binary_cross_entropy_with_logits(said, wanted).backward()
        optimiser.step()
        optimiser.zero_grad()
        schedule.step()
    return judge.cpu().eval()


def balance(answers: NDArray[np.bool_]) -> Tensor:
    """Shares with which pictures are drawn, so that both answers come equally often."""
    share = answers.mean()
    return torch.from_numpy(np.where(answers, 1 - share, share))


@torch.inference_mode()
def accuracy(judge: Judge, pictures: NDArray[np.uint8], answers: NDArray[np.bool_]) -> float:
    return float(((judge(tensor_of(pictures)) > 0).numpy() == answers).mean())


def accuracy_through(vae: VAE | None, judge: Judge, question: str, count: int, side: int, mixture: str) -> float:
    """On whole unseen drawings, before and as wanted, decoded from their latents where a VAE is given."""
    size, right = Size(side, side), 0
    for trial in islice(trials(question, UNSEEN_SEED, mixture), count):
        drawn = [draw(scene, size) for scene in (trial.before, trial.wanted)]
        shown = [through_vae(picture, vae) for picture in drawn] if vae else drawn
        right += int((judge.approves(shown, [trial.hole(size)] * 2) == [False, True]).sum())
    return right / count / 2


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder of the judges' files")
    parser.add_argument("--questions", default=",".join(TRIALS), help="which, with commas between")
    parser.add_argument("--count", type=int, default=1500, help="trials learnt from, for each question")
    parser.add_argument("--steps", type=int, default=2000, help=f"batches of {BATCH}")
    parser.add_argument("--unseen", type=int, default=200, help="trials that the accuracy is told of")
    parser.add_argument("--mixture", choices=tuple(MIXTURES), default=KNOWN, help="what the drawings show")
    parser.add_argument("--checkpoint", type=Path, help="tell the accuracy on drawings through this one's VAE too")
    parser.add_argument("--device", default="cpu", help="that learns")
    parser.add_argument("--side", type=int, default=128, help="of those drawings, pixels")
    chosen = parser.parse_args(arguments)
    kinds: dict[str, VAE | None] = {"whole drawings": None}
    if chosen.checkpoint:
        kinds["whole drawings through the VAE"] = open_checkpoint(chosen.checkpoint).networks.vae
    for question in chosen.questions.split(","):
        judge = trained(*examples(question, SEED, chosen.count, chosen.mixture), chosen.steps, chosen.device)
        judge.save(file_of(chosen.out, question))
        unseen = accuracy(judge, *examples(question, UNSEEN_SEED, chosen.unseen, chosen.mixture))
        told = [f"{unseen:.1%} of unseen drawings and smears"]
        for name, vae in kinds.items():
            right = accuracy_through(vae, judge, question, chosen.unseen, chosen.side, chosen.mixture)
            told.append(f"{right:.1%} of {name}")
        print(f"{question}: {', '.join(told)}", flush=True)


if __name__ == "__main__":
    main()
