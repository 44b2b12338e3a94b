"""A face repainted by the checkpoint itself, enlarged to the size that it is at home with."""

from collections.abc import Generator, Sequence
from typing import Protocol

import numpy as np

from pentimento.checkpoint.open import Opened
from pentimento.engine.canvas import prepared_mask
from pentimento.engine.conditioning import Conditioning
from pentimento.engine.estimate import Pass, pass_of
from pentimento.engine.faces import Step, faces_touched
from pentimento.engine.sampling import plan
from pentimento.pixels.faces.find import Detector
from pentimento.words.choices import Area, FaceRestorer, MaskedContent, MaskMode, ResizeMode
from pentimento.words.compat import CompatName
from pentimento.words.faces import Face
from pentimento.words.images import Mask, Picture, size_of
from pentimento.words.request import Request
from pentimento.words.sizes import Sides, Size

PICTURE, MASK = "0" * 64, "1" * 64
"""Stand for the picture and the face's oval, which are no files."""

OVAL = (0.62, 0.62)
"""Half axes of what is repainted, shares of a face's box."""

SOFT = 0.3
"""How much of the oval is its soft edge."""

CONTEXT = (0.45, 1.0)
"""Surroundings that are looked at, shares of a face's height: the least, and the most, as far as all of it then fits
into the checkpoint's own side. A checkpoint that has seen whole figures spoils faces that fill the picture.
"""

MOST = 1.5
"""A face is worked on at most at this many times the checkpoint's own side."""


class Paints(Protocol):
    """What paints a request: yields its steps, returns the picture."""

    def __call__(self, request: Request, picture: Picture, mask: Picture) -> Generator[Step, None, Picture]: ...


class ByCheckpoint:
    """A treatment: inpainting of the face alone, its original as masked content.

    native  side of the square that the checkpoint was trained on, pixels
    seed    of the picture that the face is in
    """

    def __init__(self, request: Request, seed: int, native: int, paints: Paints) -> None:
        self.request, self.seed, self.native, self.paints = request, seed, native, paints

    def __call__(self, picture: Picture, face: Face, mask: Mask | None) -> Generator[Step, None, Picture]:
        oval = oval_of(face, picture.size)
        if mask is not None:
            oval = np.rint(oval.astype(np.float32) * mask / np.float32(255)).astype(np.uint8)
        if not oval.any():
            return picture
        request = detail_request(self.request, face, self.seed, self.native)
        return (yield from self.paints(request, picture, Picture(oval[..., None])))


def oval_of(face: Face, size: Size) -> Mask:
    """Where a face is repainted, of the picture's size: 255 within, softly 0 outside."""
    x, y = face.middle
    rows, columns = np.ogrid[: size.height, : size.width]
    away = np.hypot((columns + 0.5 - x) / (face.width * OVAL[0]), (rows + 0.5 - y) / (face.height * OVAL[1]))
    share = np.clip((1 - away) / SOFT, 0, 1)
    return np.rint(255 * share * share * (3 - 2 * share)).astype(np.uint8)


def detail_request(request: Request, face: Face, seed: int, native: int) -> Request:
    """What repaints one face: the job's own settings, but only masked, and without what concerns the whole picture."""
    padding = _around(face.height, native)
    side = face.height + 2 * padding
    large = {"width": round(native * MOST), "height": round(native * MOST)} if side > native * MOST else {}
    update = {
        "images": (PICTURE,),
        "mask": MASK,
        "prompt": request.face_prompt or request.prompt,
        "width": None,
        "height": None,
        **large,
        "resize_mode": ResizeMode.STRETCH,
        "area": Area.MASKED,
        "padding": padding,
        "supersampling": 1,
        "mask_mode": MaskMode.MASKED,
        "mask_blur": 0,
        "mask_blur_y": None,
        "masked_content": MaskedContent.ORIGINAL,
        "overlay": True,
        "color_correction": False,
        "soft_inpainting": None,
        "extend": Sides(0, 0, 0, 0),
        "denoising_strength": request.face_denoising_strength,
        "initial_noise_multiplier": 1,
        "seed": seed,
        "noise_source": request.random,
        "seed_resize_width": 0,
        "seed_resize_height": 0,
        "batch_size": 1,
        "batch_count": 1,
        "tiling": False,
        "hires_scale": 0,
        "hires_width": 0,
        "hires_height": 0,
        "restore_faces": FaceRestorer.NONE,
        "compat": CompatName.NONE,
    }
    return request.model_copy(update=update)


def _around(height: float, native: int) -> int:
    """Pixels of surroundings on each side of a face."""
    least, most = CONTEXT
    room = (native / max(height, 1) - 1) / 2
    return round(height * min(max(room, least), most))


def detail_passes(
    request: Request,
    pictures: Sequence[Picture],
    mask: Picture | None,
    opened: Opened,
    conditioning: Conditioning,
    detector: Detector | None,
) -> list[Pass]:
    """What the repainting of faces is thought to take: as many in each picture as there were before, at least one.

    Which faces a picture will have is not known before; who asks for them expects one. None where none are asked for.
    """
    if request.restore_faces is not FaceRestorer.DETAIL:
        return []
    native = opened.facts.native_side
    face = detail_request(request, Face(0, 0, native, native, 1, ()), request.seed, native)
    count = request.batch_size * request.batch_count
    faces = count * max([1, *(_touched(request, picture, mask, detector) for picture in pictures)])
    calls = faces * plan(face, opened.facts).calls
    whole, size = [slice(0, 1)], Size(native, native)
    return [pass_of(face, opened, conditioning, size, whole, calls=calls, encoded=faces, decoded=faces)]


def _touched(request: Request, picture: Picture, mask: Picture | None, detector: Detector | None) -> int:
    prepared = None if mask is None else prepared_mask(request, mask)
    fitting = prepared if prepared is not None and size_of(prepared) == picture.size else None
    return faces_touched(picture, fitting, request.background_color, detector)
