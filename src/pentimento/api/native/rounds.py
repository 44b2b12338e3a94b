"""Rounds: what was asked for, and what came of it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from pentimento.api.dependencies import ServicesDep, UserDep
from pentimento.api.native.pictures import Naming
from pentimento.api.native.telling import told
from pentimento.api.native.values import JobValue, RoundValue
from pentimento.history import bin
from pentimento.history.chain import chain
from pentimento.history.history import PAGE
from pentimento.history.rounds import At
from pentimento.words.errors import PictureError
from pentimento.words.request import Closed, PictureHash

router = APIRouter(prefix="/rounds", tags=["rounds"])

Id = Annotated[str, Path(pattern="^[0-9a-f]{12}$", description="id of the round")]
Number = Annotated[int, Path(ge=0, le=100_000, description="which of its candidates, counted from 0")]


class Again(Closed):
    """What is to be different this time."""

    checkpoint: str | None = Field(
        None,
        max_length=1000,
        description="which checkpoint paints instead, in all rounds that led to it; null: the same",
    )
    image: PictureHash | None = Field(
        None, description="hash of the picture to begin with instead; masks are scaled to it. Null: the same"
    )


@router.get("")
def list_rounds(
    services: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=500, description="how many at most")] = PAGE,
    before: Annotated[str | None, Query(pattern="^[0-9a-f]{12}$", description="only those older than this one")] = None,
) -> list[RoundValue]:
    """The latest rounds of all pictures."""
    return [RoundValue.model_validate(one) for one in services.history.recent(limit=limit, before=before)]


@router.get("/{id}")
def get_round(services: ServicesDep, id: Id) -> RoundValue:
    """One round."""
    return RoundValue.model_validate(services.history.round(id))


@router.get("/{id}/path")
def get_path(services: ServicesDep, id: Id) -> list[RoundValue]:
    """The rounds that led to one, the first of them first, itself last."""
    return [RoundValue.model_validate(one) for one in services.history.path(id)]


@router.patch("/{id}")
def name_round(services: ServicesDep, id: Id, naming: Naming) -> RoundValue:
    """Give a round a name."""
    return RoundValue.model_validate(services.history.rename_round(id, naming.name))


@router.delete("/{id}")
def bin_round(services: ServicesDep, id: Id) -> RoundValue:
    """Put a round, and all that began from it, into the bin."""
    return RoundValue.model_validate(bin.bin_round(services.history, id))


@router.post("/{id}/restore")
def restore_round(services: ServicesDep, id: Id) -> RoundValue:
    """Take it out of the bin, with what it began from."""
    return RoundValue.model_validate(bin.restore_round(services.history, id))


@router.delete("/{id}/candidates/{number}")
def bin_candidate(services: ServicesDep, id: Id, number: Number) -> RoundValue:
    """Put a candidate, and all that began from it, into the bin; the last one of a round takes the round along."""
    return RoundValue.model_validate(bin.bin_candidate(services.history, At(id, number)))


@router.post("/{id}/candidates/{number}/restore")
def restore_candidate(services: ServicesDep, id: Id, number: Number) -> RoundValue:
    """Take it out of the bin, with what was put there together with it."""
    return RoundValue.model_validate(bin.restore_candidate(services.history, At(id, number)))


@router.post("/{id}/replay", status_code=202)
def replay_round(services: ServicesDep, user: UserDep, id: Id, again: Again) -> JobValue:
    """Make the same round again, beside it in the tree; or all that led to it, on another picture or checkpoint.

    Then each round is a job, put in the queue when the one before it has ended: `next` tells its id.
    """
    path = services.history.path(id)
    first, *others = chain(path, image=again.image, checkpoint=again.checkpoint)
    for name in (*first.needs, *(name for link in others for name in link.needs)):
        if name not in services.history.files:
            raise PictureError(
                f"the picture {name[:12]}… that the round needs is gone", "It was deleted, or never sent."
            )
    parent, tree = first.round.parent, None if again.image else first.round.tree
    job = services.submit(first.request, task=first.round.task, owner=user, parent=parent, tree=tree, then=others)
    return told(job)
