"""Routes that read and enlarge pictures without a network."""

from dataclasses import replace
from typing import Any

import numpy as np
import PIL.Image
from fastapi import APIRouter

from pentimento.api.dependencies import ServicesDep
from pentimento.api.services import Services
from pentimento.api.webui.answers import encoded
from pentimento.api.webui.bodies import ExtraBatchBody, ExtrasBody, ExtraSingleBody, PngInfoBody
from pentimento.api.webui.mended import mended
from pentimento.api.webui.mended import told as faces_told
from pentimento.api.webui.mended import wanted as faces_wanted
from pentimento.api.webui.state import options_shown
from pentimento.api.webui.translation import decoded
from pentimento.infotext.granted import parse_with_defaults
from pentimento.infotext.text import compose
from pentimento.pixels.enlarge import UPSCALERS, centred, enlarged
from pentimento.pixels.view import pillow_of
from pentimento.words.errors import MissingPictureError, RequestError
from pentimento.words.images import Picture
from pentimento.words.sizes import Size

router = APIRouter(prefix="/sdapi/v1", tags=["webui: extras"])

NONE = "None"
BY_SIZE = 1
"""The resize mode that names a size instead of a factor."""


@router.post("/extra-single-image")
def enlarge_one(services: ServicesDep, body: ExtraSingleBody) -> dict[str, Any]:
    """Enlarge a picture."""
    image, told = _extra(services, body, body.image)
    return {"html_info": told, "image": image}


@router.post("/extra-batch-images")
def enlarge_several(services: ServicesDep, body: ExtraBatchBody) -> dict[str, Any]:
    """Enlarge several pictures alike."""
    done = [_extra(services, body, one.data) for one in body.imageList]
    return {"html_info": "".join(dict.fromkeys(told for _, told in done)), "images": [image for image, _ in done]}


@router.post("/png-info")
def tell_settings(services: ServicesDep, body: PngInfoBody) -> dict[str, Any]:
    """The settings that a picture's file carries."""
    picture = _read(services, body.image)
    text = picture.text.get("parameters", "")
    items = {key: value for key, value in picture.text.items() if key != "parameters"}
    return {"info": text, "items": items, "parameters": parse_with_defaults(text) if text else {}}


def _extra(services: Services, body: ExtrasBody, data: str) -> tuple[str, str]:
    """The picture in base64, and what was done to it."""
    for name in (body.upscaler_1, body.upscaler_2):
        if name not in (NONE, *UPSCALERS):
            raise RequestError(f"there is no upscaler {name!r}", f"There are: {NONE}, {', '.join(UPSCALERS)}.")
    picture = _read(services, data)
    options = options_shown(services)
    if body.upscaler_1 == NONE and not faces_wanted(body):
        return encoded(services, options, picture, picture.text.get("parameters")), ""
    larger = picture
    if body.upscaler_1 != NONE:
        samples = np.array(_upscaled(services, body, picture))
        larger = replace(picture, samples=samples if samples.ndim == 3 else samples[..., None])
    told = compose("", "", _told(body) | faces_told(body))
    made = replace(mended(services, body, larger), text={**picture.text, "postprocessing": told})
    return encoded(services, options, made, picture.text.get("parameters")), f"<p>{told}</p>"


def _upscaled(services: Services, body: ExtrasBody, picture: Picture) -> PIL.Image.Image:
    wanted = Size(body.upscaling_resize_w, body.upscaling_resize_h)
    own, factor = picture.size, body.upscaling_resize
    if body.resize_mode == BY_SIZE:
        factor = max(wanted.width / own.width, wanted.height / own.height)
    services.bounds.check_size(Size(int(own.width * factor), int(own.height * factor)))
    services.bounds.check_size(wanted)
    before = pillow_of(picture)
    seen = enlarged(before, factor, body.upscaler_1)
    if body.upscaler_2 != NONE and body.extras_upscaler_2_visibility:
        seen = PIL.Image.blend(seen, enlarged(before, factor, body.upscaler_2), body.extras_upscaler_2_visibility)
    return centred(seen, wanted) if body.resize_mode == BY_SIZE and body.upscaling_crop else seen


def _told(body: ExtrasBody) -> dict[str, Any]:
    if body.upscaler_1 == NONE:
        return {}
    size = f"{body.upscaling_resize_w}x{body.upscaling_resize_h}" if body.resize_mode == BY_SIZE else None
    second = body.upscaler_2 != NONE and body.extras_upscaler_2_visibility
    return {
        "Postprocess upscale by": None if size else body.upscaling_resize,
        "Postprocess upscale to": size,
        "Postprocess crop to": size if size and body.upscaling_crop else None,
        "Postprocess upscaler": body.upscaler_1,
        "Postprocess upscaler 2": body.upscaler_2 if second else None,
    }


def _read(services: Services, data: str) -> Picture:
    if not data.strip():
        raise MissingPictureError("image is empty", "Send a picture as base64.")
    return services.check_picture(decoded(data.strip()))
