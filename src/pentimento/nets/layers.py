"""Convolutions and linear layers that compute along a route; everything else in a network stays as it is."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from diffusers.models.activations import GEGLU
from torch import Tensor, nn

from pentimento.nets import products, winograd, winograd_last
from pentimento.nets.kept import Kept, Place
from pentimento.nets.pages import let_go
from pentimento.nets.route import Method, Route

LEAST_TILES, LEAST_CHANNELS = 64, 64
"""Below these Winograd's method is no faster; counted for one picture, so that each is the same in any batch."""
LEAST_TILES_LAST, LEAST_CHANNELS_LAST = 36, 256
"""The same in bfloat16 with channels last."""
MANY_WEIGHTS, FEW_PLACES = 1 << 23, 144
"""So many numbers are more than a cache holds, and oneDNN lays them anew at every call; where results are at most so
many places, that takes longer than the sums."""


class RoutedConv2d(nn.Conv2d):
    """computes  the number type of results, which that of `weight` need not be"""

    fast: Sequence["Fast"]
    kept: Kept
    computes: torch.dtype

    def _conv_forward(self, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        fast = next((one for one in self.fast if one.suits(self, input)), None)
        if fast and self.padding_mode == "zeros":
            return fast.compute(self, input, self._form(fast, input, weight))
        return super()._conv_forward(input, self.kept.brought(weight, input.dtype), _bias(self, input))

    def _form(self, fast: "Fast", input: Tensor, weight: Tensor) -> Tensor:
        make = fast.make
        if make is None:
            return self.kept.brought(weight, input.dtype)
        size, places = weight.numel() * input.element_size() * fast.growth, math.prod(input.shape[-2:])

        def made(place: Place) -> Tensor:
            return make(self, input, self.kept.brought(weight.detach(), input.dtype), place)

        return self.kept.of(self, weight, fast.key(input), places, size, made)


@dataclass(frozen=True)
class Fast:
    """A method of computing a convolution.

    suits    (layer, input) → whether it can and should
    compute  (layer, input, form) → the result
    make     (layer, input, weight, place) → the form; none where weights are taken as they are
    key      (input) → what else the form depends on
    growth   bytes of the form per byte of the weights
    """

    suits: Callable[[RoutedConv2d, Tensor], bool]
    compute: Callable[[RoutedConv2d, Tensor, Tensor], Tensor]
    make: Callable[[RoutedConv2d, Tensor, Tensor, Place], Tensor] | None = None
    key: Callable[[Tensor], object] = lambda x: None
    growth: int = 1


class RoutedLinear(nn.Linear):
    """computes  as of `RoutedConv2d`"""

    kept: Kept
    computes: torch.dtype

    def forward(self, input: Tensor) -> Tensor:
        bias, weight = _bias(self, input), self.brought(input)
        if bias is None or not _fusible(input):
            return F.linear(input, weight, bias)
        return torch.ops.mkldnn._linear_pointwise(input, weight, bias, "none", [], "")

    def brought(self, input: Tensor) -> Tensor:
        """The weight in the input's number type; kept where that is half of float32's memory."""
        weight, dtype = self.weight, input.dtype
        if weight.dtype is dtype or dtype is torch.float32:
            return self.kept.brought(weight, dtype)
        size, places = weight.numel() * dtype.itemsize, math.prod(input.shape[1:-1])
        return self.kept.of(self, weight, dtype, places, size, lambda place: place(weight.shape, dtype).copy_(weight))


class RoutedEmbedding(nn.Embedding):
    """Only the rows looked up are brought to its number type.

    computes  as of `RoutedConv2d`
    """

    computes: torch.dtype

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(input).to(self.computes)


class RoutedGEGLU(GEGLU):
    """Both halves of its layer apart, so that the gate's function and the product are taken on the way out of them."""

    def forward(self, input: Tensor) -> Tensor:
        layer: Any = self.proj
        if not _fusible(input):
            return super().forward(input)
        weights = layer.brought(input).chunk(2)
        bias, operators = _bias(layer, input), torch.ops.mkldnn
        biases = (None, None) if bias is None else bias.chunk(2)
        gate = operators._linear_pointwise(input, weights[1], biases[1], "gelu", [], "none")
        return operators._linear_pointwise.binary(input, gate, weights[0], biases[0], "mul")


def _bias(layer: RoutedConv2d | RoutedLinear, x: Tensor) -> Tensor | None:
    return None if layer.bias is None else layer.bias.to(x.dtype)


def _fusible(x: Tensor) -> bool:
    """Whether oneDNN can go on with a product's sums before they are rounded."""
    return x.device.type == "cpu" and x.dtype is torch.bfloat16 and can_pack(x.dtype)


def _three_by_three(layer: RoutedConv2d) -> bool:
    return (
        layer.kernel_size == (3, 3)
        and layer.padding == (1, 1)
        and layer.stride == layer.dilation == (1, 1)
        and layer.groups == 1
    )


def _many_tiles(layer: RoutedConv2d, x: Tensor) -> bool:
    large = min(layer.in_channels, layer.out_channels) >= LEAST_CHANNELS and winograd.tiles(x) >= LEAST_TILES
    return large and x.dtype == torch.float32 and _three_by_three(layer)


def _many_tiles_last(layer: RoutedConv2d, x: Tensor) -> bool:
    channels = min(layer.in_channels, layer.out_channels)
    large = channels >= LEAST_CHANNELS_LAST and winograd.tiles(x, winograd_last.TILE) >= LEAST_TILES_LAST
    return large and x.dtype == torch.bfloat16 and x.device.type == "cpu" and _three_by_three(layer)


def _few_places(layer: RoutedConv2d, x: Tensor) -> bool:
    many = layer.weight.numel() >= MANY_WEIGHTS and x.device.type == "cpu" and x.dtype == torch.float32
    plain = layer.groups == 1 and layer.dilation == (1, 1) and not isinstance(layer.padding, str)
    return many and plain and math.prod(products.places(x, layer)) <= FEW_PLACES


OURS: Mapping[type[nn.Module], type[nn.Module]] = {
    nn.Conv2d: RoutedConv2d,
    nn.Linear: RoutedLinear,
    nn.Embedding: RoutedEmbedding,
    GEGLU: RoutedGEGLU,
}


def _packable(layer: RoutedConv2d, x: Tensor) -> bool:
    return x.device.type == "cpu" and layer.groups == 1 and not isinstance(layer.padding, str)


def _packed(layer: RoutedConv2d, x: Tensor, weight: Tensor, place: Place) -> Tensor:
    """As oneDNN itself would lay them for an input of this shape, once instead of at every call."""
    operators: Any = torch._C._nn
    how = (layer.padding, layer.stride, layer.dilation, layer.groups, x.shape)
    return operators.mkldnn_reorder_conv2d_weight(weight.to_mkldnn(), *how)


def _over_packed(layer: RoutedConv2d, x: Tensor, form: Tensor) -> Tensor:
    return torch.ops.mkldnn._convolution_pointwise(
        x, form, _bias(layer, x), layer.padding, layer.stride, layer.dilation, layer.groups, "none", [], ""
    )


@cache
def can_pack(kind: torch.dtype) -> bool:
    """Whether this torch has operators on packed weights, which are not promised, and oneDNN the number type here."""
    if not torch.backends.mkldnn.is_available() or not hasattr(torch._C._nn, "mkldnn_reorder_conv2d_weight"):
        return False
    known = {torch.float16: "_is_mkldnn_fp16_supported", torch.bfloat16: "_is_mkldnn_bf16_supported"}
    operators = torch.ops.mkldnn
    return hasattr(operators, "_convolution_pointwise") and getattr(operators, known[kind])()


PACKED = Fast(
    suits=_packable,
    compute=_over_packed,
    make=_packed,
    key=lambda x: (tuple(x.shape), x.is_contiguous(memory_format=torch.channels_last)),
)
METHODS: Mapping[Method, Sequence[Fast]] = {
    # the first that suits is taken
    Method.PLAIN: (),
    Method.WINOGRAD: (
        Fast(
            suits=_many_tiles,
            compute=lambda layer, x, form: winograd.convolved(x, form, layer.bias),
            make=lambda layer, x, weight, place: winograd.transformed(
                weight, place((winograd.WINDOW**2, *weight.shape[:2]), torch.float32)
            ),
            growth=winograd.WINDOW**2 // 9,
        ),
        Fast(suits=_few_places, compute=lambda layer, x, weight: products.convolved(layer, x, weight)),
    ),
    Method.PACKED: (PACKED,),
    Method.WINOGRAD_PACKED: (
        Fast(
            suits=_many_tiles_last,
            compute=lambda layer, x, form: winograd_last.convolved(x, form, _bias(layer, x)),
            make=lambda layer, x, weight, place: winograd_last.transformed(
                weight, place((winograd_last.WINDOW**2, *weight.shape[:2]), x.dtype)
            ),
            growth=2,
        ),
        PACKED,
    ),
}


ROOM: Mapping[Method, int] = {
    Method.PLAIN: 0,
    Method.WINOGRAD: 288 * 2**20,
    Method.PACKED: 1280 * 2**20,
    Method.WINOGRAD_PACKED: 2560 * 2**20,
}
"""Bytes of forms worth keeping of a U-Net: for Winograd's method those of its finest level, four times the weights;
packed, all of Stable Diffusion's. An autoencoder is called once a picture, so its forms are made as they are wanted."""


def settle(module: nn.Module, route: Route, device: torch.device | str, kept: Kept) -> None:
    """Bring a network onto a route and a device, in place.

    kept  what its fast layers share
    """
    for _ in settling(module, route, device, kept):
        pass


def settling(module: nn.Module, route: Route, device: torch.device | str, kept: Kept) -> Iterator[int]:
    """The same, tensor by tensor: yields the bytes of each that is in its place."""
    for name, part in module.named_modules():
        by_the_first_its_type_is_told = name.rpartition(".")[2] == "conv_in"
        stored = _routed(part, route, kept) and route.stored and not by_the_first_its_type_is_told
        for tensors, wrap in ((part._parameters, _parameter), (part._buffers, lambda tensor: tensor)):
            for key, tensor in tensors.items():
                if tensor is not None:
                    kind = route.dtype if tensor.is_floating_point() and not stored else tensor.dtype
                    brought = tensor.to(device, kind)
                    tensors[key] = wrap(brought if stored else _laid(brought, route))
                    if tensors[key].data_ptr() != tensor.data_ptr():
                        let_go(tensor)
                    yield tensors[key].nbytes


def _routed(part: nn.Module, route: Route, kept: Kept) -> bool:
    """Whether it is a layer of ours now."""
    kind = next((ours for usual, ours in OURS.items() if isinstance(part, usual)), None)
    if kind is None or (kind is RoutedEmbedding and not route.stored):
        return False
    layer: Any = part
    layer.__class__, layer.computes = kind, route.dtype
    layer.fast, layer.kept = METHODS[route.method], kept
    return True


def _laid(tensor: Tensor, route: Route) -> Tensor:
    turned = route.channels_last and tensor.ndim == 4
    return tensor.contiguous(memory_format=torch.channels_last) if turned else tensor


def _parameter(tensor: Tensor) -> nn.Parameter:
    return nn.Parameter(tensor, requires_grad=False)
