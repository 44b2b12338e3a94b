"""Which route is fastest here? Told by a piece of a network, computed along each."""

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from diffusers.models.activations import GEGLU
from torch import Tensor, nn

from pentimento.nets.kept import Kept
from pentimento.nets.layers import ROOM, can_pack, settle
from pentimento.nets.route import Method, Route

TYPES = (torch.float32, torch.float16, torch.bfloat16)
"""The finer ones first: between equals the first is taken."""
CHANNELS, SIDE, SMALL_SIDE, ROUNDS = 320, 32, 16, 3
FAR = 1.5
"""A number type that takes so many times as long on a small picture, as imitated ones do, is not tried on a larger."""
MARGIN = 0.95
"""A route has to take less than this share of an earlier one's time to be preferred to it."""


class _Piece(nn.Module):
    """What a U-Net is made of, each about as much of its work: convolutions, their norms, attention, a feed-forward."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(32, CHANNELS)
        self.first = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1)
        self.second = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1)
        self.project = nn.Linear(CHANNELS, CHANNELS)
        self.forth, self.back = GEGLU(CHANNELS, 4 * CHANNELS), nn.Linear(4 * CHANNELS, CHANNELS)

    def forward(self, x: Tensor) -> Tensor:
        for conv in (self.first, self.second):
            x = conv(nn.functional.silu(self.norm(x)))
        tokens = self.project(x.flatten(2).transpose(1, 2))
        heads = tokens.unflatten(2, (8, -1)).transpose(1, 2)
        seen = nn.functional.scaled_dot_product_attention(heads, heads, heads)
        return self.back(self.forth(seen.transpose(1, 2).flatten(2)))


def candidates(dtype: torch.dtype, device: torch.device) -> Iterator[Route]:
    """The routes worth trying in a number type, the most promising first.

    float32 keeps planes, since its group norm is inexact on other layouts.
    """
    if dtype is torch.float32:
        yield Route(dtype, method=Method.WINOGRAD, stored=True)
        yield Route(dtype, stored=True)
        return
    if device.type == "cpu" and can_pack(dtype):
        if dtype is torch.bfloat16:
            yield Route(dtype, channels_last=True, method=Method.WINOGRAD_PACKED, stored=True)
        yield Route(dtype, channels_last=True, method=Method.PACKED)
    yield Route(dtype, channels_last=True)


def fastest(device: torch.device) -> Route:
    """The route to take on a device; a few seconds' work, by one thread: several also wait for neighbours."""
    with _one_thread():
        first = seconds([next(candidates(dtype, device)) for dtype in TYPES], device, SMALL_SIDE)
        near = [route.dtype for route, took in first.items() if took <= FAR * min(first.values())]
        return _first_of_the_fast(seconds([one for dtype in near for one in candidates(dtype, device)], device, SIDE))


@contextmanager
def _one_thread() -> Generator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@torch.inference_mode()
def seconds(routes: Sequence[Route], device: torch.device, side: int) -> dict[Route, float]:
    """The best of some rounds over the piece along each route, in turns, after one that is not counted."""
    works = {route: _work(route, device, side) for route in routes}
    rounds = [{route: _timed(work, device) for route, work in works.items()} for _ in range(1 + ROUNDS)]
    return {route: min(took[route] for took in rounds[1:]) for route in routes}


def _work(route: Route, device: torch.device, side: int) -> Callable[[], object]:
    """One call of the piece, whose weights come from a file of float16."""
    piece = _Piece().eval().half()
    settle(piece, route, device, Kept(ROOM[route.method]))
    x = torch.randn(1, CHANNELS, side, side, device=device, dtype=route.dtype)
    x = x.contiguous(memory_format=torch.channels_last) if route.channels_last else x
    return lambda: piece(x)


def _timed(work: Callable[[], object], device: torch.device) -> float:
    """The processor's own seconds, where neighbours would only be measured else."""
    clock = time.process_time if device.type == "cpu" else time.perf_counter
    begun = clock()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return clock() - begun


def _first_of_the_fast(took: Mapping[Route, float]) -> Route:
    best, *rest = took
    for route in rest:
        if took[route] < took[best] * MARGIN:
            best = route
    return best
