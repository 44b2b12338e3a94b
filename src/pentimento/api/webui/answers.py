"""What came of a call, as the dialect tells it: pictures as base64, `parameters`, and `info` as JSON in a string."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from pentimento.api.services import Services
from pentimento.api.webui.bodies import Body, Img2ImgBody
from pentimento.api.webui.painting import Outcome, Sheet
from pentimento.api.webui.tiles import rows_of, tiled
from pentimento.api.webui.works import Work
from pentimento.infotext.text import VERSION, parse
from pentimento.jobs.job import Job
from pentimento.pixels.codec import encode_picture, picture_of, read_picture
from pentimento.pixels.fit import fitted
from pentimento.pixels.gps import without_gps
from pentimento.pixels.mask import blurred, inverted
from pentimento.pixels.view import image_of, mask_of
from pentimento.words.choices import FaceRestorer, MaskMode, SchedulerName
from pentimento.words.events import Finished, Painted, Started
from pentimento.words.images import Mask, Picture
from pentimento.words.request import Request
from pentimento.words.samplers import FACTS

FIXED = frozenset(
    {
        "Prompt", "Negative prompt", "Steps", "Sampler", "Schedule type", "CFG scale", "Image CFG scale", "Seed",
        "Face restoration", "Size-1", "Size-2", "Model hash", "Model", "FP8 weight", "VAE hash", "VAE",
        "Variation seed", "Variation seed strength", "Seed resize from-1", "Seed resize from-2",
        "Conditional mask weight", "Clip skip", "ENSD", "Token merging ratio", "Token merging ratio hr",
        "Init image hash", "RNG", "Tiling", "Version", "User",
    }
)  # fmt: skip
"""Fields of a picture's text that are not among `extra_generation_params`."""


def answered(services: Services, body: Body, options: Mapping[str, Any], outcome: Outcome, work: Work) -> bytes:
    """The whole answer to txt2img or img2img, as JSON."""
    outcome = _with_grid(body, options, outcome)
    images = list(_images(services, options, outcome)) if body.send_images else []
    return json.dumps(
        {"images": images, "parameters": _echo(body), "info": json.dumps(info(body, outcome, work))}
    ).encode()


def encoded(services: Services, options: Mapping[str, Any], picture: Picture, parameters: str | None) -> str:
    """A picture in base64, in the format that is set, with or without its settings."""
    settings = services.settings.now
    format = options["samples_format"]
    lossless = format == "webp" and options["webp_lossless"]
    tell = settings.metadata and options["enable_pnginfo"]
    if not tell:
        picture = replace(picture, text={})
    quality = None if format == "png" or lossless else max(1, min(100, int(options["jpeg_quality"])))
    data = encode_picture(picture, f".{format}", parameters if tell else None, quality)
    return base64.b64encode(data if settings.gps else without_gps(data)).decode()


def info(body: Body, outcome: Outcome, work: Work) -> dict[str, Any]:
    """What the dialect tells of the pictures, and where was painted."""
    request, painted = outcome.request, outcome.painted if outcome.alone else outcome.painted[:1]
    texts = [parse(one.parameters) for one in painted] or [{}]
    first = texts[0]
    prompts = [text.get("Prompt", request.prompt) for text in texts]
    negatives = [text.get("Negative prompt", request.negative_prompt) for text in texts]
    seeds = [one.seed for one in painted] or [request.seed]
    variations = [_variation(request, one) for one in painted] or [request.variation_seed]
    return {
        "prompt": prompts[0],
        "all_prompts": prompts,
        "negative_prompt": negatives[0],
        "all_negative_prompts": negatives,
        "seed": seeds[0],
        "all_seeds": seeds,
        "subseed": variations[0],
        "all_subseeds": variations,
        "subseed_strength": body.subseed_strength,
        "width": body.width,
        "height": body.height,
        "sampler_name": str(request.sampler),
        "cfg_scale": body.cfg_scale,
        "steps": body.steps,
        "batch_size": request.batch_size,
        "restore_faces": request.restore_faces is not FaceRestorer.NONE,
        "face_restoration_model": first.get("Face restoration"),
        "sd_model_name": first.get("Model"),
        "sd_model_hash": first.get("Model hash"),
        "sd_vae_name": first.get("VAE"),
        "sd_vae_hash": first.get("VAE hash"),
        "seed_resize_from_w": body.seed_resize_from_w,
        "seed_resize_from_h": body.seed_resize_from_h,
        "denoising_strength": _strength(request),
        "extra_generation_params": _extra(request, first),
        "index_of_first_image": len(outcome.sheets),
        "infotexts": [*(sheet.text for sheet in outcome.sheets), *_texts(outcome)],
        "styles": body.styles or [],
        "job_timestamp": work.timestamp,
        "clip_skip": request.clip_skip,
        "is_using_inpainting_conditioning": "Conditional mask weight" in first,
        "version": VERSION,
        "mask_report": _mask_report(request, painted, work.job),
    }


def _mask_report(request: Request, painted: list[Painted], job: Job | None) -> dict[str, Any] | None:
    """Where was painted, for a client to see a mask that was empty, turned round or of another size.

    Without a mask it is what a person should know, where there is something, and else null.
    """
    said = (job.latest(Started), job.latest(Finished)) if job else ()
    warnings = [note for event in said if isinstance(event, Started | Finished) for note in event.warnings]
    if request.mask is None:
        return {"warnings": warnings} if warnings else None
    report = painted[0].mask if painted else None
    turned = request.mask_mode is MaskMode.NOT_MASKED
    told: dict[str, Any] = {"inverted": turned, "warnings": warnings}
    if report is None:
        return told
    return told | {
        "coverage": report.coverage,
        "crop": list(report.crop),
        "working": list(report.working),
        "scale": report.scale,
        "sides": list(report.sides),
        "message": f"{report}{'; repainted is what is not masked' if turned else ''}",
    }


def _extra(request: Request, text: Mapping[str, str]) -> dict[str, Any]:
    """What is told beside the fixed fields; the schedule too where its own function gave the noise levels."""
    scheduled = text.get("Schedule type") != SchedulerName.AUTOMATIC and not FACTS[request.sampler].on_timesteps
    fixed = FIXED - {"Schedule type"} if scheduled else FIXED
    return {key: _typed(value) for key, value in text.items() if key not in fixed}


def _echo(body: Body) -> dict[str, Any]:
    """The request as it was understood; pictures only where the client wants them back."""
    told = body.model_dump()
    if isinstance(body, Img2ImgBody) and not body.include_init_images:
        told |= {"init_images": None, "mask": None}
    return told


def _texts(outcome: Outcome) -> list[str]:
    return [one.parameters for one in outcome.painted] if outcome.alone else []


def _variation(request: Request, painted: Painted) -> int:
    return painted.variation_seed if request.variation_seed == -1 else request.variation_seed + painted.number


def _strength(request: Request) -> float | None:
    if request.hires:
        return request.hires_denoising_strength
    return request.denoising_strength if request.images else None


def _typed(text: str) -> Any:
    """A value of a picture's text as the number or truth it is."""
    if text in ("True", "False"):
        return text == "True"
    try:
        return json.loads(text, parse_constant=str)
    except ValueError:
        return text


# ---------------------------------------------------------------------------------------------------------- pictures


def _with_grid(body: Body, options: Mapping[str, Any], outcome: Outcome) -> Outcome:
    """Several pictures also side by side, where a client has them saved and wants grids; a script brings its own."""
    if outcome.sheets or not (body.save_images and options["return_grid"]) or len(outcome.painted) < 2:
        return outcome
    count = len(outcome.painted)
    full = bool(options["grid_prevent_empty_spots"])
    rows = rows_of(count, int(options["n_rows"]), outcome.request.batch_size, full=full)
    picture = picture_of(tiled([image_of(one.picture) for one in outcome.painted], columns=-(-count // rows)))
    return replace(outcome, sheets=[Sheet(picture, outcome.painted[0].parameters)])


def _images(services: Services, options: Mapping[str, Any], outcome: Outcome) -> Iterator[str]:
    """Sheets, then each picture, with its mask and what was painted alone where that is set."""
    for sheet in outcome.sheets:
        yield encoded(services, options, sheet.picture, sheet.text)
    if not outcome.alone:
        return
    masked = outcome.request.mask is not None
    for one in outcome.painted:
        yield encoded(services, options, one.picture, one.parameters)
        if masked and (options["return_mask"] or options["return_mask_composite"]):
            mask = _mask(services, outcome.request, one.picture)
            if options["return_mask"]:
                yield encoded(services, options, picture_of(np.dstack([mask] * 3)), None)
            if options["return_mask_composite"]:
                yield encoded(services, options, picture_of(np.dstack([image_of(one.picture), mask])), None)


def _mask(services: Services, request: Request, picture: Picture) -> Mask:
    """The mask as it was used, at the picture's size: turned round, then softened."""
    assert request.mask is not None
    drawn = mask_of(fitted(read_picture(services.history.files[request.mask]), picture.size), round=request.mask_round)
    turned = inverted(drawn) if request.mask_mode is MaskMode.NOT_MASKED else drawn
    vertical = request.mask_blur if request.mask_blur_y is None else request.mask_blur_y
    return blurred(turned, request.mask_blur, vertical)
