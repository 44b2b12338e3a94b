"""What the starter model can do, measured: `python -m pentimento.starter.evaluation`, a table and contact sheets."""

import argparse
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from pentimento.checkpoint.open import open_checkpoint
from pentimento.starter.evaluation.bench import Bench
from pentimento.starter.evaluation.lines import HEAD
from pentimento.starter.evaluation.rows import JUDGED, ROWS
from pentimento.starter.judges.network import file_of
from pentimento.starter.judges.train import FOLDER as JUDGES
from pentimento.starter.recipe import KNOWN
from pentimento.starter.scenes.mixture import MIXTURES
from pentimento.starter.trials import TRIALS
from pentimento.words.choices import SamplerName

WEIGHTS = Path(__file__).parent.parent / "weights"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = parser_of()
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.rows if name not in ROWS]:
        parser.error(f"there is no row {', '.join(unknown)}: rows are {', '.join(ROWS)}")
    missing = [question for question in TRIALS if not file_of(chosen.judges, question).is_file()]
    if missing and JUDGED & set(chosen.rows):
        parser.error(
            f"no judge of {', '.join(missing)} in {chosen.judges}: train them with python -m {JUDGES_MODULE} "
            f"--out {chosen.judges}"
        )
    bench = bench_of(chosen)
    bench.out.mkdir(parents=True, exist_ok=True)
    with (bench.out / "table.md").open("w", encoding="utf-8") as kept:
        for line in chain((HEAD,), (str(line) for name in chosen.rows for line in ROWS[name](bench))):
            print(line, flush=True)
            kept.write(f"{line}\n")


JUDGES_MODULE = "pentimento.starter.judges.train"


def parser_of() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pentimento.starter.evaluation", description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=WEIGHTS / "starter.safetensors", help="of 4 channels")
    parser.add_argument(
        "--inpainting", type=Path, default=WEIGHTS / "starter-inpainting.safetensors", help="of 9 channels"
    )
    parser.add_argument("--painter", choices=("ordinary", "inpainting"), default="inpainting", help="which one repairs")
    parser.add_argument("--judges", type=Path, default=JUDGES, help="folder of their files")
    parser.add_argument(
        "--mixture",
        choices=tuple(MIXTURES),
        default=KNOWN,
        help="what the scenes show; default: what the model saw last",
    )
    parser.add_argument(
        "--side", type=int, help="of the pictures, pixels; default: what the checkpoint is at home with"
    )
    parser.add_argument("--rows", type=lambda names: names.split(","), default=list(ROWS), help=", ".join(ROWS))
    parser.add_argument("--count", type=int, default=200, help="cases of each line")
    parser.add_argument("--steps", type=int, default=20, help="of each painting")
    parser.add_argument("--sampler", type=SamplerName, default=Bench.sampler, help="of each painting")
    parser.add_argument("--cfg", type=float, default=Bench.cfg, help="scale of each painting")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--out", type=Path, default=Path("training/evaluation"), help="folder of table and sheets")
    return parser


def bench_of(chosen: argparse.Namespace) -> Bench:
    ordinary = open_checkpoint(chosen.checkpoint, device=chosen.device)
    inpainting = open_checkpoint(chosen.inpainting, device=chosen.device)
    painter = inpainting if chosen.painter == "inpainting" else ordinary
    side = chosen.side or ordinary.facts.native_side
    how = (chosen.judges, chosen.mixture, side, chosen.count, chosen.out, chosen.steps, chosen.sampler, chosen.cfg)
    return Bench(ordinary, inpainting, painter, *how)


if __name__ == "__main__":
    main()
