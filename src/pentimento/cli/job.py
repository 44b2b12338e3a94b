"""What the painting commands do: options → request → events → files."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from pentimento.cli.options import request_from
from pentimento.cli.output import Output
from pentimento.cli.progress import Bar, bar
from pentimento.cli.prompts import read_jobs
from pentimento.cli.record import Keeping
from pentimento.cli.running import runner
from pentimento.infotext.reading import settings_from
from pentimento.pixels.codec import read_picture
from pentimento.pixels.files import Files
from pentimento.prompt.styles import apply_styles, read_styles
from pentimento.words.errors import PictureError, RequestError
from pentimento.words.events import Event, Finished, Loading, Painted, Retried, Started, Stepped
from pentimento.words.request import Request, with_seeds
from pentimento.words.tasks import Task


def run(
    images: tuple[Path, ...],
    mask: Path | None,
    *,
    output: Path,
    models_dir: Path,
    device: str,
    dtype: str,
    history: bool,
    data_dir: Path | None,
    metadata: bool,
    gps: bool,
    prompts_file: Path | None = None,
    **given: Any,
) -> None:
    """Make the request, or one for each line of a file; run it, write each picture as it comes and print its path."""
    files = Files()
    lines = read_jobs(prompts_file) if prompts_file else [{}]
    requests = [with_seeds(requested(files, images, mask, **given | line)) for line in lines]
    place = Output(output, sum(request.batch_size * request.batch_count for request in requests))
    keep = Keeping(history, data_dir, metadata, gps).keeper(place.place, requests, files)
    done = follow(events(requests, files, models_dir, device, dtype), keep)
    for report in dict.fromkeys(str(said) for one in done for said in (one.mask, one.background, one.faces) if said):
        click.echo(report, err=True)


def requested(
    files: Files,
    images: Sequence[Path],
    mask: Path | None,
    *,
    source: Path | None,
    styles: tuple[str, ...],
    styles_file: Path,
    **given: Any,
) -> Request:
    """The request that pictures and options make; the pictures go into `files`."""
    pictures: dict[str, Any] = {"images": tuple(kept(image, files) for image in images)}
    if mask:
        pictures["mask"] = kept(mask, files)
    if len(images) > 1 and given.get("batch_size") is None:
        given["batch_size"] = len(images)
    settings = settings_from(parameters_of(source)) if source else {}
    return _styled(request_from({**settings, **pictures}, given), styles, styles_file)


def events(
    requests: Sequence[Request], files: Files, models_dir: Path, device: str, dtype: str, task: Task = Task.PAINT
) -> Iterator[Event]:
    """The events of the jobs, their pictures counted on."""
    before = 0
    with runner(models_dir, device, dtype) as computing:
        for request in requests:
            for event in computing.run(request, files, task=task):
                yield replace(event, number=event.number + before) if isinstance(event, Painted) else event
            before += request.batch_size * request.batch_count


def follow(events: Iterator[Event], keep: Callable[[Painted], None]) -> list[Painted]:
    """Run a job to its end, showing where it is; `keep` gets each picture at once."""
    painted: list[Painted] = []
    with bar() as shown:
        shown.show("loading")
        steps = total = 0
        for event in events:
            match event:
                case Loading():
                    shown.show(f"loading {event.checkpoint}", event.done, event.total)
                case Retried():
                    _warn(shown, (f"{event.cause}; the job begins anew",))
                case Started():
                    steps, total = event.steps, event.batches * event.steps
                    if event.expected is not None:
                        with shown.aside():
                            click.echo(f"This takes {event.expected}.", err=True)
                    shown.show("painting", 0, total)
                    _warn(shown, event.warnings)
                case Stepped():
                    shown.show("painting", (event.batch - 1) * steps + event.step, total)
                case Painted():
                    with shown.aside():
                        keep(event)
                    painted.append(event)
                case Finished():
                    _warn(shown, event.warnings)
    return painted


def _warn(shown: Bar, warnings: tuple[str, ...]) -> None:
    with shown.aside():
        for warning in warnings:
            click.echo(f"Note: {warning}", err=True)


def kept(path: Path, files: Files) -> str:
    """Keep a file under the hash of its bytes, if it is a picture."""
    data = Files.read(path)
    try:
        read_picture(data)
    except PictureError as error:
        raise PictureError(f"{path}: {error.message}", error.hint) from error
    return files.keep(data)


def parameters_of(source: Path) -> str:
    text = read_picture(Files.read(source)).text
    if "parameters" not in text:
        raise RequestError(f"{source} holds no settings", "Choose a picture made by Pentimento or webui.")
    return text["parameters"]


def _styled(request: Request, names: tuple[str, ...], file: Path) -> Request:
    """The request with the styles' texts in its prompts."""
    if not names:
        return request
    known = read_styles(file)
    if unknown := [name for name in names if name not in known]:
        raise RequestError(f"no style is called {unknown[0]!r} in {file}", f"It has {', '.join(known) or 'none'}.")
    return request.model_copy(
        update={
            "prompt": apply_styles(request.prompt, [known[name].prompt for name in names]),
            "negative_prompt": apply_styles(request.negative_prompt, [known[name].negative_prompt for name in names]),
        }
    )
