"""Networks from picture to picture, of many designs, through spandrel: tensors by name → a network.

Enlarging (ESRGAN, SwinIR, DAT, …), restoring faces (GFPGAN, RestoreFormer) and filling holes (LaMa). CodeFormer and MAT
are known where a person installed spandrel_extra_arches, whose terms forbid selling.
"""

import sys
import warnings
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cache, cached_property
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor

from pentimento.nets.appetite import SQUARE, appetite_of
from pentimento.words.errors import UnsupportedModelError
from pentimento.words.sizes import Size

INSTALL = "pip install --no-deps spandrel==0.4.2 einops==0.8.2"
EXTRA = "spandrel_extra_arches"


class Purpose(StrEnum):
    """What a network is for."""

    ENLARGE = "enlarge"
    FACE = "restore faces"
    ERASE = "fill holes"
    FIND = "find faces"
    PARSE = "tell a face's parts"


PURPOSES = {"SR": Purpose.ENLARGE, "Restoration": Purpose.ENLARGE, "FaceSR": Purpose.FACE, "Inpainting": Purpose.ERASE}

FAR = frozenset(
    {
        *("ATD", "CRAFT", "DAT", "DRCT", "FDAT", "GRL", "HAT", "MixDehazeNet", "NAFNet", "OmniSR", "RCAN", "RGT"),
        *("Restormer", "SCUNet", "SRFormer", "Swin2SR", "Uformer"),
    }
)
"""Designs that look at windows of a picture or at all of it, though spandrel lets them be run in tiles."""


@dataclass(frozen=True, eq=False)
class PictureNet:
    """A network that was recognised.

    call      enlarging and faces: (1, C, H, W) → (1, C, H·scale, W·scale); holes: also a mask (1, 1, H, W), 1 is hole.
              All in [0, 1], on the network's device, in its number type; sides of any length.
    name      of its design, such as ESRGAN
    channels  C, 1 or 3
    local     what it sees is near enough for tiles without loss
    whole     it sees the whole picture always, whatever that takes
    square    pictures are filled up to a square of a multiple of so many pixels; 0 for any size
    """

    call: Callable[..., Tensor]
    module: torch.nn.Module
    name: str
    purpose: Purpose
    scale: int
    channels: int
    local: bool
    whole: bool = False
    square: int = 0

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return next(self.module.parameters()).device

    @cached_property
    def appetite(self) -> float:
        """Bytes at work for each pixel it is given; 0 where that is not known."""
        if self.square:
            return SQUARE.get(self.name, 0)
        return appetite_of(self.call, (self.channels, *([1] if self.purpose is Purpose.ERASE else [])), self.device)

    def memory(self, size: Size) -> int:
        """Bytes at work on a picture of this size; 0 where that is not known."""
        side = -(-max(size) // self.square) * self.square if self.square else 0
        return round(self.appetite * (side * side or size.area))


def recognised(tensors: Mapping[str, Tensor]) -> PictureNet | None:
    """The network that tensors belong to, in float32, ready to run; None for a design that is not known.

    raises  UnsupportedModelError where spandrel is missing; RuntimeError, KeyError and the like for tensors that do
            not fit the design they seem to be of
    """
    library = _spandrel()
    try:
        with _born_alike(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "torch.meshgrid", UserWarning)  # of spandrel's windows; nobody's to mend
            found = library.MAIN_REGISTRY.load(dict(tensors))
    except library.UnsupportedModelError:
        return None
    module = _gathered(found.model).eval().requires_grad_(False).float()
    local = found.tiling is library.ModelTiling.SUPPORTED and found.architecture.name not in FAR
    whole = found.tiling is library.ModelTiling.INTERNAL
    purpose = PURPOSES[found.purpose]
    call = _run_alike(found) if purpose is Purpose.ERASE else found
    square = found.size_requirements.multiple_of if found.size_requirements.square else 0
    name, scale, channels = found.architecture.name, found.scale, found.input_channels
    return PictureNet(call, module, name, purpose, scale, channels, local, whole, square)


@contextmanager
def _born_alike() -> Generator[None]:
    """Modules are born random, and MAT keeps what it drew from numpy: the same each time, and chance is left alone."""
    before = np.random.get_state()
    np.random.seed(0)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            yield
    finally:
        np.random.set_state(before)


def _run_alike(call: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """MAT draws while it fills: the same each time, and chance is left alone."""

    def called(picture: Tensor, mask: Tensor) -> Tensor:
        with torch.random.fork_rng(devices=[picture.device] if picture.is_cuda else []):
            torch.manual_seed(0)
            return call(picture, mask)

    return called


def _gathered(module: torch.nn.Module) -> torch.nn.Module:
    """Tensors that a module holds by hand, as MAT does, go where it goes."""
    for name, held in list(vars(module).items()):
        if isinstance(held, Tensor):
            delattr(module, name)
            module.register_buffer(name, held, persistent=False)
    return module


@cache
def _spandrel() -> Any:
    if find_spec("spandrel") is None:
        raise UnsupportedModelError("networks of this kind need spandrel, which is not installed", f"Run: {INSTALL}")
    with _stand_in():
        import spandrel

        if find_spec(EXTRA):
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "`torch.jit.script`", DeprecationWarning)  # one of its designs'
                import spandrel_extra_arches  # ty: ignore[import-not-found]

            spandrel_extra_arches.install(ignore_duplicates=True)
    return spandrel


@contextmanager
def _stand_in() -> Generator[None]:
    """While open, the names of torchvision that spandrel wants; left behind, transformers would take it for real."""
    if find_spec("torchvision"):
        yield
        return
    made = {name: ModuleType(name) for name in (*PACKAGES, FUNCTIONAL)}
    made[FUNCTIONAL].__dict__.update(normalize=_normalized, rotate=_rotated, InterpolationMode=_Interpolation)
    sys.modules.update(made)
    try:
        yield
    finally:
        for name in made:
            del sys.modules[name]


PACKAGES = ("torchvision", "torchvision.transforms")
FUNCTIONAL = "torchvision.transforms.functional"


class _Interpolation(Enum):
    NEAREST = "nearest"
    BILINEAR = "bilinear"


def _normalized(image: Tensor, mean: list[float], std: list[float], inplace: bool = False) -> Tensor:
    shape = (-1, 1, 1)
    shift, scale = (torch.tensor(given, dtype=image.dtype, device=image.device).view(shape) for given in (mean, std))
    return image.sub_(shift).div_(scale) if inplace else (image - shift) / scale


def _rotated(*_: Any, **__: Any) -> Tensor:
    raise UnsupportedModelError("a network that rotates its features is not run", "Use another LaMa file.")
