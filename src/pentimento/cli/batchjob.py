"""What the batch command does: a folder → a job for each picture → a table."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from pentimento.cli.job import follow, requested
from pentimento.cli.output import Output
from pentimento.cli.record import Keeping
from pentimento.cli.running import runner
from pentimento.jobs.runner import Runner
from pentimento.pixels.codec import make_folder
from pentimento.pixels.files import Files
from pentimento.words.errors import OutputError, PentimentoError, RequestError
from pentimento.words.request import Request, with_seeds

PICTURES = frozenset(
    (
        *(".avif", ".bmp", ".gif", ".ico", ".jp2", ".jpeg", ".jpg", ".pcx"),
        *(".png", ".ppm", ".qoi", ".tga", ".tif", ".tiff", ".webp"),
    )
)
"""File names that mean a picture; others in the folder are passed over."""
MASK_ENDINGS = ("", "_mask", "-mask", ".mask")


@dataclass(frozen=True)
class Row:
    """How one picture came out."""

    name: str
    seed: int
    said: str
    failed: bool


def run(
    folder: Path,
    masks: Path | None,
    *,
    output: Path,
    models_dir: Path,
    device: str,
    dtype: str,
    history: bool,
    data_dir: Path | None,
    metadata: bool,
    gps: bool,
    **given: Any,
) -> None:
    """Run every picture; exits with 1 where one failed.

    raises  RequestError, OutputError before anything is computed
    """
    pictures = pictures_in(folder)
    found = masks_for(pictures, masks)
    if output.exists() and any(place and place.is_dir() and output.samefile(place) for place in (folder, masks)):
        raise OutputError(
            f"{output} is the folder that is read", "Choose another with -o; nothing is overwritten there."
        )
    make_folder(output)
    kept = Keeping(history, data_dir, metadata, gps)
    first = with_seeds(requested(Files(), (), None, **given))
    with runner(models_dir, device, dtype) as computing:
        rows = [
            _row(computing, picture, found[picture], _seeded(first, place), output, kept, given)
            for place, picture in enumerate(pictures)
        ]
    _table(rows)
    if any(row.failed for row in rows):
        raise SystemExit(1)


def pictures_in(folder: Path) -> list[Path]:
    """The folder's pictures by name, numbers in names counted as such. Raises RequestError where there are none."""
    if not folder.is_dir():
        raise RequestError(f"{folder} is no folder", "Give a folder of pictures; for one picture there is inpaint.")
    found = sorted((path for path in folder.iterdir() if path.suffix.lower() in PICTURES), key=_natural)
    if not found:
        raise RequestError(f"{folder} holds no pictures", "Put PNG, JPEG or WebP files into it.")
    return found


def _natural(path: Path) -> list[tuple[int, str]]:
    """photo2 before photo10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", path.name.lower())]


def masks_for(pictures: Sequence[Path], masks: Path | None) -> dict[Path, Path | None]:
    """Each picture's mask: the one for all, that of its name in a folder, or, if that is missing, where it should be.

    None for all where no masks are given.
    """
    if masks is None or not masks.is_dir():
        return dict.fromkeys(pictures, masks)
    named = {path.stem.lower(): path for path in pictures_in(masks)}
    return {picture: _mask_of(picture, named) or masks / f"{picture.stem}.png" for picture in pictures}


def _mask_of(picture: Path, named: Mapping[str, Path]) -> Path | None:
    stems = (picture.stem.lower() + ending for ending in MASK_ENDINGS)
    return next((named[stem] for stem in stems if stem in named), None)


def _seeded(request: Request, place: int) -> tuple[int, int]:
    """The seeds of a picture's job: no two pictures of all the jobs share one."""
    before = place * request.batch_size * request.batch_count
    return request.seed + before, request.variation_seed


def _row(
    computing: Runner,
    picture: Path,
    mask: Path | None,
    seeds: tuple[int, int],
    output: Path,
    kept: Keeping,
    given: Mapping[str, Any],
) -> Row:
    files = Files()
    seed, variation_seed = seeds
    click.echo(picture.name, err=True)
    try:
        own: dict[str, Any] = dict(given) | {"seed": seed, "variation_seed": variation_seed}
        request = requested(files, (picture,), mask, **own)
        place = Output(output / f"{picture.stem}.png", request.batch_size * request.batch_count)
        made = follow(computing.run(request, files), kept.keeper(place.place, [request], files))
    except PentimentoError as error:
        return Row(picture.name, seed, error.message, failed=True)
    return Row(picture.name, seed, "; ".join(dict.fromkeys(str(one.mask) for one in made if one.mask)), failed=False)


def _table(rows: Sequence[Row]) -> None:
    widths = max(len(row.name) for row in rows), max(len(str(row.seed)) for row in rows)
    click.echo(f"\n{'picture':{widths[0]}}  {'seed':>{widths[1]}}  result", err=True)
    for row in rows:
        said = f"FAILED  {row.said}" if row.failed else f"ok      {row.said}".rstrip()
        click.echo(f"{row.name:{widths[0]}}  {row.seed:>{widths[1]}}  {said}", err=True)
    failed = sum(row.failed for row in rows)
    click.echo(
        f"{len(rows) - failed} of {len(rows)} pictures done" + (f", {failed} failed" if failed else ""), err=True
    )
