"""Which route is fastest here? Told by a piece of a network, computed along each."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from pentimento.nets.kept import Kept
from pentimento.nets.layers import ROOM, can_pack, settle
from pentimento.nets.route import Method, Route

TYPES = (torch.float32, torch.float16, torch.bfloat16)
"""The finer ones first: between equals the first is taken."""
CHANNELS, SIDE, SMALL_SIDE = 320, 32, 16
MARGIN = 0.95
"""A route has to take less than this share of an earlier one's time to be preferred to it."""


class _Piece(nn.Module):
    """What a U-Net is made of: two convolutions, their norms, and attention."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(32, CHANNELS)
        self.first = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1)
        self.second = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1)
        self.project = nn.Linear(CHANNELS, CHANNELS)

    def forward(self, x: Tensor) -> Tensor:
        for conv in (self.first, self.second):
            x = conv(nn.functional.silu(self.norm(x)))
        tokens = self.project(x.flatten(2).transpose(1, 2))
        heads = tokens.unflatten(2, (8, -1)).transpose(1, 2)
        return nn.functional.scaled_dot_product_attention(heads, heads, heads)


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
    """The route to take on a device; a second's work, by one thread: several also wait for neighbours."""
    best_guesses = [next(candidates(dtype, device)) for dtype in TYPES]
    with _one_thread():
        dtype = _first_of_the_fast(best_guesses, lambda route: seconds(route, device, SMALL_SIDE, rounds=2)).dtype
        return _first_of_the_fast(list(candidates(dtype, device)), lambda route: seconds(route, device, SIDE, rounds=5))


@contextmanager
def _one_thread() -> Generator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@torch.inference_mode()
def seconds(route: Route, device: torch.device, side: int, rounds: int) -> float:
    """The best of some rounds over the piece, after one that is not counted."""
    piece = _Piece().eval()
    settle(piece, route, device, Kept(ROOM[route.method]))
    x = torch.randn(1, CHANNELS, side, side, device=device, dtype=route.dtype)
    x = x.contiguous(memory_format=torch.channels_last) if route.channels_last else x
    piece(x)
    return min(_timed(lambda: piece(x), device) for _ in range(rounds))


def _timed(work: Callable[[], object], device: torch.device) -> float:
    """The processor's own seconds, where neighbours would only be measured else."""
    clock = time.process_time if device.type == "cpu" else time.perf_counter
    begun = clock()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return clock() - begun


def _first_of_the_fast(routes: Sequence[Route], took: Callable[[Route], float]) -> Route:
    best, shortest = routes[0], took(routes[0])
    for route in routes[1:]:
        if (time_taken := took(route)) < shortest * MARGIN:
            best, shortest = route, time_taken
    return best
