"""An ordinary checkpoint made an inpainting one: W = W_inpainting + (W_custom − W_base).

What the custom checkpoint learned beyond the base is added to what the inpainting checkpoint learned beyond it; the
recipe of webui's merger ("add difference", multiplier 1).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from pentimento.checkpoint.families import Checkpoint, identify
from pentimento.checkpoint.folder import header_of, read_description
from pentimento.checkpoint.tensors import read_tensors
from pentimento.checkpoint.writing import write_safetensors
from pentimento.words.errors import ModelFileError, UnsupportedModelError

MERGED = "model"
"""Only tensors with this in their names are merged: schedules and counters stay the inpainting checkpoint's."""
NOT_MERGED = "position_ids"
ORDINARY = 4
"""Input channels of a checkpoint that paints from text alone."""


@dataclass(frozen=True, eq=False)
class Parents:
    """The three files that an inpainting checkpoint is made from, checked against each other.

    facts  what the made one is: what the inpainting checkpoint is
    """

    custom: Path
    inpainting: Path
    base: Path
    facts: Checkpoint

    def tensors(self) -> Iterator[tuple[str, Tensor]]:
        """Every tensor of the inpainting checkpoint, changed; one after another."""
        custom, inpainting, base = (read_tensors(header_of(path)) for path in (self.custom, self.inpainting, self.base))
        for name, tensor in inpainting.items():
            yield name, self._made(name, tensor, custom, base)

    def _made(self, name: str, tensor: Tensor, custom: Mapping[str, Tensor], base: Mapping[str, Tensor]) -> Tensor:
        merged = MERGED in name and NOT_MERGED not in name and tensor.is_floating_point()
        if not merged or name not in custom or name not in base:
            return tensor
        try:
            return added(tensor, custom[name], base[name])
        except ValueError as misfit:
            raise ModelFileError(
                f"{self.custom.name}, {self.inpainting.name} and {self.base.name} do not fit: {name} is {misfit}",
                "All three must be of one family and size.",
            ) from misfit


def parents_of(custom: Path, inpainting: Path, base: Path) -> Parents:
    """Three checkpoints that go together, told from their headers.

    Raises UnsupportedModelError with both values where they do not, and what `identify` raises.
    """
    made = identify(*read_description(inpainting))
    if made.in_channels == ORDINARY:
        raise UnsupportedModelError(
            f"{inpainting.name} takes {ORDINARY} channels, so it is no inpainting checkpoint",
            "Name one with 9 input channels, such as sd-v1-5-inpainting.",
        )
    for path in (custom, base):
        facts = identify(*read_description(path))
        if facts.in_channels != ORDINARY:
            raise UnsupportedModelError(
                f"{path.name} takes {facts.in_channels} channels where an ordinary checkpoint takes {ORDINARY}",
                "It needs no making if it is an inpainting checkpoint already.",
            )
        if (facts.prediction, facts.text_width) != (made.prediction, made.text_width):
            raise UnsupportedModelError(
                f"{path.name} predicts {facts.prediction} from text {facts.text_width} wide, "
                f"but {inpainting.name} {made.prediction} from {made.text_width}",
                "All three must be of one kind.",
            )
    return Parents(custom, inpainting, base, made)


def added(inpainting: Tensor, custom: Tensor, base: Tensor) -> Tensor:
    """W_inpainting + (W_custom − W_base), worked out in float32, in the first one's number type.

    Where the first has more input channels (a U-Net's first convolution: 9 to 4), the others are added to its first
    ones and the rest stay. Raises ValueError with the shapes where they do not go together.
    """
    if custom.shape == base.shape == inpainting.shape:
        return (inpainting.float() + (custom.float() - base.float())).to(inpainting.dtype)
    grown = inpainting.dim() == 4 and custom.shape == base.shape and custom.shape[0] == inpainting.shape[0]
    if grown and custom.shape[2:] == inpainting.shape[2:] and custom.shape[1] < inpainting.shape[1]:
        channels = custom.shape[1]
        first = added(inpainting[:, :channels], custom, base)
        return torch.cat([first, inpainting[:, channels:]], dim=1)
    raise ValueError(f"{tuple(custom.shape)}, {tuple(inpainting.shape)} and {tuple(base.shape)}")


def save_inpainting(parents: Parents, path: Path, *, half: bool = False) -> None:
    """Write the made checkpoint as .safetensors, one tensor in memory at a time.

    half    numbers in float16, as most checkpoints are shared
    raises  OutputError
    """
    header = header_of(parents.inpainting)
    tensors = read_tensors(header)
    shapes = {name: (_stored(tensor.dtype, half), tuple(tensor.shape)) for name, tensor in tensors.items()}
    made = ((name, tensor.to(_stored(tensor.dtype, half))) for name, tensor in parents.tensors())
    recipe = f"{parents.inpainting.stem} + ({parents.custom.stem} - {parents.base.stem})"
    write_safetensors(path, shapes, made, {**header.metadata, "pentimento.recipe": recipe})


def _stored(dtype: torch.dtype, half: bool) -> torch.dtype:
    return torch.float16 if half and dtype.is_floating_point else dtype
