"""Rounds: what was asked for, and what came of it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from pentimento.api.dependencies import ServicesDep, UserDep
from pentimento.api.native.pictures import Naming
from pentimento.api.native.telling import told
from pentimento.api.native.values import JobValue, RoundValue
from pentimento.history import bin
from pentimento.history.history import PAGE
from pentimento.words.errors import PictureError
from pentimento.words.request import Closed

router = APIRouter(prefix="/rounds", tags=["rounds"])

Id = Annotated[str, Path(pattern="^[0-9a-f]{12}$", description="id of the round")]


class Again(Closed):
    """What is to be different this time."""

    checkpoint: str | None = Field(None, description="which checkpoint paints instead; null: the same")


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


@router.post("/{id}/replay", status_code=202)
def replay_round(services: ServicesDep, user: UserDep, id: Id, again: Again) -> JobValue:
    """Make the same round again, or with another checkpoint, beside it in the tree."""
    found = services.history.round(id)
    update = {"checkpoint": again.checkpoint} if again.checkpoint else {}
    if missing := [name for name in found.request.images if name not in services.history.files]:
        raise PictureError(f"the picture {missing[0][:12]}… that the round began from is gone", "It was deleted.")
    request = found.request.model_copy(update=update)
    return told(services.submit(request, owner=user, parent=found.parent, tree=found.tree))
