"""Pictures that were worked on, each with the tree of its rounds; undo and redo; one file out and in; the bin."""

import tempfile
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Body, File, Path, Query, Response, UploadFile
from pydantic import Field

from pentimento.api.dependencies import ServicesDep
from pentimento.api.native.files import bytes_of
from pentimento.api.native.values import AtValue, Count, GrownTree, Responses, RoundValue, TreeValue
from pentimento.history import archive, bin, steps
from pentimento.history.history import PAGE
from pentimento.history.rounds import At
from pentimento.pixels.head import head_of
from pentimento.words.request import Closed, PictureHash

router = APIRouter(prefix="/pictures", tags=["pictures"])

Id = Annotated[str, Path(pattern="^[0-9a-f]{12}$", description="id of the picture")]
NAME = Field("", max_length=200, description="what it is to be called")
ZIP: Responses = {200: {"content": {"application/zip": {}}, "description": "the file"}}


class Opening(Closed):
    """Which picture to work on."""

    file: PictureHash | None = Field(
        None, description="hash of a picture that was sent to /files; null: one that is to be made from words alone"
    )
    name: str = NAME


class Naming(Closed):
    name: str = NAME


class Looking(Closed):
    """Which candidate is to be looked at."""

    at: AtValue | None = Field(description="null: the picture itself")


@router.get("")
def list_pictures(
    services: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=500, description="how many at most")] = PAGE,
    before: Annotated[float | None, Query(description="only those changed before: the last one's `changed`")] = None,
    binned: Annotated[bool, Query(description="what lies in the bin instead")] = False,
) -> list[TreeValue]:
    """Pictures that were worked on, those changed last first."""
    return [
        TreeValue.model_validate(tree) for tree in services.history.trees(limit=limit, before=before, binned=binned)
    ]


@router.post("", status_code=201)
def open_picture(services: ServicesDep, opening: Opening) -> TreeValue:
    """Begin to work on a picture; one that is known already comes back with its rounds."""
    data = bytes_of(services, opening.file) if opening.file else None
    tree = services.history.open(data, opening.name)
    return TreeValue.model_validate(tree)


@router.post("/import", status_code=201)
def import_picture(
    services: ServicesDep, file: Annotated[UploadFile, File(description="what `export` gave")]
) -> TreeValue:
    """Take in a picture with its rounds; those that are here already stay as they are."""
    bounds = services.bounds
    tree = archive.import_tree(
        services.history, file.file, largest=bounds.body, check=lambda data: bounds.check_size(head_of(data).size)
    )
    return TreeValue.model_validate(tree)


@router.delete("/bin")
def empty_bin(services: ServicesDep) -> Count:
    """Delete what lies in the bin, for good: how many rounds and single candidates."""
    return Count(count=bin.empty_bin(services.history, spared=services.named))


@router.get("/{id}")
def get_picture(
    services: ServicesDep,
    id: Id,
    binned: Annotated[bool, Query(description="rounds and candidates in the bin too")] = False,
) -> GrownTree:
    """A picture with all its rounds."""
    tree = TreeValue.model_validate(services.history.tree(id))
    rounds = tuple(RoundValue.model_validate(one) for one in services.history.rounds(id, binned=binned))
    return GrownTree(**dict(tree), all_rounds=rounds)


@router.patch("/{id}")
def name_picture(services: ServicesDep, id: Id, naming: Naming) -> TreeValue:
    """Give a picture a name."""
    services.history.tree(id)
    return TreeValue.model_validate(services.history.rename_tree(id, naming.name))


@router.delete("/{id}")
def bin_picture(services: ServicesDep, id: Id) -> TreeValue:
    """Put a picture with all its rounds into the bin."""
    return TreeValue.model_validate(bin.bin_tree(services.history, id))


@router.post("/{id}/restore")
def restore_picture(services: ServicesDep, id: Id) -> TreeValue:
    """Take it out of the bin."""
    return TreeValue.model_validate(bin.restore_tree(services.history, id))


@router.put("/{id}/at")
def look_at(services: ServicesDep, id: Id, looking: Annotated[Looking, Body()]) -> TreeValue:
    """Look at a candidate; what is painted next begins from it."""
    services.history.tree(id)
    at = At(looking.at.round, looking.at.number) if looking.at else None
    return TreeValue.model_validate(steps.choose(services.history, id, at))


@router.post("/{id}/undo")
def undo(services: ServicesDep, id: Id) -> TreeValue:
    """Back to what the round that is looked at began from."""
    return TreeValue.model_validate(steps.undo(services.history, id))


@router.post("/{id}/redo")
def redo(services: ServicesDep, id: Id) -> TreeValue:
    """On to the round that was left."""
    return TreeValue.model_validate(steps.redo(services.history, id))


@router.get("/{id}/export", response_class=Response, responses=ZIP)
def export_picture(
    services: ServicesDep,
    id: Id,
    gps: Annotated[bool, Query(description="leave in pictures where they were taken")] = False,
) -> Response:
    """A picture with all its rounds as one file."""
    with tempfile.TemporaryDirectory() as folder:
        place = FilePath(folder) / "history.zip"
        archive.export_tree(services.history, id, place, gps=gps)
        data = place.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{id}.zip"'}
    return Response(data, media_type="application/zip", headers=headers)
