"""What commands do that need no checkpoint: a request → events → a file. Here, for what paints takes long to begin."""

from collections.abc import Iterator
from pathlib import Path

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.pictures import PictureNets
from pentimento.cli.job import follow
from pentimento.cli.output import Output
from pentimento.cli.record import Keeping
from pentimento.engine.enlarge import open_upscaler
from pentimento.engine.erase import open_fill
from pentimento.jobs.control import Control
from pentimento.pixels.codec import read_picture
from pentimento.pixels.files import Files
from pentimento.runners.retouching import erase, upscale
from pentimento.words.choices import HiresUpscaler
from pentimento.words.events import Event, Painted
from pentimento.words.request import Request, with_seeds
from pentimento.words.tasks import Task


def retouch(
    task: Task,
    request: Request,
    files: Files,
    *,
    output: Path,
    models_dir: Path,
    device: str,
    history: bool,
    data_dir: Path | None,
    metadata: bool,
    gps: bool,
) -> list[Painted]:
    """Do with one picture what needs no checkpoint, write what comes of it and print its path."""
    asked = with_seeds(request)
    place = Output(output, 1)
    keep = Keeping(history, data_dir, metadata, gps).keeper(place.place, [asked], files, task=task)
    return follow(_events(task, asked, files, Library(models_dir), PictureNets(device)), keep)


def _events(task: Task, request: Request, files: Files, library: Library, nets: PictureNets) -> Iterator[Event]:
    pictures = [read_picture(files[name]) for name in request.images]
    if task is Task.UPSCALE:
        upscaler = open_upscaler(request.hires_upscaler or HiresUpscaler.LANCZOS, library, nets, paths=True)
        return upscale(request, pictures, upscaler, Control())
    mask = read_picture(files[request.mask]) if request.mask else None
    return erase(request, pictures, mask, open_fill(request.fill, library, nets))
