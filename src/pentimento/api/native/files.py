"""Pictures by the hash of their bytes: in as files, out as files."""

from typing import Annotated

from fastapi import APIRouter, Body, File, Path, Response, UploadFile
from pydantic import Field

from pentimento.api.dependencies import ServicesDep
from pentimento.api.native.giving import GivingDep
from pentimento.api.native.values import FileValue, Responses
from pentimento.api.services import Services
from pentimento.infotext.reading import settings_from
from pentimento.pixels.codec import read_picture
from pentimento.pixels.head import head_of
from pentimento.words.errors import PentimentoError, UnknownPictureError
from pentimento.words.request import Closed

router = APIRouter(prefix="/files", tags=["files"])

Hash = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="sha256 of the file's bytes, in hex")]


class Place(Closed):
    """Where a picture is."""

    url: str = Field(max_length=2000, description="its address: https://… or http://…")


PICTURE: Responses = {
    200: {"content": {"image/png": {}, "image/jpeg": {}, "image/webp": {}}, "description": "the picture"}
}


@router.post("", status_code=201)
def keep_file(
    services: ServicesDep,
    file: Annotated[UploadFile, File(description="PNG (8 or 16 bit), JPEG, WebP, AVIF and others")],
) -> FileValue:
    """Send a picture or a mask; requests name it by the hash that comes back."""
    data = file.file.read()
    services.check_picture(data)
    return described(services, services.keep(data))


@router.post("/fetch", status_code=201)
def fetch_file(services: ServicesDep, place: Annotated[Place, Body()]) -> FileValue:
    """Fetch a picture from the open network, where the server was started with --allow-urls."""
    data = services.fetch(place.url)
    services.check_picture(data)
    return described(services, services.keep(data))


@router.get("/{hash}", response_class=Response, responses=PICTURE)
def get_file(services: ServicesDep, hash: Hash, giving: GivingDep) -> Response:
    """The picture itself, in another format or small if that is wanted."""
    data = bytes_of(services, hash)
    return giving.file(data, head_of(data).kind)


@router.get("/{hash}/info")
def get_file_info(services: ServicesDep, hash: Hash) -> FileValue:
    """What is known of a picture: size, depth, and the settings that made it."""
    return described(services, hash)


def bytes_of(services: Services, hash: str) -> bytes:
    """Raises UnknownPictureError."""
    if hash not in services.history.files:
        raise UnknownPictureError(hash)
    return services.history.files[hash]


def described(services: Services, hash: str) -> FileValue:
    data = bytes_of(services, hash)
    picture = read_picture(data)
    parameters = picture.text.get("parameters")
    return FileValue(
        hash=hash,
        bytes=len(data),
        kind=head_of(data).kind,
        width=picture.size.width,
        height=picture.size.height,
        bits=8 * picture.samples.dtype.itemsize,
        alpha=picture.has_alpha,
        profile=picture.icc is not None,
        parameters=parameters,
        settings=_settings(parameters),
        notes=picture.notes,
    )


def _settings(parameters: str | None) -> dict[str, object] | None:
    """None where there are none that can be read."""
    try:
        return dict(settings_from(parameters)) if parameters else None
    except PentimentoError:
        return None
