"""A judge: a small classifier of pictures' parts, and its file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from pentimento.starter.judges.crops import cropped
from pentimento.words.images import Image, Mask

WIDTHS = (20, 40, 64, 64, 80)
STRIDES = (2, 2, 2, 1, 2)


class Judge(nn.Module):
    """(B, 3, 64, 64) in [−1, 1] → (B,), above 0 where the picture is as wanted."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for ins, outs, stride in zip((3, *WIDTHS), WIDTHS, STRIDES, strict=False):
            layers += [nn.Conv2d(ins, outs, 3, stride, 1), nn.GroupNorm(4, outs), nn.SiLU()]
        self.features = nn.Sequential(*layers)
        self.answer = nn.Linear(2 * WIDTHS[-1], 1)

    def forward(self, x: Tensor) -> Tensor:
        found = self.features(x)
        return self.answer(torch.cat([found.mean((2, 3)), found.amax((2, 3))], dim=1))[:, 0]

    @torch.inference_mode()
    def approves(self, pictures: Sequence[Image], holes: Sequence[Mask]) -> NDArray[np.bool_]:
        """Which pictures show in their holes what was wanted."""
        crops = [cropped(picture, hole) for picture, hole in zip(pictures, holes, strict=True)]
        return (self(tensor_of(np.stack(crops))) > 0).numpy()

    def save(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        save_file({name: tensor.half().contiguous() for name, tensor in self.state_dict().items()}, file)


def file_of(folder: Path, question: str) -> Path:
    return folder / f"{question.replace(' ', '-')}.safetensors"


def judge_of(folder: Path, question: str) -> Judge:
    """The judge of a question; FileNotFoundError where it has not been trained."""
    judge = Judge()
    judge.load_state_dict(load_file(file_of(folder, question)))
    return judge.eval()


def tensor_of(pixels: NDArray[np.uint8]) -> Tensor:
    """(B, H, W, 3) → (B, 3, H, W) in [−1, 1]."""
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1
