"""What training shows: a log, loss curves, and sheets of pictures."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw

CURVE = (640, 320)
RECENT = 50


def save_sheet(file: Path, rows: Sequence[NDArray[np.uint8]]) -> None:
    """Rows of equally large pictures, each row N × H × W × 3."""
    file.parent.mkdir(parents=True, exist_ok=True)
    Pillow.fromarray(np.concatenate([np.concatenate(list(row), axis=1) for row in rows])).save(file)


class Log:
    """Losses in a CSV file (step, loss), words beside it, and the curve as a picture."""

    def __init__(self, file: Path) -> None:
        self.file = file
        rows = [line.split(",") for line in file.read_text().splitlines()] if file.exists() else []
        self.losses = {int(step): float(loss) for step, loss in rows}

    def add(self, step: int, loss: float) -> None:
        """A step's loss; a step made again after an interruption replaces what stood there."""
        self.losses[step] = loss

    def save(self) -> None:
        self.file.write_text("".join(f"{step},{loss:.6f}\n" for step, loss in sorted(self.losses.items())))

    def recent(self) -> float:
        return float(np.mean(list(self.losses.values())[-RECENT:]))

    def say(self, words: str) -> None:
        """Print and keep a line, and draw the curve so far."""
        print(words, flush=True)
        with self.file.with_suffix(".log").open("a") as log:
            log.write(words + "\n")
        draw_curve(list(self.losses.values())).save(self.file.with_suffix(".png"))


def draw_curve(losses: Sequence[float]) -> Pillow.Image:
    """Losses over steps, smoothed, on a logarithmic scale from their least to their greatest."""
    width, height = CURVE
    image = Pillow.new("RGB", CURVE, "white")
    window = max(1, len(losses) // 100)
    means = np.convolve(losses, np.ones(window) / window, "valid")
    logs = np.log(np.maximum(means, 1e-8))
    low, high = logs.min(), max(logs.max(), logs.min() + 1e-6)
    xs = np.linspace(10, width - 10, len(logs))
    ys = height - 10 - (logs - low) / (high - low) * (height - 20)
    pen = ImageDraw.Draw(image)
    if len(logs) > 1:
        pen.line(list(zip(xs.tolist(), ys.tolist(), strict=True)), fill=(41, 105, 205), width=2)
    pen.text((14, 12), f"{np.exp(high):.4f} .. {np.exp(low):.4f} in {len(losses)} steps", fill=(60, 60, 60))
    return image
