"""Numbers that overflow: the call is repeated in a safer number type, and nothing else changes."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from pentimento.nets.networks import Networks
from pentimento.nets.text import Fix, TextEncoder
from pentimento.nets.unet import UNet
from pentimento.nets.vae import VAE, Posterior
from pentimento.words.errors import ComputeError

SAFER: Mapping[torch.dtype, tuple[torch.dtype, ...]] = {
    # number type      what is tried after it
    torch.float16: (torch.bfloat16, torch.float32),
    torch.bfloat16: (torch.float32,),
}
"""bfloat16 reaches as far as float32, where float16 ends at 65504."""

Result = TypeVar("Result", Tensor, Posterior)


class Precision:
    """The number type one network computes in: safer from its first overflow on, until `restore`.

    said  what happened, for the report
    """

    def __init__(self, name: str, module: nn.Module) -> None:
        self.name = name
        self.module = module
        self.said: list[str] = []
        self._originals: list[tuple[Tensor, Tensor]] = []
        self._layers: list[tuple[Any, torch.dtype]] = []

    def finite(self, call: Callable[[], Result]) -> Result:
        """The call's result, every number of it finite.

        Raises ComputeError where even float32 gives others.
        """
        result = call()
        for safer in SAFER.get(_type(self.module), ()):
            if _finite(result):
                return result
            self._become(safer)
            result = call()
        if not _finite(result):
            raise ComputeError(
                f"the {self.name} gave infinite numbers or none at all, in {_said(_type(self.module))} too",
                "The checkpoint or a network of the prompt may be broken; try another one, or a lower CFG scale.",
            )
        return result

    def restore(self) -> None:
        """Back to the tensors that were there before, bit for bit."""
        for tensor, data in self._originals:
            tensor.data = data
        for layer, kind in self._layers:
            layer.computes = kind
        self._originals, self._layers = [], []

    def _become(self, kind: torch.dtype) -> None:
        """Other numbers in the same parameters, made from the originals."""
        before = _type(self.module)
        self.restore()
        tensors = [*self.module.parameters(), *self.module.buffers()]
        self._originals = [(tensor, tensor.data) for tensor in tensors if tensor.is_floating_point()]
        for tensor, data in self._originals:
            tensor.data = data.to(kind)
        layers: list[Any] = [part for part in self.module.modules() if hasattr(part, "computes")]
        self._layers = [(layer, layer.computes) for layer in layers]
        for layer, _ in self._layers:
            layer.computes = kind
        self.said.append(f"the {self.name} overflowed in {_said(before)}; the step was repeated in {_said(kind)}")


class _SteadyUNet(UNet):
    def __init__(self, unet: UNet, precision: Precision) -> None:
        super().__init__(unet.module)
        self.unet = unet
        self.precision = precision

    def __call__(self, x: Tensor, t: float, context: Tensor) -> Tensor:
        return self.precision.finite(lambda: self.unet(x, t, context))


class _SteadyVAE(VAE):
    def __init__(self, vae: VAE, precision: Precision) -> None:
        super().__init__(vae.module, vae.scale)
        self.vae = vae
        self.precision = precision

    def encode(self, image: Tensor) -> Posterior:
        return self.precision.finite(lambda: self.vae.encode(image))

    def decode(self, latents: Tensor) -> Tensor:
        return self.precision.finite(lambda: self.vae.decode(latents))


class _SteadyText(TextEncoder):
    def __init__(self, text: TextEncoder, precision: Precision) -> None:
        super().__init__(text.module)
        self.text = text
        self.precision = precision

    def __call__(self, tokens: Tensor, *, clip_skip: int = 1, fixes: Sequence[Fix] = ()) -> Tensor:
        return self.precision.finite(lambda: self.text(tokens, clip_skip=clip_skip, fixes=fixes))


@contextmanager
def steady(networks: Networks) -> Generator[tuple[Networks, list[Precision]]]:
    """The same networks, whose results are finite; and what looks after each. All is as it was afterwards."""
    unet, vae, text = networks.unet, networks.vae, networks.text
    modules = {"U-Net": unet.module, "VAE": vae.module, "text encoder": text.module}
    guards = [Precision(name, module) for name, module in modules.items()]
    try:
        yield Networks(_SteadyUNet(unet, guards[0]), _SteadyVAE(vae, guards[1]), _SteadyText(text, guards[2])), guards
    finally:
        for guard in guards:
            guard.restore()


def _finite(result: Tensor | Posterior) -> bool:
    parts: Iterable[Tensor] = (result,) if isinstance(result, Tensor) else result
    return all(bool(part.isfinite().all()) for part in parts)


def _type(module: nn.Module) -> torch.dtype:
    """What it computes in, told by its norms: other layers may hold weights as the file has them."""
    norm = next((part for part in module.modules() if isinstance(part, nn.GroupNorm | nn.LayerNorm)), module)
    return next(norm.parameters()).dtype


def _said(kind: torch.dtype) -> str:
    return str(kind).removeprefix("torch.")
