"""What needs no checkpoint, as events: a picture enlarged, things erased from it, its faces mended by a network."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from itertools import count

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.pictures import PictureNets
from pentimento.engine.canvas import EMPTY, background_report, drawn_mask
from pentimento.engine.enlarge import Upscaler, open_upscaler
from pentimento.engine.erase import erased, open_fill
from pentimento.engine.faces import Faces
from pentimento.engine.room import Room, plenty
from pentimento.jobs.control import Control
from pentimento.pixels.enlarge import asked_size
from pentimento.pixels.fill import Fill
from pentimento.pixels.mask import coverage, touches
from pentimento.words.choices import FaceRestorer
from pentimento.words.errors import PictureError
from pentimento.words.events import Event, Finished, Painted, Preparing, Started, Stepped
from pentimento.words.images import Picture
from pentimento.words.reports import BackgroundReport, MaskReport
from pentimento.words.request import Request
from pentimento.words.sizes import Box
from pentimento.words.tasks import Task


def retouch(
    task: Task,
    request: Request,
    pictures: Sequence[Picture],
    mask: Picture | None,
    library: Library,
    nets: PictureNets,
    control: Control,
    room: Room = plenty,
) -> Iterator[Event]:
    """Enlarge or erase, by what the request names: `upscale` or `erase`. Raises what they and opening it raise."""
    if task is Task.UPSCALE:
        yield Preparing("opening what enlarges")
        upscaler = open_upscaler(request.hires_upscaler or request.upscaler, library, nets, paths=True, room=room)
        yield from upscale(request, pictures, upscaler, control)
    else:
        yield Preparing("opening what erases")
        yield from erase(request, pictures, mask, open_fill(request.fill, library, nets, room=room))


def upscale(request: Request, pictures: Sequence[Picture], upscaler: Upscaler, control: Control) -> Iterator[Event]:
    """The first picture, enlarged; each part that the network does is a step, and where it is stopped none is made.

    raises  PictureError without a picture; MemoryShortError where it takes more memory than is free
    """
    picture = _first(pictures, "enlarge")
    size = asked_size(request, picture.size)
    notes = upscaler.fitting(picture.size, size).notes
    yield Started(1, 1, upscaler.count(picture, size), size, notes)
    made = yield from _stepped(upscaler.parts(picture, size), control)
    if made is not None:
        yield _painted(made, request)
    yield Finished(None)


def erase(request: Request, pictures: Sequence[Picture], mask: Picture | None, fill: Fill) -> Iterator[Event]:
    """The first picture without what its mask covers.

    raises  PictureError without either, and where all is masked; MaskSizeError; MemoryShortError where a network takes
            more memory than is free
    """
    picture = _first(pictures, "erase from")
    if mask is None:
        raise PictureError("there is no mask of what to erase", "Send one: white is erased.")
    drawn = drawn_mask(request, mask)
    yield Started(1, 1, 1, picture.size, () if drawn.any() else (EMPTY,))
    made = erased(picture, drawn, fill, request.background_color)
    yield Stepped(1, 1, 0.0)
    report = MaskReport(coverage(drawn), Box.whole(picture.size), picture.size, touches(drawn))
    yield _painted(made, request, report, background_report(picture, made, drawn))
    yield Finished(None)


def mends_faces_alone(request: Request) -> bool:
    """Whether a network that mends faces is all that a request runs: one picture, nothing masked, strength 0."""
    by_network = request.restore_faces not in (FaceRestorer.NONE, FaceRestorer.DETAIL)
    untouched = request.denoising_strength == 0 and not request.switches.run_idle
    as_it_is = request.task == "img2img" and (request.width, request.height) == (None, None)
    return (
        by_network and untouched and as_it_is and len(request.images) == request.batch_size * request.batch_count == 1
    )


def mend_faces(request: Request, picture: Picture, faces: Faces, control: Control) -> Iterator[Event]:
    """The picture with its faces mended, for a request of which `mends_faces_alone` holds; stopped, there is none."""
    yield Started(1, 1, 0, picture.size, picture.notes)
    mending = faces.restored(picture, None, request.background_color)
    while not control.stopping:
        try:
            yield Preparing(str(next(mending)))
        except StopIteration as end:
            made, report = end.value
            before = picture if report.restored else None
            yield replace(_painted(made, request), faces=report, unrestored=before)
            break
    yield Finished(None)


def _first(pictures: Sequence[Picture], what: str) -> Picture:
    if not pictures:
        raise PictureError(f"there is no picture to {what}", "Send one.")
    return pictures[0]


def _stepped(parts: Generator[None, None, Picture], control: Control) -> Generator[Stepped, None, Picture | None]:
    for step in count(1):
        if control.stopping:
            break
        try:
            next(parts)
        except StopIteration as end:
            return end.value
        yield Stepped(1, step, 0.0)
    return None


def _painted(
    picture: Picture, request: Request, mask: MaskReport | None = None, background: BackgroundReport | None = None
) -> Painted:
    """With the settings that the picture was made with, if it carries any."""
    return Painted(0, request.seed, 0, picture, picture.text.get("parameters", ""), mask, background)
