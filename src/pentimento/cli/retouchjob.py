"""What commands do that need no checkpoint: a request → events → a file. Here, for what paints takes long to begin."""

from pathlib import Path

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.pictures import PictureNets
from pentimento.cli.job import follow
from pentimento.cli.output import Output
from pentimento.cli.record import Keeping
from pentimento.jobs.control import Control
from pentimento.pixels.codec import read_picture
from pentimento.pixels.files import Files
from pentimento.pixels.fit import fitted
from pentimento.runners import retouching
from pentimento.words.events import Painted
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
    pictures = [read_picture(files[name]) for name in asked.images]
    mask = read_picture(files[asked.mask]) if asked.mask else None
    if mask and asked.resize_mask:
        mask = fitted(mask, pictures[0].size)
    happening = retouching.retouch(task, asked, pictures, mask, Library(models_dir), PictureNets(device), Control())
    return follow(happening, keep)
