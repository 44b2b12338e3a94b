"""The library's front door: what can be done with pictures, as functions of files and settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

from pydantic import ValidationError

from pentimento.grids.contact import contact_sheet, described
from pentimento.grids.expansion import Cell, expand, read_axes
from pentimento.pixels.codec import picture_of, save_picture
from pentimento.pixels.files import Files
from pentimento.pixels.sheet import Cell as Shown
from pentimento.pixels.view import image_of
from pentimento.runners.inline import InlineRunner
from pentimento.words.errors import PentimentoError, RequestError
from pentimento.words.events import Painted
from pentimento.words.images import Picture
from pentimento.words.reports import BackgroundReport, FacesReport, MaskReport
from pentimento.words.request import Request
from pentimento.words.sayings import first_problem
from pentimento.words.tasks import Task

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
    faces       which faces were found, and what became of them; None where none were looked for
    unrestored  the same picture with its faces as they were; None where none was restored
    """

    picture: Picture
    seed: int
    parameters: str
    mask: MaskReport | None
    background: BackgroundReport | None
    faces: FacesReport | None = None
    unrestored: Picture | None = None

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
    settings     fields of `Request`, and `models_dir`, `device`, `dtype` as of `runner`
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


def restore_faces(image: Source, by: str = "detail", prompt: str = "", **settings: Any) -> Made:
    """Mend the faces of a picture, and nothing else.

    by        detail, which repaints them by the checkpoint, or a network: codeformer, gfpgan, restoreformer
    settings  as for `inpaint`, such as `face_weight`, `face_denoising_strength`
    """
    asked = {"images": [image], "restore_faces": by, "prompt": prompt, "denoising_strength": 0}
    return _only(_run(asked, settings))


def upscale(image: Source, scale: float = 2, upscaler: str = "Lanczos", **settings: Any) -> Made:
    """Make a picture larger, without a checkpoint.

    scale     how many times, up to 8; with `hires_width` or `hires_height` a length in pixels decides instead
    upscaler  Lanczos, Nearest, or a network's file by its name, a part of its name, or its path
    settings  `models_dir`, `device` as of `runner`
    """
    asked = {"images": [image], "hires_upscaler": upscaler, "hires_scale": scale}
    return _only(_run(asked, settings, Task.UPSCALE))


def erase(image: Source, mask: Source, fill: str = "telea", **settings: Any) -> Made:
    """Take away what is white in a mask, without a checkpoint; all else stays as it is, bit for bit.

    fill      telea, navier-stokes, blur, or a network's file by its name, a part of its name, or its path
    settings  `models_dir`, `device` as of `runner`
    """
    return _only(_run({"images": [image], "mask": mask, "fill": fill}, settings, Task.ERASE))


@dataclass(frozen=True, eq=False)
class Gridded:
    """A finished grid.

    cells     place (x, y, z), each counted from 0 → the pictures made there; none where it failed
    problems  … and why, for those that failed
    sheet     the labelled contact sheet
    axes      its axes with their values, as its file says them
    """

    cells: Mapping[tuple[int, int, int], tuple[Made, ...]]
    problems: Mapping[tuple[int, int, int], str]
    sheet: Picture
    axes: str

    def save(self, path: str | Path) -> Path:
        """Write the sheet as .png, .jpg or .webp; whole or not at all. Raises OutputError."""
        place = Path(path)
        save_picture(place, self.sheet, self.axes)
        return place


def grid(
    image: Source | None = None,
    mask: Source | None = None,
    prompt: str = "",
    *,
    x: str = "",
    y: str = "",
    z: str = "",
    vary_seeds: str = "",
    **settings: Any,
) -> Gridded:
    """Run every combination of the axes' values, and show them in one labelled sheet.

    image, mask  with both it inpaints, with a picture alone it redraws, with neither it draws from words
    x, y, z      axes as on the command line: cfg_scale=1,3,7 or denoising_strength=0:1:0.25 or prompt=old|new
    vary_seeds   axes along which the seed counts on, such as xy
    settings     as for `inpaint`
    raises       PentimentoError before anything runs; a cell that fails later is among the problems
    """
    files, rng = Files(), Random()
    pictures = ({"images": [image]} if image is not None else {}) | ({"mask": mask} if mask is not None else {})
    where, request = _request({**pictures, "prompt": prompt}, settings, files)
    expanded = expand(request, *read_axes((x, y, z), rng), rng=rng, vary=vary_seeds)
    made: dict[Cell, tuple[Made, ...]] = {}
    problems = {cell: cell.problem for cell in expanded.cells if not cell.request}
    for cell in expanded.in_running_order():
        assert cell.request
        try:
            made[cell] = tuple(run(cell.request, files, runner(**where)))
        except PentimentoError as error:
            problems[cell] = error.message
    shown: dict[Cell, Shown] = {cell: image_of(first.picture) for cell, (first, *_) in made.items()}
    return Gridded(
        {cell.place: made.get(cell, ()) for cell in expanded.cells},
        {cell.place: problem for cell, problem in problems.items()},
        picture_of(contact_sheet(expanded, shown | problems)),
        described(expanded),
    )


def start_states(image: Source, mask: Source, **settings: Any) -> dict[str, Picture]:
    """What the hole holds before the first step: a picture for each masked content, by its name.

    Each is what the checkpoint's decoder makes of the latents that sampling would begin with, at the working size;
    arguments as for `inpaint`.
    """
    files = Files()
    where, request = _request({"images": [image], "mask": mask}, settings, files)
    return {str(content): Picture(shown) for content, shown in runner(**where).start_states(request, files)}


def run(request: Request, files: Mapping[str, bytes], runner: InlineRunner, task: Task = Task.PAINT) -> Iterator[Made]:
    """Run a request; `files` holds the bytes of the pictures it names, by their sha256."""
    for event in runner.run(request, files, task=task):
        if isinstance(event, Painted):
            said = (event.parameters, event.mask, event.background, event.faces, event.unrestored)
            yield Made(event.picture, event.seed, *said)


@cache
def runner(models_dir: str | Path = "models", device: str = "auto", dtype: str = "") -> InlineRunner:
    """The runner for a folder of models; kept, so that a checkpoint is loaded once."""
    return InlineRunner(models_dir, device=device, dtype=dtype)


def _run(fields: dict[str, Any], settings: dict[str, Any], task: Task = Task.PAINT) -> Iterator[Made]:
    files = Files()
    where, request = _request(fields, settings, files)
    return run(request, files, runner(**where), task)


def _only(made: Iterator[Made]) -> Made:
    [one] = made
    return one


def _request(fields: dict[str, Any], settings: dict[str, Any], files: Files) -> tuple[dict[str, Any], Request]:
    """What the runner is made with, and the request; its pictures go into `files`."""
    where = {name: settings.pop(name) for name in ("models_dir", "device", "dtype") if name in settings}
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
