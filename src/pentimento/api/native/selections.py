"""Objects found in a picture, as masks."""

from typing import Annotated

from fastapi import APIRouter, Body, Response
from pydantic import Field

from pentimento.api.dependencies import ServicesDep
from pentimento.api.native.files import bytes_of
from pentimento.api.native.values import Responses
from pentimento.pixels.codec import encode_picture, picture_of
from pentimento.pixels.select import object_in
from pentimento.pixels.view import image_of
from pentimento.words.errors import PictureError
from pentimento.words.request import Closed
from pentimento.words.sizes import Box

router = APIRouter(tags=["before a run"])

MASK: Responses = {200: {"content": {"image/png": {}}, "description": "the mask, as large as the box: 255 is object"}}
Edge = Annotated[int, Field(ge=0, le=10**6, description="pixels of the picture; right and bottom are exclusive")]


class Selection(Closed):
    """A box around an object."""

    image: str = Field(pattern="^[0-9a-f]{64}$", description="hash of the picture")
    left: Edge
    top: Edge
    right: Edge
    bottom: Edge


@router.post("/selections", response_class=Response, responses=MASK)
def select_object(services: ServicesDep, selection: Annotated[Selection, Body()]) -> Response:
    """The object that a box is drawn around, as a mask of the box's size; waits for no job."""
    picture = services.check_picture(bytes_of(services, selection.image))
    box = Box(selection.left, selection.top, selection.right, selection.bottom)
    if box.clipped(picture.size) != box or min(box.size) < 2:
        raise PictureError(
            f"the box is {box.left},{box.top},{box.right},{box.bottom} and the picture {picture.size}",
            "Draw a box of 2 pixels at least, on the picture.",
        )
    mask = object_in(image_of(picture), box)
    if not mask.any():
        raise PictureError(
            "nothing stands out in the box", "Draw it closer around the object, with a little of what is behind it."
        )
    return Response(encode_picture(picture_of(mask), ".png", None), media_type="image/png")
