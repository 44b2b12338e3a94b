"""Networks in memory, checkpoints and those from picture to picture: several, as long as there is room.

The one not used for longest goes first.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import torch

from pentimento.checkpoint.forecast import needed_bytes, placed_bytes
from pentimento.checkpoint.hashes import hashing, short_hash
from pentimento.checkpoint.inpainting import parents_of
from pentimento.checkpoint.library import Library, ModelFile
from pentimento.checkpoint.memory import remembered
from pentimento.checkpoint.open import Opened, opening, opening_made_inpainting
from pentimento.checkpoint.pictures import HeldNet, PictureNets
from pentimento.checkpoint.stamps import Stamp, stamps
from pentimento.engine.preview import Linear, fitted
from pentimento.jobs.runner import Resident
from pentimento.nets.remembered import Memory
from pentimento.nets.route import Method, Route
from pentimento.runners.usage import give_back, own_bytes, room_of
from pentimento.words.errors import MemoryShortError, RequestError
from pentimento.words.events import Loading
from pentimento.words.reports import in_bytes
from pentimento.words.request import Request

SHARE = 0.5
"""Of the device's memory, what all may take together when nothing else is said."""
SPARE = 2**29
"""Bytes left free beside a checkpoint, to work with."""
PARTS = 50
"""How often it is told how far loading is."""

Result = TypeVar("Result")


@dataclass(eq=False)
class Loaded:
    """A checkpoint in memory, the files it came from and their short hashes, and what it computed lately.

    stamps  of every file that it came from, as they were when it was read
    size    bytes it takes at most
    note    why it is not kept as was asked for; empty if it is
    used    when it was used last
    """

    file: ModelFile
    hash: str
    vae: Path | None
    vae_hash: str | None
    stamps: tuple[tuple[Stamp, ...], ...]
    opened: Opened
    size: int
    note: str = ""
    memory: Memory = field(default_factory=Memory)
    used: float = field(default_factory=perf_counter)
    _linear: Linear | None = None

    @property
    def linear(self) -> Linear:
        """Its map for previews, fitted when it is asked for the first time ever: that takes as long as some steps."""
        if self._linear is None:
            text = remembered(self.vae or self.file.path, "preview", lambda: str(fitted(self.opened.networks.vae)))
            self._linear = Linear.of(text)
        return self._linear


@dataclass(frozen=True)
class _Wanted:
    """The files that a request's checkpoint is made of."""

    file: ModelFile
    vae: Path | None
    made_from: tuple[Path, ...]

    @property
    def stamps(self) -> tuple[tuple[Stamp, ...], ...]:
        return tuple(stamps(path) for path in (self.file.path, self.vae, *self.made_from))


class Residents:
    """The networks of one device. What a job uses stays until the next begins: to let it go would free nothing.

    budget  bytes they may take together; one alone may take more where that is free
    kept    checkpoints, the one used last at the end
    nets    upscalers, erasers, and what restores faces
    """

    def __init__(self, library: Library, device: torch.device, route: Route, budget: int | None = None) -> None:
        self.library, self.device, self.route = library, device, route
        self.budget = budget if budget is not None else int(room_of(device).total * SHARE)
        self.kept: list[Loaded] = []
        self.nets = PictureNets(device, self._make_room)
        self._begun = 0.0
        self._empty = own_bytes(device)

    def begin(self) -> None:
        """A job begins."""
        self._begun = perf_counter()

    def loading(self, request: Request) -> Generator[Loading, None, Loaded]:
        """The request's checkpoint with its VAE, read again if a file has changed; yields how far that is.

        raises  ModelFileError and its kinds; MemoryShortError where there is no room for it
        """
        wanted = self._wanted(request)
        read = wanted.stamps
        known = next((one for one in self.kept if one.stamps == read), None)
        if known is None:
            self.kept = [one for one in self.kept if self._is_in_use(one) or one.file.path != wanted.file.path]
            known = yield from self._load(wanted, read)
        known.used = perf_counter()
        self.kept = [*(one for one in self.kept if one is not known), known]
        return known

    def room(self, size: int) -> int:
        """Let those go that the job does not use until so many bytes are free beside the networks that stay, as far
        as that helps; what is free then. What of the networks was not touched yet is still to come."""
        while (free := room_of(self.device).free - max(0, self._taken - self._held)) < size and self._let_go():
            pass
        return free

    def foreseen_room(self, weights: int) -> int:
        """What will be free for a job whose checkpoints take so many bytes, when all else has been let go."""
        return room_of(self.device).free + self._held - weights

    def unload(self) -> None:
        """Let all of them go, and give their memory back."""
        self.kept = []
        self.nets.unload()
        give_back(self.device)

    @property
    def listed(self) -> tuple[Resident, ...]:
        """The one used last first."""
        return tuple(Resident(one.file.name, one.size) for one in reversed(self.kept))

    def _load(self, wanted: _Wanted, read: tuple[tuple[Stamp, ...], ...]) -> Generator[Loading, None, Loaded]:
        route, note = self._room_for(wanted)
        paths = [path for path in (wanted.file.weights, wanted.vae) if path]
        placed = placed_bytes(wanted.file.path, wanted.vae, route)
        total = sum(path.stat().st_size for path in paths) + placed
        told = _Told(wanted.file.name, total)
        hashes = []
        for path in paths:
            hashes.append(short_hash((yield from told.of(hashing(path)))))
        opened = yield from told.of(self._opening(wanted, route))
        yield told.all
        return Loaded(wanted.file, hashes[0], wanted.vae, hashes[1] if wanted.vae else None, read, opened, placed, note)

    def _opening(self, wanted: _Wanted, route: Route) -> Generator[int, None, Opened]:
        if wanted.made_from:
            parents = parents_of(wanted.file.path, *wanted.made_from)
            return opening_made_inpainting(parents, vae=wanted.vae, device=self.device, route=route)
        return opening(wanted.file.path, vae=wanted.vae, device=self.device, route=route)

    def _room_for(self, wanted: _Wanted) -> tuple[Route, str]:
        """The route it will be kept on: the usual one, or one that takes less, and why. Others go where they have to.

        Raises MemoryShortError where even the smallest is too large.
        """
        routes = [self.route, *_smaller(self.route, self.device)]
        sizes = [needed_bytes(wanted.file.path, wanted.vae, route) for route in routes]
        free = self._make_room(sizes[0])
        fitting = [(route, size) for route, size in zip(routes, sizes, strict=True) if size <= free]
        if not fitting:
            raise MemoryShortError(
                f"{wanted.file.name} takes {in_bytes(min(sizes))} of memory, and {in_bytes(max(free, 0))} are free",
                "Close other programs, or unload other checkpoints.",
            )
        route, size = fitting[0]
        if route is self.route:
            return route, ""
        short = (
            f"{wanted.file.name} takes {in_bytes(sizes[0])} of memory in {self.route}, and {in_bytes(free)} are free"
        )
        return route, f"{short}: it is kept as {route}, which takes {in_bytes(size)}"

    def _make_room(self, size: int) -> int:
        """Let others go until so many bytes are within the budget and free, as far as that helps; what is free then."""
        while self._taken + size > self.budget and self._let_go():
            pass
        while (free := room_of(self.device).free - SPARE) < size and self._let_go():
            pass
        return free

    @property
    def _held(self) -> int:
        """Bytes of this process that were not there before the first network."""
        return max(0, own_bytes(self.device) - self._empty)

    @property
    def _taken(self) -> int:
        return sum(one.size for one in (*self.kept, *self.nets.kept))

    def _is_in_use(self, one: Loaded | HeldNet) -> bool:
        return one.used >= self._begun

    def _let_go(self) -> bool:
        """Let the one go that was not used for longest; whether there was one to let go."""
        idle = [one for one in (*self.kept, *self.nets.kept) if not self._is_in_use(one)]
        if not idle:
            return False
        oldest = min(idle, key=lambda one: one.used)
        self.kept = [one for one in self.kept if one is not oldest]
        self.nets.kept = [one for one in self.nets.kept if one is not oldest]
        del oldest, idle
        give_back(self.device)
        return True

    def _wanted(self, request: Request) -> _Wanted:
        file = self.library.checkpoint(request.checkpoint, paths=True)
        vae = self.library.vae(request.vae, file.path, paths=True, by_prefix=request.switches.vae_by_prefix)
        names = [name.strip() for name in request.make_inpainting.split(",") if name.strip()]
        if len(names) not in (0, 2):
            raise RequestError(
                f"make_inpainting is {request.make_inpainting!r}: {len(names)} names where two belong",
                "Give an inpainting checkpoint and the base, such as sd-v1-5-inpainting,v1-5-pruned-emaonly.",
            )
        return _Wanted(file, vae, tuple(self.library.checkpoint(name, paths=True).path for name in names))


class _Told:
    """Bytes counted up, and told of now and then."""

    def __init__(self, name: str, total: int) -> None:
        self.name, self.total = name, total
        self.done, self.due = 0, 0

    def of(self, work: Generator[int, None, Result]) -> Generator[Loading, None, Result]:
        """Do work that yields bytes; yields how far all is, returns what it returns."""
        while True:
            try:
                self.done += next(work)
            except StopIteration as end:
                return end.value
            if self.done >= self.due:
                yield Loading(self.name, min(self.done, self.total), self.total)
                self.due = self.done + self.total // PARTS

    @property
    def all(self) -> Loading:
        return Loading(self.name, self.total, self.total)


def _smaller(route: Route, device: torch.device) -> Iterator[Route]:
    """Routes that take less memory, the better ones first."""
    if route.method is Method.WINOGRAD_PACKED:
        yield from (replace(route, method=method, stored=False) for method in (Method.PACKED, Method.PLAIN))
    if not route.stored:
        yield replace(route, stored=True)
    if route.dtype.itemsize > 2:
        yield Route(torch.float16 if device.type == "cuda" else torch.bfloat16)
