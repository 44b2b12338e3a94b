"""Weights in the form that a fast method wants them in, kept as far as there is room."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from torch import Tensor, nn


@dataclass(frozen=True, eq=False)
class Form:
    """One layer's weights in another form.

    made_from  holds the numbers they were made from, so that no others can come to lie in their place
    use        how often each is used in a call
    """

    made_from: Tensor
    version: int
    key: Hashable
    tensor: Tensor
    use: float


class Kept:
    """Forms of one network's layers, at most `limit` bytes of them: those that are used most."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._forms: WeakKeyDictionary[nn.Module, Form] = WeakKeyDictionary()

    def of(
        self, layer: nn.Module, weight: Tensor, key: Hashable, use: float, make: Callable[[Tensor], Tensor]
    ) -> Tensor:
        """A layer's weights in the form that `key` names, made again where they have changed or are not kept.

        use  how often each number is used: tells what is worth its room
        """
        form = self._forms.pop(layer, None)
        if form is None or form.key != key or not _same(form, weight):
            form = Form(weight.detach(), _version(weight), key, make(weight.detach()), use)
        if self._room(form.tensor.nbytes, use):
            self._forms[layer] = form
        return form.tensor

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


def _same(form: Form, weight: Tensor) -> bool:
    same_place = form.made_from.data_ptr() == weight.data_ptr() and form.made_from.dtype == weight.dtype
    return same_place and form.version == _version(weight)


def _version(weight: Tensor) -> int:
    """How often the numbers were changed in place."""
    return 0 if weight.is_inference() else weight._version
