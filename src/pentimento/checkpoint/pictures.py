"""Files of networks from picture to picture → networks in memory. Pickles are read as data only."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
from torch import Tensor

from pentimento.checkpoint.entries import broken
from pentimento.checkpoint.stamps import Stamp, stamp
from pentimento.checkpoint.tensors import load_tensors
from pentimento.nets.device import device_of
from pentimento.nets.spandrel import EXTRA, PictureNet, Purpose, recognised
from pentimento.words.errors import UnsupportedModelError

WRAPPERS = ("params_ema", "params-ema", "params", "model_state_dict", "g_ema", "model", "net")
"""Names under which trainers keep the weights, the averaged ones first."""


class PictureNets:
    """Networks opened on a device.

    kept  how many stay in memory, those used last, as long as their files stay as they are
    """

    def __init__(self, device: torch.device | str = "cpu", kept: int = 2) -> None:
        self.device = device if isinstance(device, torch.device) else device_of(device)
        self.kept = kept
        self._nets: dict[Stamp, PictureNet] = {}

    def open(self, path: Path, purpose: Purpose) -> PictureNet:
        """The network in a file. Raises what `open_picture_net` raises."""
        read = stamp(path)
        net = self._nets.pop(read, None)
        if net is None or net.purpose is not purpose:
            net = open_picture_net(path, purpose)
            net.module.to(self.device)
        self._nets[read] = net
        while len(self._nets) > self.kept:
            del self._nets[next(iter(self._nets))]
        return net

    def unload(self) -> None:
        """Let them go."""
        self._nets.clear()


def open_picture_net(path: Path, purpose: Purpose) -> PictureNet:
    """The network in a .safetensors or PyTorch file, float32, on the CPU.

    raises  UnsupportedModelError for a design that is not known, or that serves another purpose; what `load_tensors`
            raises
    """
    tensors = load_tensors(path)
    try:
        found = next((net for part in _readings(tensors) if (net := recognised(part))), None)
    except (RuntimeError, LookupError, ValueError, TypeError, AssertionError) as fault:
        raise broken(path, f"its tensors do not fit together: {str(fault).splitlines()[0]}") from fault
    if found is None:
        raise UnsupportedModelError(
            f"{path.name} holds {len(tensors)} tensors of a design that is not known",
            f"Known are those of spandrel; CodeFormer and MAT also need {EXTRA}, whose terms forbid commercial use: "
            "pentimento extras shows them.",
        )
    if found.purpose is not purpose:
        raise UnsupportedModelError(
            f"{path.name} is a {found.name}, a network to {found.purpose}, and one to {purpose} is wanted",
            "Choose another file.",
        )
    return found


def _readings(tensors: Mapping[str, Tensor]) -> Iterator[dict[str, Tensor]]:
    """The tensors as they are, then those under each wrapper; LaMa's own names begin like a wrapper."""
    for wrapper in ("", *(f"{name}." for name in WRAPPERS)):
        inside = {name.removeprefix(wrapper): tensor for name, tensor in tensors.items() if name.startswith(wrapper)}
        for prefix in ("module.", "netG."):
            if all(name.startswith(prefix) for name in inside):
                inside = {name.removeprefix(prefix): tensor for name, tensor in inside.items()}
        if inside:
            yield inside
