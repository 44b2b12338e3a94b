"""The library's front door: the three tasks as functions of files and settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import ValidationError

from pentimento.pixels.codec import save_picture
from pentimento.pixels.files import Files
from pentimento.runners.inline import InlineRunner
from pentimento.words.errors import RequestError
from pentimento.words.events import Painted
from pentimento.words.images import Picture
from pentimento.words.reports import BackgroundReport, MaskReport
from pentimento.words.request import Request
from pentimento.words.sayings import first_problem

Source: TypeAlias = str | Path | bytes
"""A picture: its path, or the bytes of its file."""


@dataclass(frozen=True, eq=False)
class Made:
    """A finished picture and what is known of it.

    picture     samples, profile and EXIF, as saved
    seed        the seed that makes this one alone
    parameters  the settings text that its file carries
    mask        where was painted; None without a mask
    background  what changed outside the mask; None without a mask
    """

    picture: Picture
    seed: int
    parameters: str
    mask: MaskReport | None
    background: BackgroundReport | None

    def save(self, path: str | Path) -> Path:
        """Write it as .png, .jpg or .webp, settings included; whole or not at all, its folder made if it is missing.

        Raises OutputError.
        """
        place = Path(path)
        save_picture(place, self.picture, self.parameters)
        return place


def inpaint(image: Source, mask: Source, prompt: str, **settings: Any) -> Iterator[Made]:
    """Repaint the white part of a mask.

    image, mask  of the same size; white repaints, black keeps
    settings     fields of `Request`, and `models_dir`, `device` as of `runner`
    yields       each picture as soon as it is done
    raises       PentimentoError
    """
    return _run({"images": [image], "mask": mask, "prompt": prompt}, settings)


def img2img(image: Source, prompt: str, **settings: Any) -> Iterator[Made]:
    """Redraw a whole picture as the prompt says; settings as for `inpaint`."""
    return _run({"images": [image], "prompt": prompt}, settings)


def txt2img(prompt: str, **settings: Any) -> Iterator[Made]:
    """Draw a picture from words; settings as for `inpaint`."""
    return _run({"prompt": prompt}, settings)


def start_states(image: Source, mask: Source, **settings: Any) -> dict[str, Picture]:
    """What the hole holds before the first step: a picture for each masked content, by its name.

    Each is what the checkpoint's decoder makes of the latents that sampling would begin with, at the working size;
    arguments as for `inpaint`.
    """
    files = Files()
    where, request = _request({"images": [image], "mask": mask}, settings, files)
    return {str(content): Picture(shown) for content, shown in runner(**where).start_states(request, files)}


def run(request: Request, files: Mapping[str, bytes], runner: InlineRunner) -> Iterator[Made]:
    """Run a request; `files` holds the bytes of the pictures it names, by their sha256."""
    for event in runner.run(request, files):
        if isinstance(event, Painted):
            yield Made(event.picture, event.seed, event.parameters, event.mask, event.background)


@cache
def runner(models_dir: str | Path = "models", device: str = "auto") -> InlineRunner:
    """The runner for a folder of models; kept, so that a checkpoint is loaded once."""
    return InlineRunner(models_dir, device=device)


def _run(fields: dict[str, Any], settings: dict[str, Any]) -> Iterator[Made]:
    files = Files()
    where, request = _request(fields, settings, files)
    return run(request, files, runner(**where))


def _request(fields: dict[str, Any], settings: dict[str, Any], files: Files) -> tuple[dict[str, Any], Request]:
    """What the runner is made with, and the request; its pictures go into `files`."""
    where = {name: settings.pop(name) for name in ("models_dir", "device") if name in settings}
    fields = {
        **fields,
        "images": tuple(_kept(image, files) for image in fields.get("images", ())),
        "mask": _kept(fields["mask"], files) if "mask" in fields else None,
    }
    try:
        return where, Request(**fields, **settings)
    except ValidationError as problem:
        raise RequestError(first_problem(problem), "See pentimento.Request for every setting.") from problem


def _kept(source: Source, files: Files) -> str:
    return files.keep(source) if isinstance(source, bytes) else files.add(Path(source))
