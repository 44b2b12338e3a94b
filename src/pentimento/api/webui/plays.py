"""What the dialect's scripts do: a request and arguments → jobs and sheets of their pictures."""

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any, TypeAlias

from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from pentimento.api.webui.painting import Outcome, Painter, Sheet
from pentimento.api.webui.plots import Asked, drawn, sheet_text
from pentimento.api.webui.scripts import CURVES, GRID, LOOPBACK, MATRIX
from pentimento.api.webui.tiles import tiled
from pentimento.grids.dialect import read_dialect_axis
from pentimento.grids.expansion import Cell, Grid, expand
from pentimento.pixels.codec import encode_picture, picture_of
from pentimento.pixels.sheet import Cell as Shown
from pentimento.pixels.sheet import Table, sheet
from pentimento.pixels.view import image_of
from pentimento.words.choices import MaskedContent
from pentimento.words.errors import LimitError, NotRunError, PentimentoError, RequestError
from pentimento.words.events import Painted
from pentimento.words.request import Request, with_seeds
from pentimento.words.sayings import first_problem

Play: TypeAlias = Callable[[Painter, Request, Sequence[Any]], Awaitable[Outcome]]

MOST_PARTS = 6
"""Variable parts of a prompt matrix: 64 pictures."""
MOST_LOOPS = 32


async def plain(painter: Painter, request: Request, args: Sequence[Any]) -> Outcome:
    """No script at all."""
    return Outcome(request, await painter.paint(request))


# ------------------------------------------------------------------------------------------------------------- grids


async def grid(painter: Painter, request: Request, args: Sequence[Any]) -> Outcome:
    """X/Y/Z plot: every combination of three axes' values; a cell that fails says why in its place."""
    *axes, legend, with_cells, with_tables, unfixed, vary_x, vary_y, vary_z, _, as_text = args
    task, rng = "img2img" if request.images else "txt2img", Random()
    values = [_values(axes[k + 1], axes[k + 2], as_text) for k in (0, 3, 6)]
    x, y, z = (read_dialect_axis(task, _whole(axes[3 * k], "axis"), values[k]) for k in range(3))
    if empty := [axis.name for axis in (x, y, z) if not len(axis)]:
        raise RequestError(f"the axis {empty[0]} has no values", "Write for instance 1-5 or a,b,c.")
    count = len(x) * len(y) * len(z)
    if count > painter.services.bounds.cells:
        raise LimitError(f"the grid has {count} cells", f"This server allows {painter.services.bounds.cells}.")
    vary = [axis for axis, varied in zip("xyz", (vary_x, vary_y, vary_z), strict=True) if varied]
    laid = expand(request, x, y, z, rng=rng, fixed=not unfixed, vary=vary)
    painted, problems = await _cells(painter, laid)
    shown: dict[Cell, Shown] = {cell: image_of(first.picture) for cell, (first, *_) in painted.items()} | problems
    made = [one for cell in laid.cells for one in painted.get(cell, [])[:1]]
    asked = [Asked.of(*one) for one in zip("XYZ", (x, y, z), values, strict=True)]
    tables = [(table, asked[:2]) for table in _tables(laid)] if with_tables and len(laid.z) > 1 else []
    sheets = [
        Sheet(
            picture_of(await run_in_threadpool(drawn, table, shown, legend=bool(legend))),
            sheet_text(table, axes, painted, fixed=not unfixed),
        )
        for table, axes in [(laid, asked), *tables]
    ]
    return Outcome(request, made, sheets, alone=bool(with_cells))


async def _cells(painter: Painter, laid: Grid) -> tuple[dict[Cell, list[Painted]], dict[Cell, str]]:
    """What each cell became: pictures, or why there are none."""
    painted: dict[Cell, list[Painted]] = {}
    problems: dict[Cell, str] = {}
    cells = laid.in_running_order()
    painter.work.batches = sum(cell.request.batch_count for cell in cells if cell.request)
    for cell in cells:
        assert cell.request
        if painter.work.interrupted:
            problems[cell] = "interrupted"
            continue
        try:
            painted[cell] = await painter.paint(cell.request)
        except PentimentoError as error:
            problems[cell] = error.message
    return {cell: made for cell, made in painted.items() if made}, problems


def _tables(laid: Grid) -> list[Grid]:
    """A grid for each place on z."""
    return [
        replace(
            laid,
            z=replace(laid.z, points=(point,)),
            cells=tuple(cell for cell in laid.cells if cell.z == number),
        )
        for number, point in enumerate(laid.z.points)
    ]


def _values(typed: Any, chosen: Any, as_text: Any) -> str | list[str]:
    """The values as chosen from a list, where there are any, else as typed."""
    if isinstance(chosen, list) and chosen and not as_text:
        return [str(value) for value in chosen]
    return str(typed if typed is not None else "")


# ----------------------------------------------------------------------------------------------------- prompt matrix


async def matrix(painter: Painter, request: Request, args: Sequence[Any]) -> Outcome:
    """Prompt matrix: `always|a|b` with neither, with a, with b, with both."""
    at_start, own_seeds, which, joined, _ = args
    field = "negative_prompt" if which == "negative" else "prompt"
    always, *parts = getattr(request, field).split("|")
    if len(parts) > MOST_PARTS:
        raise LimitError(f"the prompt has {len(parts)} variable parts", f"Take {MOST_PARTS} at most.")
    request = with_seeds(request)
    parts, between = [part.strip() for part in parts], " " if joined == "space" else ", "
    painter.work.batches = 2 ** len(parts)
    painted: list[Painted] = []
    for number in range(2 ** len(parts)):
        if painter.work.interrupted:
            break
        chosen = [part for bit, part in enumerate(parts) if number >> bit & 1]
        pieces = [*chosen, always.strip()] if at_start else [always.strip(), *chosen]
        change = {
            field: between.join(filter(None, pieces)),
            "seed": request.seed + (number if own_seeds else 0),
            "batch_count": 1,
            "batch_size": max(len(request.images), 1),
        }
        painted += (await painter.paint(_changed(request, change)))[:1]
    laid = await run_in_threadpool(_matrix_sheet, parts, painted)
    return Outcome(request, painted, [Sheet(picture_of(laid), getattr(request, field))])


def _matrix_sheet(parts: Sequence[str], painted: Sequence[Painted]) -> Any:
    """The first half of the parts from left to right, the others from top to bottom."""
    across = (len(parts) + 1) // 2
    columns, rows = _combined(parts[:across]), _combined(parts[across:])
    pictures: dict[int, Shown] = {number: image_of(one.picture) for number, one in enumerate(painted)}
    cells = [
        [pictures.get(row * len(columns) + column, "not run") for column in range(len(columns))]
        for row in range(len(rows))
    ]
    return sheet([Table(cells, columns if len(columns) > 1 else (), rows if len(rows) > 1 else ())])


def _combined(parts: Sequence[str]) -> list[str]:
    """A label for every choice among the parts."""
    chosen = ([part for bit, part in enumerate(parts) if number >> bit & 1] for number in range(2 ** len(parts)))
    return [" + ".join(names) or "–" for names in chosen]


# ---------------------------------------------------------------------------------------------------------- loopback


async def loopback(painter: Painter, request: Request, args: Sequence[Any]) -> Outcome:
    """Loopback: the picture that was made is the next one's beginning, as often as is asked for.

    With one batch every step of the way is kept, with several only where each ends.
    """
    loops, last, curve, interrogate = args
    loops = _whole(loops, "loops")
    if not 1 <= loops <= MOST_LOOPS:
        raise RequestError(f"loops is {loops}", f"It goes from 1 to {MOST_LOOPS}.")
    if interrogate not in (None, "", "None"):
        raise NotRunError(f"append interrogation is {interrogate!r}, which is not run yet", "Leave it at 'None'.")
    if not isinstance(last, int | float) or not 0 <= last <= 1:
        raise RequestError(f"the final denoising strength is {last!r}", "It goes from 0 to 1.")
    request = with_seeds(request)
    batches, painted = request.batch_count, list[Painted]()
    painter.work.batches = batches * loops
    for batch in range(batches):
        way: list[Painted] = []
        start = {"images": request.images[:1], "batch_size": 1, "batch_count": 1}
        step = _changed(request, start | {"seed": request.seed + batch * loops})
        for number in range(loops):
            if painter.work.interrupted:
                break
            strength = strength_at(number, loops, request.denoising_strength, float(last), curve)
            made = await painter.paint(_changed(step, {"denoising_strength": strength}))
            if not made:
                break
            way += made[:1]
            step = await run_in_threadpool(_onwards, painter, step, made[0])
        painted += way if batches == 1 else way[-1:]
    sheets = []
    if len(painted) > 1:
        row = tiled([image_of(one.picture) for one in painted], columns=len(painted))
        sheets = [Sheet(picture_of(row), painted[0].parameters)]
    return Outcome(request, painted, sheets)


def strength_at(number: int, loops: int, first: float, last: float, curve: Any) -> float:
    """The denoising strength of a loop, counted from 0: from the first to the last along a curve."""
    if loops == 1:
        return first
    share = number / (loops - 1)
    bent = {
        CURVES[0]: math.sin(share * math.pi / 2),
        CURVES[2]: 1 - math.cos(share * math.pi / 2),
    }.get(str(curve), share)
    return min(1.0, max(0.0, first + (last - first) * bent))


def _onwards(painter: Painter, step: Request, made: Painted) -> Request:
    """The next loop: from the picture made, which latent noise would throw away."""
    kept = painter.services.keep(encode_picture(made.picture, ".png", None))
    content = MaskedContent.FILL if step.masked_content is MaskedContent.FILL else MaskedContent.ORIGINAL
    return _changed(step, {"images": (kept,), "seed": made.seed + 1, "masked_content": content})


def _changed(request: Request, change: Mapping[str, Any]) -> Request:
    """The request with some fields changed. Raises RequestError for what cannot be."""
    try:
        return Request.model_validate(dict(request) | dict(change))
    except ValidationError as problem:
        raise RequestError(first_problem(problem)) from problem


def _whole(value: Any, what: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        raise RequestError(f"{what} is {value!r}", "It is a whole number.") from None


PLAYS: Mapping[str, Play] = {GRID: grid, MATRIX: matrix, LOOPBACK: loopback}
"""A script's title → what it does."""
