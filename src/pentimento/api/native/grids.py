"""Grids: settings varied along axes, a job for each cell, and the sheet that shows them."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Response
from fastapi import Request as Call
from pydantic import Field

from pentimento.api.dependencies import ServicesDep, UserDep
from pentimento.api.native.files import PICTURE
from pentimento.api.native.giving import GivingDep
from pentimento.api.native.gridding import GridForecast, Grids, GridValue, GridWish, drawn, foreseen, order
from pentimento.api.native.values import RoundValue, Value
from pentimento.grids.contact import contact_sheet, described
from pentimento.grids.expansion import Cell
from pentimento.grids.listing import listed
from pentimento.history.rounds import At
from pentimento.jobs.job import Job
from pentimento.pixels.codec import picture_of, read_picture
from pentimento.pixels.sheet import Cell as Shown
from pentimento.pixels.view import image_of
from pentimento.words.errors import PentimentoError, QueueFullError

router = APIRouter(prefix="/grids", tags=["grids"])

Id = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="id of the grid")]
Number = Annotated[int, Path(ge=0, le=10_000, description="which cell, counted from 0: x runs fastest, then y, then z")]


class AxisOption(Value):
    """What can be varied."""

    name: str = Field(description="what an axis begins with, before =")
    label: str = Field(description="what it is called; where webui's X/Y/Z plot has it, as there")
    plotted: bool = Field(description="that plot has it")


async def _grids(call: Call) -> Grids:
    return call.app.state.grids


GridsDep = Annotated[Grids, Depends(_grids)]


@router.get("/axes")
def list_axes() -> list[AxisOption]:
    """What can be varied: those of webui's X/Y/Z plot in its order, then every other setting."""
    return [AxisOption(name=axis.name, label=axis.label, plotted=axis.plotted) for axis in listed()]


@router.post("/forecast")
def foresee_grid(services: ServicesDep, wish: Annotated[GridWish, Body()]) -> GridForecast:
    """How many cells a grid would have, and about how long it would take. Nothing is put in the queue."""
    return foreseen(services, drawn(services, wish).grid)


@router.post("", status_code=202)
def submit_grid(services: ServicesDep, grids: GridsDep, user: UserDep, wish: GridWish) -> GridValue:
    """Put a job for each cell in the queue, so ordered that checkpoints change least often."""
    made = drawn(services, wish)
    waiting, most = len(services.queue.waiting), services.bounds.waiting
    if waiting + len(made.grid.cells) > most:
        raise QueueFullError(waiting, most)
    if wish.tree:
        services.history.tree(wish.tree)
    parent = At(wish.parent.round, wish.parent.number) if wish.parent else None
    jobs: dict[Cell, Job] = {}
    try:
        for cell, request in order(made.grid).items():
            jobs[cell] = services.submit(request, owner=user, binned=not wish.record, parent=parent, tree=wish.tree)
        return grids.add(made, jobs).told
    except PentimentoError:
        for job in jobs.values():
            services.queue.cancel(job.id)
        raise


@router.get("/{id}")
def get_grid(grids: GridsDep, id: Id) -> GridValue:
    """How far a grid is."""
    return grids[id].told


@router.delete("/{id}")
def cancel_grid(services: ServicesDep, grids: GridsDep, id: Id) -> GridValue:
    """End the jobs of a grid; pictures that are done stay."""
    running = grids[id]
    for job in running.jobs.values():
        if not job.state.ended:
            services.queue.cancel(job.id)
    return running.told


@router.get("/{id}/cells/{number}", response_class=Response, responses=PICTURE)
def get_cell_picture(services: ServicesDep, grids: GridsDep, id: Id, number: Number, giving: GivingDep) -> Response:
    """The first picture of a cell."""
    first = grids[id].round(number).candidates[0]
    return giving.file(services.history.files[first.file], "image/png")


@router.post("/{id}/cells/{number}/keep")
def keep_cell(grids: GridsDep, id: Id, number: Number) -> RoundValue:
    """Keep a cell as a round of the history: out of the bin; one that is kept already stays as it is."""
    return RoundValue.model_validate(grids[id].keep(number))


@router.get("/{id}/sheet", response_class=Response, responses=PICTURE)
def get_sheet(services: ServicesDep, grids: GridsDep, id: Id, giving: GivingDep) -> Response:
    """The labelled sheet with the pictures there are."""
    running, files = grids[id], services.history.files
    shown: dict[Cell, Shown] = {
        cell: seen if isinstance(seen, str) else image_of(read_picture(files[seen.candidates[0].file]))
        for cell, seen in running.seen.items()
    }
    response = giving.picture(picture_of(contact_sheet(running.grid, shown)), described(running.grid))
    response.headers["Cache-Control"] = "no-store"
    return response
