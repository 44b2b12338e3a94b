"""Routes that enlarge pictures, and read what they tell of themselves."""

import html
from dataclasses import replace
from typing import Any

import numpy as np
import PIL.Image
from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool

from pentimento.api.dependencies import ServicesDep, UserDep
from pentimento.api.services import Services
from pentimento.api.webui.answers import encoded
from pentimento.api.webui.bodies import ExtraBatchBody, ExtrasBody, ExtraSingleBody, PngInfoBody
from pentimento.api.webui.mended import mended
from pentimento.api.webui.mended import told as faces_told
from pentimento.api.webui.mended import wanted as faces_wanted
from pentimento.api.webui.painting import upscaled
from pentimento.api.webui.state import options_shown
from pentimento.api.webui.translation import decoded
from pentimento.checkpoint.retouchers import upscaler_file
from pentimento.infotext.granted import parse_with_defaults
from pentimento.infotext.text import compose
from pentimento.pixels.enlarge import UPSCALERS, centred, enlarged, whole_cells
from pentimento.pixels.view import pillow_of
from pentimento.words.errors import MissingPictureError, RequestError, UnknownModelError
from pentimento.words.images import Picture
from pentimento.words.sizes import Size

router = APIRouter(prefix="/sdapi/v1", tags=["webui: extras"], strict_content_type=False)

NONE = "None"
BY_SIZE = 1
"""The resize mode that names a size instead of a factor."""


@router.post("/extra-single-image")
async def enlarge_one(services: ServicesDep, user: UserDep, body: ExtraSingleBody) -> dict[str, Any]:
    """Enlarge a picture."""
    image, told = await _extra(services, user, body, body.image)
    return {"html_info": told, "image": image}


@router.post("/extra-batch-images")
async def enlarge_several(services: ServicesDep, user: UserDep, body: ExtraBatchBody) -> dict[str, Any]:
    """Enlarge several pictures alike."""
    done = [await _extra(services, user, body, one.data) for one in body.imageList]
    return {"html_info": "".join(dict.fromkeys(told for _, told in done)), "images": [image for image, _ in done]}


@router.post("/png-info")
def tell_settings(services: ServicesDep, body: PngInfoBody) -> dict[str, Any]:
    """The settings that a picture's file carries."""
    picture = services.check_picture(_bytes(services, body.image))
    text = picture.text.get("parameters", "")
    items = {key: value for key, value in picture.text.items() if key != "parameters"}
    return {"info": text, "items": items, "parameters": parse_with_defaults(text) if text else {}}


async def _extra(services: Services, user: str, body: ExtrasBody, sent: str) -> tuple[str, str]:
    """The picture in base64, and what was done to it."""
    names = _upscalers(services, body)
    data = await run_in_threadpool(_bytes, services, sent)
    picture = await run_in_threadpool(services.check_picture, data)
    if not names and not faces_wanted(body):
        return await run_in_threadpool(_answer, services, picture, picture), ""
    larger = picture
    if names:
        factor = _factor(services, body, picture.size)
        seen = [await _enlarged(services, user, data, picture, name, factor) for name in names]
        larger = await run_in_threadpool(_blended, body, picture, seen)
    told = compose("", "", _told(body) | faces_told(body))
    done, warnings = await mended(services, user, body, larger)
    made = replace(done, text={**picture.text, "postprocessing": told})
    said = "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in (told, *warnings))
    return await run_in_threadpool(_answer, services, made, picture), said


def _upscalers(services: Services, body: ExtrasBody) -> list[str]:
    """Those that are to run, the second laid over the first. Raises RequestError for one that there is not."""
    for name in (body.upscaler_1, body.upscaler_2):
        try:
            _ = name == NONE or upscaler_file(name, services.library)
        except UnknownModelError as unknown:
            raise RequestError(unknown.message, unknown.hint) from unknown
    if body.upscaler_1 == NONE:
        return []
    return [body.upscaler_1, *([body.upscaler_2] if _has_second(body) else [])]


def _has_second(body: ExtrasBody) -> bool:
    return body.upscaler_2 != NONE and body.extras_upscaler_2_visibility > 0


def _factor(services: Services, body: ExtrasBody, own: Size) -> float:
    """How much larger the picture becomes. Raises LimitError."""
    wanted, factor = _wanted(body), body.upscaling_resize
    if body.resize_mode == BY_SIZE:
        factor = max(wanted.width / own.width, wanted.height / own.height)
    services.bounds.check_size(Size(int(own.width * factor), int(own.height * factor)))
    services.bounds.check_size(wanted)
    return factor


def _wanted(body: ExtrasBody) -> Size:
    return Size(body.upscaling_resize_w, body.upscaling_resize_h)


async def _enlarged(
    services: Services, user: str, data: bytes, picture: Picture, name: str, factor: float
) -> PIL.Image.Image:
    """The picture by one upscaler: a filter here, a network where jobs are run."""
    if name in UPSCALERS:
        return await run_in_threadpool(enlarged, pillow_of(picture), factor, UPSCALERS[name])
    return pillow_of(await upscaled(services, data, name, whole_cells(picture.size, factor), user))


def _blended(body: ExtrasBody, before: Picture, seen: list[PIL.Image.Image]) -> Picture:
    """One picture of those that the upscalers made, cut to size."""
    made, *second = seen
    for other in second:
        made = PIL.Image.blend(made, other, body.extras_upscaler_2_visibility)
    if body.resize_mode == BY_SIZE and body.upscaling_crop:
        made = centred(made, _wanted(body))
    samples = np.array(made)
    return replace(before, samples=samples if samples.ndim == 3 else samples[..., None])


def _answer(services: Services, picture: Picture, before: Picture) -> str:
    return encoded(services, options_shown(services), picture, before.text.get("parameters"))


def _told(body: ExtrasBody) -> dict[str, Any]:
    if body.upscaler_1 == NONE:
        return {}
    size = f"{body.upscaling_resize_w}x{body.upscaling_resize_h}" if body.resize_mode == BY_SIZE else None
    return {
        "Postprocess upscale by": None if size else body.upscaling_resize,
        "Postprocess upscale to": size,
        "Postprocess crop to": size if size and body.upscaling_crop else None,
        "Postprocess upscaler": body.upscaler_1,
        "Postprocess upscaler 2": body.upscaler_2 if _has_second(body) else None,
    }


def _bytes(services: Services, sent: str) -> bytes:
    """What a picture was sent as. Raises MissingPictureError, PictureError."""
    if not sent.strip():
        raise MissingPictureError("image is empty", "Send a picture as base64.")
    return decoded(sent.strip(), services.fetch)
