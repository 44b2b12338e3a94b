"""The way of one job: pixels → latents → steps → latents → pixels."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeAlias

import numpy as np
import torch
from torch import Tensor

from pentimento.checkpoint.open import Opened
from pentimento.diffusion.noise import NoiseStreams, Variation, resolve_seeds
from pentimento.engine import soft
from pentimento.engine.advice import advice
from pentimento.engine.canvas import Canvas, background_report, canvas_of, prepared_mask
from pentimento.engine.conditioning import Conditioning, condition
from pentimento.engine.detail import ByCheckpoint, Paints, detail_passes
from pentimento.engine.estimate import WHOLE, Pieces, costs_of, estimate, pass_of, speed_of
from pentimento.engine.faces import ByNetwork, Faces, Restoring, Treatment
from pentimento.engine.faces import Step as FaceStep
from pentimento.engine.fast import SHORTCUTS
from pentimento.engine.guidance import Guidance
from pentimento.engine.hires import Second, SecondPass
from pentimento.engine.memory import Sparing
from pentimento.engine.room import Room, fit, plenty
from pentimento.engine.sampling import Plan, guide, plan, sample
from pentimento.engine.start import Start, Starts
from pentimento.engine.webuifaces import AsWebui
from pentimento.nets.cross import text_read_once
from pentimento.nets.pages import all_let_go
from pentimento.nets.partial import LIMIT
from pentimento.nets.precision import Precision, steady
from pentimento.nets.spandrel import PictureNet
from pentimento.pixels.color import corrected
from pentimento.pixels.faces.find import Detector
from pentimento.pixels.fill import Fill, fill
from pentimento.pixels.resize import Stretch, stretched
from pentimento.pixels.view import image_of
from pentimento.words.images import Image, Mask, Picture, size_of
from pentimento.words.latents import Latents, Step
from pentimento.words.reports import BackgroundReport, Estimate, FacesReport, MaskReport
from pentimento.words.request import Request
from pentimento.words.sizes import Size


@dataclass(frozen=True)
class Ready:
    """Everything is prepared: how many batches of how many steps will run at which size, and which size is recorded."""

    batches: int
    steps: int
    working: Size
    recorded: Size
    mask_dropped: bool
    conditioning: Conditioning
    warnings: tuple[str, ...]
    expected: Estimate
    pieces: Pieces = WHOLE


@dataclass(frozen=True, eq=False)
class Progress:
    """One step of one batch is done; batches count from 0."""

    batch: int
    step: Step


@dataclass(frozen=True, eq=False)
class Candidate:
    """A finished picture, the number it has in the job, its seeds, and what happened on the way."""

    number: int
    seed: int
    variation_seed: int
    picture: Picture
    mask: MaskReport | None
    background: BackgroundReport | None
    negative_skipped: bool
    prompts_padded: bool
    complete: bool = True
    faces: FacesReport | None = None
    unrestored: Picture | None = None


@dataclass(frozen=True)
class Done:
    """All is painted; what turned out on the way that a person should know."""

    warnings: tuple[str, ...]


Happening: TypeAlias = Ready | Progress | Restoring | Candidate | Done


class Restorer(NamedTuple):
    """What faces are restored with.

    net       a network that restores them; None: the checkpoint repaints them
    detector  a better one than the cascades, if there is one
    parser    tells what belongs to a face, where webui's habits are kept
    painted   what they are repainted with, if not as the picture
    """

    net: PictureNet | None = None
    detector: Detector | None = None
    painted: Second | None = None
    parser: PictureNet | None = None


Ended: TypeAlias = Callable[[int], bool]
"""Batch, counted from 0 → whether it is to end early."""


def paint(
    request: Request,
    prompts: tuple[str, str],
    pictures: Sequence[Picture],
    mask: Picture | None,
    opened: Opened,
    embeddings: Mapping[str, Tensor],
    second: Second | None = None,
    ended: Ended = lambda batch: False,
    restorer: Restorer | None = None,
    fill: Fill = fill,
    spare: int = LIMIT,
    room: Room = plenty,
    stretch: Stretch = stretched,
) -> Iterator[Happening]:
    """Run a request; seeds are resolved and the networks its prompt names are in force.

    prompts     prompt and negative prompt, without comments and network tags
    pictures    the request's images, in order
    embeddings  (k, width) vectors of each textual inversion at hand, by name
    second      what the second pass is painted with, if not the same
    ended       asked after every step: whether a batch ends with its pictures as they are, and before it: is left out
    restorer    what faces are restored with; None: they stay
    fill        how the hole is filled where masked content wants it filled
    spare       bytes that may be taken to be faster, where `fast` asks for it
    room        what is asked for memory beside the networks
    stretch     brings pictures to the size they are worked on at
    raises      PictureError, PromptError, RequestError; MemoryShortError where even in the smallest pieces it takes
                more than is free; ComputeError where numbers overflow in float32 too
    """
    second = second or Second(prompts)
    with ExitStack() as stack:
        first = stack.enter_context(_guarded(opened))
        other = stack.enter_context(_guarded(second.opened)) if second.opened else first
        for networks in {opened.networks, (second.opened or opened).networks}:
            stack.enter_context(SHORTCUTS[request.fast].merging(networks))
            stack.enter_context(text_read_once(networks))
        more = (second, other, ended, restorer, fill, spare, room, stretch)
        happenings = _painted(request, prompts, pictures, mask, first, embeddings, *more)
        for happening in happenings:
            if isinstance(happening, Ready):
                for sparing in (first.sparing, other.sparing):
                    sparing.expected = happening.expected
                    sparing.rows, sparing.strip = happening.pieces
            yield happening
        yield Done(tuple(dict.fromkeys((*first.said, *other.said))))


@dataclass(frozen=True, eq=False)
class Guarded(Opened):
    """A checkpoint whose networks go on where memory runs out or numbers overflow."""

    sparing: Sparing
    precisions: Sequence[Precision]

    @property
    def said(self) -> tuple[str, ...]:
        """What happened, for the report."""
        return tuple(note for source in (*self.precisions, self.sparing) for note in source.said)


@contextmanager
def _guarded(opened: Opened) -> Generator[Guarded]:
    sparing = Sparing(opened.networks)
    with steady(sparing.spared) as (networks, precisions):
        yield Guarded(opened.facts, networks, sparing, precisions)


def _painted(
    request: Request,
    prompts: tuple[str, str],
    pictures: Sequence[Picture],
    mask: Picture | None,
    opened: Opened,
    embeddings: Mapping[str, Tensor],
    second: Second,
    other: Opened,
    ended: Ended,
    restorer: Restorer | None,
    fill: Fill,
    spare: int = LIMIT,
    room: Room = plenty,
    stretch: Stretch = stretched,
) -> Iterator[Happening]:
    """`paint` with checkpoints that are guarded; the second pass's last."""
    networks = opened.networks
    canvas = canvas_of(request, pictures, mask, opened.facts.native_side, stretch)
    planned = plan(request, opened.facts)
    conditioning = condition(*prompts, planned.text_steps, request, networks.text, embeddings)

    again = None
    if request.hires:
        again = SecondPass(request, canvas, second, planned.text_steps, networks.vae, other, embeddings)

    count = request.batch_size * request.batch_count
    seeds, subseeds = resolve_seeds(request.seed, request.variation_seed, request.variation_strength, count)
    batches = _batches(request, planned, count)
    untouched = idle(request, canvas)
    warnings = canvas.warnings if untouched else tuple(advice(request, planned, canvas, opened.facts))
    dropped = mask is not None and canvas.mask is None
    steps = 0 if untouched else planned.steps + (again.steps if again else 0)
    between = count if again and again.through_pixels else 0
    how = {"calls": planned.calls, "encoded": len(pictures), "decoded": between if again else count}
    passes = [] if untouched else [pass_of(request, opened, conditioning, canvas.size, batches, **how)]
    if again:
        how = {"calls": again.calls, "encoded": between, "decoded": count}
        passes.append(pass_of(again.request, other, again.conditioning, again.size, batches, **how))
    if restorer:
        passes += detail_passes(request, pictures, mask, opened, conditioning, restorer.detector)
    weights = sum(costs_of(one).weights for one in {networks, other.networks})
    pieces, notes = fit(passes, room, wraps=request.tiling)
    speed = speed_of(networks.device, networks.dtype)
    expected = estimate(passes, weights=weights, speed=speed, pieces=pieces)
    warnings += notes
    size = canvas.size
    yield Ready(len(batches), steps, size, canvas.recorded, dropped, conditioning, warnings, expected, pieces)

    starts = Starts(request, canvas, networks, seeds, fill)
    shared = len(batches) > 1 and pieces.rows is None
    unet = SHORTCUTS[request.fast].partial(networks.unet, starts, spare) if shared else networks.unet
    prepared = None if mask is None else prepared_mask(request, mask)

    def candidate(at: int, mended: Mended, guidance: Guidance | None = None, complete: bool = True) -> Candidate:
        picture = mended.picture
        return Candidate(
            number=at,
            seed=seeds[at],
            variation_seed=subseeds[at],
            picture=picture,
            mask=canvas.report,
            background=_background(pictures[starts.index(at)], prepared, picture) if prepared is not None else None,
            negative_skipped=guidance is not None and guidance.skipped,
            prompts_padded=guidance is not None and guidance.padded,
            complete=complete,
            faces=mended.faces,
            unrestored=mended.unrestored,
        )

    def faces_of(at: int) -> Faces | None:
        if restorer is None:
            return None
        painted = restorer.painted or Second(prompts)
        paints = partial(_face, painted, opened, embeddings)
        return Faces(
            _treatment(request, restorer, seeds[at], opened.facts.native_side, paints),
            restorer.detector,
            judged=not request.switches.every_face,
        )

    if untouched:
        for at in range(count):
            picture = _untouched(canvas, pictures, starts.index(at))
            yield candidate(at, (yield from _mended(request, faces_of(at), picture, prepared)))
        return
    for number, batch in enumerate(batches):
        over = partial(ended, number)
        if over():
            continue
        start = starts.of(batch)
        streams = _streams(request, canvas.size, networks.device, seeds[batch], subseeds[batch])
        guidance = guide(planned, start, unet, conditioning)
        latents = yield from _watched(number, sample(planned, start, streams, guidance, over))
        if again and not over():
            start = again.start(latents, seeds[batch], partial(pixels_of, truncate=request.switches.truncate_pixels))
            streams = _streams(request, again.size, networks.device, seeds[batch], subseeds[batch])
            guidance = again.guidance(start)
            latents = yield from _watched(number, again.run(start, streams, guidance, over), planned.steps)
        for done in {networks, other.networks}:
            all_let_go(done.unet.module)  # decoding takes room of its own
        complete, changes = not over(), _changes(request, start, latents)
        for k, row in enumerate(latents):
            at = batch.start + k
            index = starts.index(at)
            worked = pixels_of(other.networks.vae.decode(row[None]), truncate=request.switches.truncate_pixels)

            def finished(
                worked: Image, index: int = index, change: Mask | None = changes[k] if changes else None
            ) -> Picture:
                return canvas.way_back(index, _recoloured(request, canvas, starts, index, worked), change)

            faces = faces_of(at) if complete else None
            if request.switches.every_face:
                first = yield from _mended(request, faces, Picture(worked), None)
                mended = first.through(finished)
            else:
                mended = yield from _mended(request, faces, finished(worked), prepared)
            yield candidate(at, mended, guidance, complete)


class Mended(NamedTuple):
    """A picture, what became of its faces, and what it was before; None where none were looked for or none changed."""

    picture: Picture
    faces: FacesReport | None = None
    unrestored: Picture | None = None

    def through(self, finished: Callable[[Image], Picture]) -> "Mended":
        """The same, both pictures taken the rest of their way."""
        before = None if self.unrestored is None else finished(image_of(self.unrestored))
        return Mended(finished(image_of(self.picture)), self.faces, before)


def _mended(
    request: Request, faces: Faces | None, picture: Picture, mask: Mask | None
) -> Generator[Restoring, None, Mended]:
    if faces is None:
        return Mended(picture)
    fitting = mask if mask is not None and size_of(mask) == picture.size else None
    restored, report = yield from faces.restored(picture, fitting, request.background_color)
    return Mended(restored, report, picture if report.restored else None)


def _treatment(request: Request, restorer: Restorer, seed: int, native: int, paints: Paints) -> Treatment:
    if restorer.net is None:
        return ByCheckpoint(request, seed, native, paints)
    if request.switches.every_face:
        return AsWebui(restorer.net, restorer.parser, request.face_weight)
    return ByNetwork(restorer.net, request.face_weight, background=request.background_color)


def _face(
    painted: Second,
    opened: Opened,
    embeddings: Mapping[str, Tensor],
    request: Request,
    picture: Picture,
    mask: Picture,
) -> Generator[FaceStep, None, Picture]:
    """A face's own request, painted; its prompt's networks are in force meanwhile."""
    made, steps = picture, 0
    with painted.networks():
        second = Second(painted.texts)
        never: Ended = lambda batch: False  # noqa: E731
        for happening in _painted(
            request, painted.texts, [picture], mask, opened, embeddings, second, opened, never, None, fill
        ):
            match happening:
                case Ready():
                    steps = happening.steps
                case Progress():
                    yield happening.step.number + 1, steps
                case Candidate():
                    made = happening.picture
    return made


def idle(request: Request, canvas: Canvas) -> bool:
    """Nothing is to be changed: strength 0, or nothing is masked."""
    if request.switches.run_idle or not canvas.images:
        return False
    return request.denoising_strength == 0 or (canvas.report is not None and canvas.report.coverage == 0)


def _untouched(canvas: Canvas, pictures: Sequence[Picture], index: int) -> Picture:
    """The picture as it came, bit for bit; where another size is asked for, brought to that."""
    picture = pictures[index]
    made = canvas.way_back(index, canvas.images[index], None)
    return picture if made.size == picture.size else made


def _recoloured(request: Request, canvas: Canvas, starts: Starts, index: int, worked: Image) -> Image:
    """With the colours of the picture before; what lies outside the mask tells them."""
    if not request.color_correction or not canvas.images:
        return worked
    truncate = request.switches.truncate_pixels
    if request.switches.colours_of_fill:
        return corrected(worked, starts.images[index], truncate=truncate)
    there = np.s_[: worked.shape[0], : worked.shape[1]]
    keep = None if canvas.mask is None else canvas.mask[there]
    return corrected(worked, canvas.images[index][there], keep, truncate=truncate)


def _batches(request: Request, planned: Plan, count: int) -> list[slice]:
    """The pictures of each batch; samplers that couple a batch's pictures run them one by one."""
    size = request.batch_size
    if planned.facts.couples_batch and not request.switches.couple_batches:
        size = 1
    return [slice(first, first + size) for first in range(0, count, size)]


def _watched(batch: int, steps: Iterator[Step], before_them: int = 0) -> Generator[Progress, None, Latents]:
    """Pass the steps on, counted on from those of a first pass; returns the last one's latents, the finished ones."""
    before, last = None, None
    for last in steps:
        if before is not None:
            yield Progress(batch, before._replace(number=before.number + before_them))
        before = last
    assert last is not None
    return last.x


def _streams(
    request: Request, size: Size, device: torch.device, seeds: Sequence[int], subseeds: Sequence[int]
) -> NoiseStreams:
    resized = Size(request.seed_resize_width, request.seed_resize_height)
    return NoiseStreams(
        request.random,
        seeds,
        size.cells,
        device=device,
        variation=Variation(subseeds, request.variation_strength) if request.variation_strength else None,
        resized_from=resized.cells if all(resized) else None,
        seed_delta=request.eta_noise_seed_delta,
    )


def _changes(request: Request, start: Start, latents: Latents) -> list[Mask]:
    """Where soft inpainting found a change in each picture; empty without it."""
    if request.soft_inpainting is None or start.hole is None or start.known is None:
        return []
    return soft.changed(start.known, latents, start.hole, request.soft_inpainting)


def pixels_of(decoded: Tensor, *, truncate: bool) -> Image:
    """(1, 3, H, W) about [-1, 1] → H × W × 3, 8 bit."""
    values = ((decoded[0] + 1) / 2).clamp(0, 1).permute(1, 2, 0).cpu().numpy() * np.float32(255)
    return (values if truncate else values.round()).astype(np.uint8)


def _background(before: Picture, mask: Mask, after: Picture) -> BackgroundReport | None:
    """What changed outside the mask; None where the pictures cannot be laid on each other."""
    if after.samples.shape != before.samples.shape or after.size != size_of(mask):
        return None
    return background_report(before, after, mask)
