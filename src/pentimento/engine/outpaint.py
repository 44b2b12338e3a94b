"""Growing the picture: a request with `extend` → the same one on larger pictures, with a mask for what is new."""

from collections.abc import Sequence

import numpy as np

from pentimento.engine.canvas import prepared_mask
from pentimento.pixels.extend import grown, grown_mask
from pentimento.words.choices import MaskMode
from pentimento.words.errors import MaskSizeError
from pentimento.words.images import Picture
from pentimento.words.request import Request
from pentimento.words.sizes import Sides


def extended(
    request: Request, pictures: Sequence[Picture], mask: Picture | None
) -> tuple[Request, Sequence[Picture], Picture | None]:
    """What is run in place of a request, its pictures and its mask; unchanged where nothing is grown.

    A mask of one's own is turned round and softened first, at the old size: softness never reaches from what is
    new into what was there, so that every old sample outside one's own mask stays bit for bit.

    raises  MaskSizeError
    """
    if not request.extended:
        return request, pictures, mask
    size = pictures[0].size
    if mask is not None and mask.size != size:
        raise MaskSizeError(size, mask.size)
    own = np.zeros((size.height, size.width), np.uint8) if mask is None else prepared_mask(request, mask)
    prepared = {"mask_mode": MaskMode.MASKED, "mask_blur": 0, "mask_blur_y": None, "extend": Sides(0, 0, 0, 0)}
    larger = [grown(picture, request.extend) for picture in pictures]
    return request.model_copy(update=prepared), larger, Picture(grown_mask(own, request.extend)[..., None])
