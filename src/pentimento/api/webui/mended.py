"""Faces of an extras picture: restored by jobs that change nothing else, first by GFPGAN, then by CodeFormer."""

from dataclasses import replace
from typing import Any

import numpy as np

from pentimento.api.services import Services
from pentimento.api.webui.bodies import ExtrasBody
from pentimento.api.webui.state import checkpoint_now
from pentimento.pixels.codec import encode_picture
from pentimento.words.choices import FaceRestorer
from pentimento.words.images import Picture
from pentimento.words.request import Request


def mended(services: Services, body: ExtrasBody, picture: Picture) -> Picture:
    """The picture with each restorer's faces, as far as they are to be seen. Waits; raises what a job failed with."""
    for restorer, visibility in (
        (FaceRestorer.GFPGAN, body.gfpgan_visibility),
        (FaceRestorer.CODEFORMER, body.codeformer_visibility),
    ):
        if visibility:
            picture = _seen_through(picture, _restored(services, restorer, body, picture), visibility)
    return picture


def wanted(body: ExtrasBody) -> bool:
    return bool(body.gfpgan_visibility or body.codeformer_visibility)


def told(body: ExtrasBody) -> dict[str, Any]:
    """What the picture's text says of it."""
    return {
        "GFPGAN visibility": body.gfpgan_visibility or None,
        "CodeFormer visibility": body.codeformer_visibility or None,
        "CodeFormer weight": body.codeformer_weight if body.codeformer_visibility else None,
    }


def _restored(services: Services, restorer: FaceRestorer, body: ExtrasBody, picture: Picture) -> Picture:
    checkpoint = checkpoint_now(services)
    request = Request(
        images=(services.keep(encode_picture(picture, ".png", None)),),
        checkpoint=checkpoint.name if checkpoint else "starter",
        denoising_strength=0,
        restore_faces=restorer,
        face_weight=body.codeformer_weight,
    )
    job = services.submit(request, record=False)
    job.wait()
    if job.error:
        raise job.error.error
    return job.painted[0].picture if job.painted else picture


def _seen_through(below: Picture, above: Picture, share: float) -> Picture:
    """Both mixed: 0 the one below alone, 1 the one above."""
    if share == 1:
        return replace(below, samples=above.samples)
    mixed = below.samples + (above.samples.astype(np.float32) - below.samples) * np.float32(share)
    return replace(below, samples=np.rint(mixed).astype(below.samples.dtype))
