"""A runner without networks: the same events, pictures told from the seed alone, as fast or slow as is wanted.

For tests of whatever stands on top of runners: command line, server, studio. It imports no torch.
"""

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from pentimento.infotext.made import Made
from pentimento.infotext.writing import write
from pentimento.jobs.control import Control
from pentimento.jobs.runner import Health, PreviewKind, Previews, Resident, Usage
from pentimento.pixels.codec import read_picture
from pentimento.pixels.enlarge import asked_size
from pentimento.pixels.fill import FILLS
from pentimento.pixels.fit import fitted
from pentimento.pixels.resize import stretched
from pentimento.pixels.view import image_of, mask_of
from pentimento.words.choices import MaskedContent
from pentimento.words.errors import MaskSizeError, PentimentoError, PictureError, UnknownModelError
from pentimento.words.events import Event, Finished, Loading, Painted, Preparing, Started, Stepped
from pentimento.words.images import Image, Mask, Picture, size_of
from pentimento.words.reports import BackgroundReport, Estimate, Forecast, MachineReport, MaskReport
from pentimento.words.request import Request, with_seeds
from pentimento.words.sizes import CELL, Box, Size
from pentimento.words.tasks import RETOUCHING, Task

SIDE = 512
MACHINE = MachineReport("fake", "float32", 1, 1)


@dataclass(eq=False)
class FakeRunner:
    """Runs requests without computing.

    step_seconds  how long a step takes; load_seconds, how long a checkpoint takes to load
    checkpoints   the names it knows; any, where there are none
    error         what every job ends with instead of its first picture
    stuck         the step, counted from 1, that never ends; 0: none
    """

    step_seconds: float = 0.0
    load_seconds: float = 0.0
    checkpoints: tuple[str, ...] = ()
    checkpoint_bytes: int = 2**30
    error: PentimentoError | None = None
    stuck: int = 0
    _loaded: str = ""
    _busy: bool = False

    def run(
        self,
        request: Request,
        files: Mapping[str, bytes],
        control: Control | None = None,
        *,
        task: Task = Task.PAINT,
        previews: Previews | None = None,
    ) -> Iterator[Event]:
        """As `Runner.run`."""
        control, previews = control or Control(), previews or Previews()
        self._busy = True
        try:
            if task is Task.UNLOAD:
                self._loaded = ""
                yield Finished(None)
                return
            if task in RETOUCHING:
                yield from _Scene.of(with_seeds(request), files).retouched(task)
                return
            yield from self._load(request.checkpoint, control)
            if task is Task.LOAD:
                yield Finished(None)
                return
            yield Preparing("reading the pictures")
            scene = _Scene.of(with_seeds(request), files)
            yield from scene.states() if task is Task.START_STATES else self._paint(scene, control, previews)
        finally:
            self._busy = False

    def forecast(self, request: Request, files: Mapping[str, bytes]) -> Forecast:
        """As `Runner.forecast`; it warns of nothing."""
        scene = _Scene.of(request, files)
        report = None if scene.mask is None else scene.report(scene.mask)
        return Forecast(scene.size, request.steps, report, (), self._expected(request))

    def health(self) -> Health:
        resident = (Resident(self._loaded, self.checkpoint_bytes),) if self._loaded else ()
        return Health(True, "fake", self._busy, os.getpid(), resident=resident, usage=Usage(2**34, 2**33, 2**30, 2**32))

    def close(self) -> None:
        self._loaded = ""

    def _expected(self, request: Request) -> Estimate:
        return Estimate(self.checkpoint_bytes, request.steps * request.batch_count * self.step_seconds)

    def _load(self, name: str, control: Control) -> Iterator[Event]:
        if self.checkpoints and name not in self.checkpoints:
            raise UnknownModelError(f"no checkpoint is called {name!r}", f"There are: {', '.join(self.checkpoints)}.")
        if name == self._loaded:
            return
        self._loaded = ""
        for part in range(11):
            yield Loading(name, self.checkpoint_bytes * part // 10, self.checkpoint_bytes)
            if control.cancelled:
                return
            time.sleep(self.load_seconds / 10)
        self._loaded = name

    def _paint(self, scene: "_Scene", control: Control, previews: Previews) -> Iterator[Event]:
        request = scene.request
        count = request.batch_size * request.batch_count
        yield Started(count, request.batch_count, request.steps, scene.size, expected=self._expected(request))
        for batch in range(1, request.batch_count + 1):
            if control.stopping:
                break
            first = (batch - 1) * request.batch_size
            for step in range(1, request.steps + 1):
                time.sleep(self.step_seconds)
                while step == self.stuck and not control.cancelled:
                    time.sleep(self.step_seconds)
                shown = range(first, first + request.batch_size) if previews.wanted(step) else ()
                seen = tuple(scene.preview(number, step, previews.kind) for number in shown)
                yield Stepped(batch, step, float(request.steps - step), previews=seen)
                if control.cancelled:
                    return
                if control.ends(batch):
                    break
            if self.error is not None:
                raise self.error
            for number in range(first, first + request.batch_size):
                yield replace(scene.painted(number), complete=not control.ends(batch))
        yield Finished(MACHINE)


@dataclass(frozen=True, eq=False)
class _Scene:
    """What a job is about: its pictures read, its mask checked."""

    request: Request
    pictures: tuple[Picture, ...]
    mask: Mask | None

    @classmethod
    def of(cls, request: Request, files: Mapping[str, bytes]) -> "_Scene":
        pictures = tuple(read_picture(files[name]) for name in request.images)
        if request.mask is None:
            return cls(request, pictures, None)
        mask = read_picture(files[request.mask])
        if request.resize_mask:
            mask = fitted(mask, pictures[0].size)
        if mask.size != pictures[0].size:
            raise MaskSizeError(pictures[0].size, mask.size)
        return cls(request, pictures, mask_of(mask, round=request.mask_round))

    @property
    def size(self) -> Size:
        """The working size."""
        own = self.pictures[0].size if self.pictures else Size(SIDE, SIDE)
        return Size(self.request.width or own.width, self.request.height or own.height).rounded()

    def painted(self, number: int) -> Painted:
        seed = self.request.seed + number
        made = Made(seed=seed, variation_seed=0, size=self.size, model=self.request.checkpoint, model_hash="0" * 10)
        kept = None if self.mask is None else int((self.mask == 0).sum()) * 3
        return Painted(
            number,
            seed,
            0,
            self._picture(number),
            write(self.request, made),
            None if self.mask is None else self.report(self.mask),
            None if kept is None else BackgroundReport(0, kept),
        )

    def preview(self, number: int, step: int, kind: PreviewKind) -> Image:
        """The picture to be, darker the earlier the step."""
        size = self.size.cells if kind is PreviewKind.LINEAR else self.size
        seen = stretched(image_of(self._picture(number)), size)
        return (seen * (step / self.request.steps)).astype(np.uint8)

    def states(self) -> Iterator[Event]:
        yield Started(len(MaskedContent), 1, 0, self.size)
        for number, content in enumerate(MaskedContent):
            yield replace(self.painted(number), label=str(content), parameters="")
        yield Finished(MACHINE)

    def retouched(self, task: Task) -> Iterator[Event]:
        """Enlarged by Lanczos, or erased by the first fill, whatever network is named."""
        if not self.pictures or (task is Task.ERASE and self.mask is None):
            raise PictureError(f"{task} needs a picture" + " and a mask" * (task is Task.ERASE), "Send it.")
        before, seen = self.pictures[0], image_of(self.pictures[0])
        made = stretched(seen, asked_size(self.request, before.size))
        if self.mask is not None and task is Task.ERASE:
            made = next(iter(FILLS.values()))(seen, self.mask)
        yield Started(1, 1, 1, size_of(made))
        yield Stepped(1, 1, 0.0)
        yield Painted(0, self.request.seed, 0, replace(before, samples=made), "", None, None)
        yield Finished(MACHINE)

    def _picture(self, number: int) -> Picture:
        """Coloured bands that only the seed decides; under a mask, the picture itself with bands in the hole."""
        if not self.pictures:
            return Picture(bands(self.request.seed + number, self.size))
        before = self.pictures[min(number % self.request.batch_size, len(self.pictures) - 1)]
        made = bands(self.request.seed + number, before.size)
        if self.mask is not None:
            made = np.where(self.mask[..., None] > 0, made, image_of(before))
        return replace(before, samples=made, text={})

    def report(self, mask: Mask) -> MaskReport:
        height, width = mask.shape
        edges = {"left": mask[:, 0], "top": mask[0], "right": mask[:, -1], "bottom": mask[-1]}
        touched = tuple(side for side, edge in edges.items() if edge.any())
        return MaskReport(float((mask > 0).mean()), Box(0, 0, width, height), self.size, touched)


def bands(seed: int, size: Size) -> Image:
    """H × W × 3: three colours of the seed's own, in bands of a latent cell's height."""
    colours = np.random.default_rng(seed).integers(0, 256, (3, 3), np.uint8)
    rows = colours[np.arange(size.height) // CELL % 3]
    return np.ascontiguousarray(np.broadcast_to(rows[:, None], (size.height, size.width, 3)))
