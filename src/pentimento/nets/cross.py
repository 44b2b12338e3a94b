"""Keys and values of the text in cross-attention, computed once: a prompt's features stay from step to step.

What is kept is what the layer gave for the same features and the same weights, so results are bit for bit the plain
ones. 32 of Stable Diffusion's linear layers, 19 of its 860 million weights, are then read once a prompt and not once a
step.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from diffusers.models.attention_processor import Attention
from torch import Tensor, nn

from pentimento.nets.kept import Source
from pentimento.nets.networks import Networks

LIMIT = 256 * 2**20
"""Bytes that keys and values of all texts may take; those of one row of one SD 1.x prompt are 8 MB in float32."""


@dataclass(eq=False)
class _Text:
    """Text features, and what the layers made of them.

    features  (B, 77·n, width)
    """

    features: Tensor
    made: dict[nn.Module, tuple[Source, Tensor]] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        return sum(result.nbytes for _, result in self.made.values())

    def says(self, features: Tensor) -> bool:
        mine = self.features
        alike = mine.shape == features.shape and mine.dtype == features.dtype and mine.device == features.device
        return alike and (mine is features or torch.equal(mine, features))


class TextKeys:
    """What one U-Net's cross-attentions made of the texts they saw last, at most `limit` bytes of it."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self._texts: list[_Text] = []

    @property
    def bytes(self) -> int:
        return sum(text.bytes for text in self._texts)

    def seen(self, features: Tensor) -> Tensor:
        """These features, or equal ones seen before; from now on layers are asked about them."""
        text = next((one for one in self._texts if one.says(features)), None) or _Text(features)
        self._texts = [*(one for one in self._texts if one is not text), text]
        return text.features

    def of(self, layer: nn.Linear, features: Tensor, compute: Callable[[Tensor], Tensor]) -> Tensor:
        """What a layer makes of the features seen last; of others it is computed and not kept."""
        text = self._texts[-1] if self._texts else None
        if text is None or features is not text.features:
            return compute(features)
        source, result = text.made.get(layer, (None, None))
        if source is None or result is None or not source.holds(layer.weight):
            result = compute(features)
            text.made.pop(layer, None)
            if self._room(result.nbytes):
                text.made[layer] = Source.of(layer.weight), result
        return result

    def _room(self, size: int) -> bool:
        """Whether there is room beside the text seen last; those before it give way."""
        while len(self._texts) > 1 and self.bytes + size > self.limit:
            del self._texts[0]
        return self.bytes + size <= self.limit


@contextmanager
def text_read_once(networks: Networks, limit: int = LIMIT) -> Generator[TextKeys]:
    """The U-Net's cross-attentions look at a text once; undone and forgotten on leaving."""
    net: Any = networks.unet.module
    keys = TextKeys(limit)
    asked = [part for part in net.modules() if isinstance(part, Attention) and part.is_cross_attention]
    layers: list[Any] = [layer for attention in asked for layer in (attention.to_k, attention.to_v)]

    def look(module: nn.Module, given: tuple[Any, ...]) -> tuple[Any, ...]:
        x, times, features = given
        return x, times, keys.seen(features)

    def once(layer: nn.Linear) -> Callable[[Tensor], Tensor]:
        compute = layer.forward
        return lambda features: keys.of(layer, features, compute)

    hook = net.register_forward_pre_hook(look) if layers else None
    try:
        for layer in layers:
            layer.forward = once(layer)
        yield keys
    finally:
        if hook:
            hook.remove()
        for layer in layers:
            del layer.forward
