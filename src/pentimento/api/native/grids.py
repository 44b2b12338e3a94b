"""Grids: settings varied along axes, a job for each cell, and the sheet that shows them."""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from random import Random
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from fastapi import Request as Call
from pydantic import Field

from pentimento.api.dependencies import ServicesDep, UserDep
from pentimento.api.native.files import PICTURE
from pentimento.api.native.giving import GivingDep
from pentimento.api.native.jobs import with_defaults
from pentimento.api.native.values import Value
from pentimento.grids.contact import contact_sheet, described
from pentimento.grids.expansion import Cell, Grid, expand, read_axes
from pentimento.jobs.job import Job, State
from pentimento.pixels.codec import picture_of
from pentimento.pixels.sheet import Cell as Shown
from pentimento.pixels.view import image_of
from pentimento.words.errors import LimitError, PentimentoError, QueueFullError, UnknownJobError
from pentimento.words.request import Closed, Request

router = APIRouter(prefix="/grids", tags=["grids"])

Id = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="id of the grid")]
KEPT = 20
"""Grids that are remembered."""
AXIS = "such as cfg_scale=1,3,7 or denoising_strength=0:1:0.25 or prompt=old|new; empty for none"


class GridWish(Closed):
    """A request, and what is varied."""

    request: Request = Field(Request(), description="what all cells share")
    x: str = Field("", max_length=10_000, description=f"what is varied from left to right, {AXIS}")
    y: str = Field("", max_length=10_000, description="… from top to bottom")
    z: str = Field("", max_length=10_000, description="… from table to table")
    vary_seeds: str = Field("", max_length=10, description="axes along which the seed counts on, such as xy")
    record: bool = Field(True, description="keep each cell as a round of the history")


class CellValue(Value):
    """One place of the grid."""

    x: int = Field(description="counted from 0")
    y: int = Field(description="counted from 0")
    z: int = Field(description="counted from 0")
    job: str | None = Field(description="id of its job; null where there is none")
    state: State | None = Field(description="of its job")
    problem: str = Field(description="why there is no picture; empty if nothing is wrong")


class AxisValue(Value):
    name: str = Field(description="what is varied; empty for nothing")
    labels: tuple[str, ...] = Field(description="its values")


class GridValue(Value):
    """A grid and how far it is."""

    id: str = Field(description="16 hex digits")
    axes: tuple[AxisValue, ...] = Field(description="x, y and z")
    cells: tuple[CellValue, ...] = Field(description="x runs fastest, then y, then z")
    done: int = Field(description="cells that have ended")
    sheet: str = Field(description="where the sheet is; it can be had at any time")


@dataclass(eq=False)
class Running:
    """A grid, and the jobs of its cells."""

    id: str
    grid: Grid
    jobs: dict[Cell, Job]


class Grids:
    """Those begun lately."""

    def __init__(self) -> None:
        self._grids: OrderedDict[str, Running] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, grid: Grid, jobs: dict[Cell, Job]) -> Running:
        running = Running(secrets.token_hex(8), grid, jobs)
        with self._lock:
            self._grids[running.id] = running
            while len(self._grids) > KEPT:
                self._grids.popitem(last=False)
        return running

    def __getitem__(self, id: str) -> Running:
        """Raises UnknownJobError."""
        if found := self._grids.get(id):
            return found
        raise UnknownJobError(id)


def _grids(call: Call) -> Grids:
    return call.app.state.grids


GridsDep = Annotated[Grids, Depends(_grids)]


@router.post("", status_code=202)
def submit_grid(services: ServicesDep, grids: GridsDep, user: UserDep, wish: GridWish) -> GridValue:
    """Put a job for each cell in the queue, so ordered that checkpoints change least often."""
    rng = Random()
    axes = read_axes((wish.x, wish.y, wish.z), rng)
    count = len(axes[0]) * len(axes[1]) * len(axes[2])
    waiting, most = len(services.queue.waiting), services.bounds.waiting
    if count > min(services.bounds.cells, most):
        raise LimitError(f"the grid has {count} cells", f"This server allows {min(services.bounds.cells, most)}.")
    if waiting + count > most:
        raise QueueFullError(waiting, most)
    grid = expand(with_defaults(services, wish.request), *axes, rng=rng, vary=wish.vary_seeds)
    for cell in grid.cells:
        if cell.request:
            services.bounds.check(cell.request)
    jobs: dict[Cell, Job] = {}
    try:
        for cell in grid.in_running_order():
            assert cell.request
            jobs[cell] = services.submit(cell.request, owner=user, record=wish.record)
    except PentimentoError:
        for job in jobs.values():
            services.queue.cancel(job.id)
        raise
    return _told(grids.add(grid, jobs))


@router.get("/{id}")
def get_grid(grids: GridsDep, id: Id) -> GridValue:
    """How far a grid is."""
    return _told(grids[id])


@router.delete("/{id}")
def cancel_grid(services: ServicesDep, grids: GridsDep, id: Id) -> GridValue:
    """End the jobs of a grid; pictures that are done stay."""
    running = grids[id]
    for job in running.jobs.values():
        if not job.state.ended:
            services.queue.cancel(job.id)
    return _told(running)


@router.get("/{id}/sheet", response_class=Response, responses=PICTURE)
def get_sheet(grids: GridsDep, id: Id, giving: GivingDep) -> Response:
    """The labelled sheet with the pictures there are."""
    running = grids[id]
    shown: dict[Cell, Shown] = {}
    for cell, job in running.jobs.items():
        painted = job.painted
        shown[cell] = image_of(painted[0].picture) if painted else job.error.message if job.error else job.state
    response = giving.picture(picture_of(contact_sheet(running.grid, shown)), described(running.grid))
    response.headers["Cache-Control"] = "no-store"
    return response


def _told(running: Running) -> GridValue:
    grid, jobs = running.grid, running.jobs
    return GridValue(
        id=running.id,
        axes=tuple(
            AxisValue(name=axis.name, labels=tuple(point.label for point in axis.points))
            for axis in (grid.x, grid.y, grid.z)
        ),
        cells=tuple(_cell(cell, jobs.get(cell)) for cell in grid.cells),
        done=sum(job.state.ended for job in jobs.values()),
        sheet=f"/api/v1/grids/{running.id}/sheet",
    )


def _cell(cell: Cell, job: Job | None) -> CellValue:
    problem = job.error.message if job and job.error else cell.problem
    return CellValue(
        x=cell.x, y=cell.y, z=cell.z, job=job.id if job else None, state=job.state if job else None, problem=problem
    )
