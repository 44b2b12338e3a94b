"""Faces of an extras picture: restored by jobs that change nothing else, first by GFPGAN, then by CodeFormer."""

from dataclasses import replace
from typing import Any

import numpy as np
from fastapi.concurrency import run_in_threadpool

from pentimento.api.services import Services
from pentimento.api.webui.bodies import ExtrasBody
from pentimento.api.webui.state import checkpoint_now
from pentimento.pixels.codec import encode_picture
from pentimento.words.choices import FaceRestorer
from pentimento.words.errors import ModelFileError
from pentimento.words.images import Picture
from pentimento.words.request import Request


async def mended(services: Services, user: str, body: ExtrasBody, picture: Picture) -> tuple[Picture, list[str]]:
    """The picture with each restorer's faces, as far as they are to be seen; and of restorers that cannot be had, why.

    raises  what else a job failed with
    """
    warnings: list[str] = []
    for restorer, visibility in _asked(body):
        try:
            restored = await _restored(services, user, restorer, body, picture)
        except ModelFileError as problem:
            warnings.append(f"faces stay as they are: {problem.message}")
            continue
        picture = _seen_through(picture, restored, visibility)
    return picture, warnings


def wanted(body: ExtrasBody) -> bool:
    return bool(_asked(body))


def told(body: ExtrasBody) -> dict[str, Any]:
    """What the picture's text says of it."""
    return {
        "GFPGAN visibility": body.gfpgan_visibility or None,
        "CodeFormer visibility": body.codeformer_visibility or None,
        "CodeFormer weight": body.codeformer_weight if body.codeformer_visibility else None,
    }


def _asked(body: ExtrasBody) -> list[tuple[FaceRestorer, float]]:
    """Which restorers, in their order, and how far each is to be seen."""
    asked = (FaceRestorer.GFPGAN, body.gfpgan_visibility), (FaceRestorer.CODEFORMER, body.codeformer_visibility)
    return [(restorer, visibility) for restorer, visibility in asked if visibility]


async def _restored(
    services: Services, user: str, restorer: FaceRestorer, body: ExtrasBody, picture: Picture
) -> Picture:
    checkpoint = checkpoint_now(services)
    name = await run_in_threadpool(lambda: services.keep(encode_picture(picture, ".png", None)))
    request = Request(
        images=(name,),
        checkpoint=checkpoint.name if checkpoint else "starter",
        denoising_strength=0,
        restore_faces=restorer,
        face_weight=body.codeformer_weight,
    )
    job = await run_in_threadpool(services.submit, request, owner=user, record=False)
    await job.ended_async()
    if job.error:
        raise job.error.error
    return job.painted[0].picture if job.painted else picture


def _seen_through(below: Picture, above: Picture, share: float) -> Picture:
    """Both mixed: 0 the one below alone, 1 the one above."""
    if share == 1:
        return replace(below, samples=above.samples)
    mixed = below.samples + (above.samples.astype(np.float32) - below.samples) * np.float32(share)
    return replace(below, samples=np.rint(mixed).astype(below.samples.dtype))
