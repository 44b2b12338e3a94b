"""Weights in the form that a fast method wants them in, kept as far as there is room."""

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from pentimento.nets.pages import let_go

Place: TypeAlias = Callable[[Sequence[int], torch.dtype], Tensor]
"""(shape, number type) → memory for a form."""
Maker: TypeAlias = Callable[[Place], Tensor]
"""Where it may be put → a form."""


@dataclass(frozen=True, eq=False)
class Source:
    """The numbers that something was made from; they are held, so that no others can come to lie in their place.

    version  how often they had been changed in place
    """

    numbers: Tensor
    version: int

    @classmethod
    def of(cls, weight: Tensor) -> "Source":
        return cls(weight.detach(), _version(weight))

    def holds(self, weight: Tensor) -> bool:
        """Whether the weight's numbers are these still."""
        same_place = self.numbers.data_ptr() == weight.data_ptr() and self.numbers.dtype == weight.dtype
        return same_place and self.version == _version(weight)


@dataclass(frozen=True, eq=False)
class Form:
    """One layer's weights in another form.

    use  how often each is used in a call
    """

    source: Source
    key: Hashable
    tensor: Tensor
    use: float


class Kept:
    """Forms of one network's layers, at most `limit` bytes of them: those that are used most."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._forms: WeakKeyDictionary[nn.Module, Form] = WeakKeyDictionary()
        self._desks: dict[tuple[str, torch.dtype], Tensor] = {}

    def of(self, layer: nn.Module, weight: Tensor, key: Hashable, use: float, size: int, make: Maker) -> Tensor:
        """A layer's weights in the form that `key` names, made again where they have changed or are not kept.

        What is not kept is good until the next layer asks.

        use   how often each number is used: tells what is worth its room
        size  bytes that the form takes
        """
        form = self._forms.get(layer)
        if form and form.key == key and form.use == use and form.source.holds(weight):
            return form.tensor
        self._forms.pop(layer, None)
        if form is None or form.key != key or not form.source.holds(weight):
            if not self._room(size, use):
                return make(lambda shape, dtype: self.desk("form", shape, dtype))
            form = Form(
                Source.of(weight),
                key,
                make(lambda shape, dtype: weight.new_empty(shape, dtype=dtype)),
                use,
            )
            let_go(weight)
        elif not self._room(size, use):
            return form.tensor
        self._forms[layer] = form
        return form.tensor

    def desk(self, name: str, shape: Sequence[int], dtype: torch.dtype) -> Tensor:
        """Memory to work in, the same again each time: fresh memory costs more than what is written to it."""
        wanted = math.prod(shape)
        flat = self._desks.get((name, dtype))
        if flat is None or flat.numel() < wanted:
            self._desks.pop((name, dtype), None)
            with torch.inference_mode(mode=False):
                flat = self._desks[name, dtype] = torch.empty(wanted, dtype=dtype)
        return flat[:wanted].view(*shape)

    def brought(self, weight: Tensor, dtype: torch.dtype) -> Tensor:
        """The weight in another number type, good until the next layer asks; itself if it has that already."""
        if weight.dtype is dtype:
            return weight
        if weight.device.type != "cpu":
            return weight.to(dtype)
        return self.desk("weight", weight.shape, dtype).copy_(weight)

    @property
    def bytes(self) -> int:
        return sum(form.tensor.nbytes for form in self._forms.values())

    def _room(self, size: int, use: float) -> bool:
        """Whether there is room; what is used less gives way, if that is enough."""
        lesser = sorted((form.use, id(layer), layer) for layer, form in self._forms.items() if form.use < use)
        free = self.limit - self.bytes
        if size > free + sum(self._forms[layer].tensor.nbytes for *_, layer in lesser):
            return False
        for *_, layer in lesser:
            if size <= free:
                break
            free += self._forms.pop(layer).tensor.nbytes
        return True


def _version(weight: Tensor) -> int:
    return 0 if weight.is_inference() else weight._version
