"""Files of networks from picture to picture → networks in memory. Pickles are read as data only."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

import torch
from torch import Tensor

from pentimento.checkpoint.entries import broken
from pentimento.checkpoint.families import kind
from pentimento.checkpoint.header import read_header
from pentimento.checkpoint.stamps import Stamp, stamp
from pentimento.checkpoint.tensors import load_tensors
from pentimento.nets.device import device_of
from pentimento.nets.facehelp import face_helper
from pentimento.nets.spandrel import EXTRA, PictureNet, Purpose, recognised
from pentimento.words.errors import UnsupportedModelError

WRAPPERS = ("params_ema", "params-ema", "params", "model_state_dict", "g_ema", "G_ema", "model", "net", "vqvae")
"""Names under which trainers keep the weights, the averaged ones first."""

OF_EXTRA = {"CodeFormer": "idx_pred_layer.1.weight", "MAT": "first_stage.conv_first.conv.resample_filter"}
"""Designs that need the extra, and a tensor of each."""

OURS = ("a face restorer", "an upscaler")
"""What `kind` calls files that belong here."""

PAINTER = "generator."
"""How the names begin of what paints, where a file of training holds its critics too."""


@dataclass(eq=False)
class HeldNet:
    """A network in memory: its file as it was when it was read, its bytes, and when it was used last."""

    net: PictureNet
    path: Path
    stamp: Stamp
    size: int
    used: float = field(default_factory=perf_counter)


class PictureNets:
    """Networks opened on a device. They stay, as long as their files stay as they are, until they are let go.

    make_room  called with about how many bytes the next one takes, before it is read
    kept       those in memory
    """

    def __init__(
        self, device: torch.device | str = "cpu", make_room: Callable[[int], object] = lambda size: None
    ) -> None:
        self.device = device if isinstance(device, torch.device) else device_of(device)
        self.make_room = make_room
        self.kept: list[HeldNet] = []

    def open(self, path: Path, purpose: Purpose) -> PictureNet:
        """The network in a file. Raises what `open_picture_net` raises."""
        read = stamp(path)
        held = next((one for one in self.kept if one.stamp == read and one.net.purpose is purpose), None)
        if held is None:
            self.kept = [one for one in self.kept if one.path != path]
            self.make_room(path.stat().st_size)
            net = open_picture_net(path, purpose)
            net.module.to(self.device)
            held = HeldNet(net, path, read, _bytes(net))
            self.kept.append(held)
        held.used = perf_counter()
        return held.net

    def unload(self) -> None:
        """Let them go."""
        self.kept = []


def open_picture_net(path: Path, purpose: Purpose) -> PictureNet:
    """The network in a .safetensors or PyTorch file, float32, on the CPU.

    raises  UnsupportedModelError for a design that is not known, or that serves another purpose; what `load_tensors`
            raises
    """
    tensors = load_tensors(path)
    try:
        found = next((net for part in _readings(tensors) if (net := face_helper(part) or recognised(part))), None)
    except (RuntimeError, LookupError, ValueError, TypeError, AssertionError) as fault:
        raise broken(path, f"its tensors do not fit together: {str(fault).splitlines()[0]}") from fault
    if found is None:
        raise _unknown(path, tensors, purpose)
    if found.purpose is not purpose:
        raise UnsupportedModelError(
            f"{path.name} is a {found.name}, a network to {found.purpose}, and one to {purpose} is wanted",
            "Choose another file.",
        )
    return found


def _unknown(path: Path, tensors: Mapping[str, Tensor], purpose: Purpose) -> UnsupportedModelError:
    """Told by what the file is instead, as far as that is known."""
    wanted = f"and a network to {purpose} is wanted"
    needs = next((name for name, sign in OF_EXTRA.items() if any(key.endswith(sign) for key in tensors)), None)
    if needs and not find_spec(EXTRA):
        return UnsupportedModelError(
            f"{path.name} is a {needs}, whose code is not installed: its terms forbid commercial use",
            "Run: pentimento extras. It shows them, and installs it when you accept.",
        )
    what = kind(read_header(path))
    if what not in ("", *OURS):
        return UnsupportedModelError(f"{path.name} is {what}, {wanted}", "Choose another file.")
    return UnsupportedModelError(
        f"{path.name} holds {len(tensors)} tensors of a design that is not known, {wanted}",
        "Known are those of spandrel, CodeFormer and MAT.",
    )


def _readings(tensors: Mapping[str, Tensor]) -> Iterator[dict[str, Tensor]]:
    """The tensors as they are, then those under each wrapper; LaMa's own names begin like a wrapper.

    What paints alone comes before all that is there, of which CodeFormer's is a part.
    """
    for wrapper in ("", *(f"{name}." for name in WRAPPERS)):
        inside = {name.removeprefix(wrapper): tensor for name, tensor in tensors.items() if name.startswith(wrapper)}
        for prefix in ("module.", "netG."):
            if all(name.startswith(prefix) for name in inside):
                inside = {name.removeprefix(prefix): tensor for name, tensor in inside.items()}
        painter = {name: tensor for name, tensor in inside.items() if name.startswith(PAINTER)}
        yield from (reading for reading in (painter, inside) if reading)


def _bytes(net: PictureNet) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in net.module.state_dict().values())
