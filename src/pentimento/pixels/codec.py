"""Files' bytes ↔ pictures."""

import io
import os
import secrets
import struct
import warnings
import zlib
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import PIL.PngImagePlugin

from pentimento.pixels import exif, png
from pentimento.pixels.profile import in_srgb
from pentimento.pixels.view import image_of, pillow_of
from pentimento.words.errors import OutputError, PictureError
from pentimento.words.images import Picture, Samples
from pentimento.words.sizes import Size

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF", "BMP", "TIFF", "PPM", "TGA", "ICO", "JPEG2000", "QOI", "PCX")
"""What is read. EPS and the like are not: reading them would run other programs."""

MAX_SIDE = 16384
MAX_PIXELS = 178_956_970
"""Limits of a picture; beyond them a small file could fill the memory."""

WEBP_SIDE = 16383
JPEG_QUALITY = 95

BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, OverflowError, RuntimeError, struct.error,
    zlib.error,
)  # fmt: skip
"""What the readers raise on files that are not what they say."""

PIL.Image.MAX_IMAGE_PIXELS = None  # the limits above are stricter, and known before a pixel is decoded

TURNS = {
    1: (False, 1, 1),
    2: (False, 1, -1),
    3: (False, -1, -1),
    4: (False, -1, 1),
    5: (True, 1, 1),
    6: (True, 1, -1),
    7: (True, -1, -1),
    8: (True, -1, 1),
}
"""EXIF orientation → whether rows and columns change places, then the steps down and to the right."""

KEEPS_PROFILE = frozenset({"1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "I;16", "I;16B", "I;16L"})
"""Pillow modes whose colour profile still holds after reading; CMYK and LAB become another colour space."""

NATIVE = {
    "1": "L", "L": "L", "LA": "LA", "La": "LA", "P": "RGB", "PA": "RGBA", "RGB": "RGB", "RGBX": "RGB",
    "RGBA": "RGBA", "RGBa": "RGBA", "CMYK": "RGB", "YCbCr": "RGB", "LAB": "RGB", "HSV": "RGB",
}  # fmt: skip
"""Pillow mode of a file → the mode its samples are kept in."""
ELSEWHERE = frozenset({"CMYK", "YCbCr", "LAB", "HSV"})
"""… and the modes among them that are colours of another space."""
SEE_THROUGH = {"L": "LA", "RGB": "RGBA"}
"""… and where the file names a transparent colour."""


def read_picture(data: bytes) -> Picture:
    """The picture in a file's bytes, upright, with its depth, alpha, profile, EXIF and text.

    PictureError for what is empty, unknown, broken, animated or too large.
    """
    if not data:
        raise PictureError("the picture file is empty (0 bytes)", "Export or copy the picture again.")
    try:
        with _quietly(), PIL.Image.open(io.BytesIO(data), formats=_known_formats()) as file:
            _check(file)
            file.load()
            converted = in_srgb(file, file.info.get("icc_profile")) if file.mode in ELSEWHERE else None
            samples = _samples(file if converted is None else converted, data)
            block, orientation = exif.upright(exif.bare(file.info.get("exif")) or b"")
            return Picture(
                samples=_turned(samples, orientation),
                icc=(file.info.get("icc_profile") or None) if file.mode in KEEPS_PROFILE else None,
                exif=block or None,
                text=_text(file, block),
                notes=_notes(file, by_profile=converted is not None),
            )
    except PIL.UnidentifiedImageError as error:
        raise PictureError(
            f"these {len(data)} bytes, beginning {data[:8]!r}, are no picture that can be read",
            "Give a PNG, JPEG or WebP file.",
        ) from error
    except BROKEN as error:
        raise PictureError(
            f"the picture file of {len(data)} bytes is broken or cut off: {error}",
            "Export or copy the picture again.",
        ) from error


@contextmanager
def _quietly() -> Generator[None, None, None]:
    """Without what Pillow grumbles about tags that it passes over."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        yield


@cache
def _known_formats() -> tuple[str, ...]:
    """Those that this build of Pillow has readers for."""
    PIL.Image.init()
    return tuple(name for name in FORMATS if name in PIL.Image.OPEN)


def _check(file: PIL.Image.Image) -> None:
    size = Size(*file.size)
    if max(size) > MAX_SIDE or size.area > MAX_PIXELS:
        raise PictureError(
            f"the picture is {size}, {size.area / 1e6:.0f} megapixels; "
            f"the limit is {MAX_SIDE} a side and {MAX_PIXELS / 1e6:.0f} megapixels",
            "Scale it down or cut out the part to work on.",
        )
    frames = getattr(file, "n_frames", 1)
    if frames > 1 and file.format != "MPO":  # MPO: a photograph with previews behind it
        raise PictureError(
            f"the picture has {frames} frames or pages, and one is wanted", "Save the frame to work on as a PNG."
        )


def _notes(file: PIL.Image.Image, *, by_profile: bool) -> tuple[str, ...]:
    if file.mode not in ELSEWHERE:
        return ()
    if by_profile:
        return (f"the picture is {file.mode}: it was converted to sRGB by its colour profile",)
    left = ", its colour profile left out" if file.info.get("icc_profile") else ""
    return (f"the picture is {file.mode}: it was converted to RGB{left}, so colours may differ a little",)


def _samples(file: PIL.Image.Image, data: bytes) -> Samples:
    if png.depth_of(data) == 16:
        return _deep_png(data)
    if file.mode.startswith("I;16"):
        return np.array(file).astype(np.uint16)[..., None]
    if file.mode not in NATIVE:
        raise PictureError(
            f"the picture's samples are of kind {file.mode!r}; 8 and 16 bit are read", "Save it as a 16-bit PNG."
        )
    mode = NATIVE[file.mode]
    if "transparency" in file.info or file.has_transparency_data:
        mode = SEE_THROUGH.get(mode, mode)
    samples = np.array(file if file.mode == mode else file.convert(mode))
    return samples[..., None] if samples.ndim == 2 else samples


def _deep_png(data: bytes) -> Samples:
    """A 16-bit PNG at 16 bit, which Pillow does not read. OpenCV gives grey with alpha as four channels."""
    import cv2  # here, because few pictures need it

    try:
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise ValueError("its 16-bit samples cannot be decoded") from error
    if decoded is None or decoded.dtype != np.uint16:
        raise ValueError("its 16-bit samples cannot be decoded")
    decoded = np.asarray(decoded, np.uint16)
    if decoded.ndim == 2:
        return decoded[..., None]
    if decoded.shape[2] == 3:
        return decoded[..., ::-1]
    return decoded[..., [0, 3]] if data[25] in (0, 4) else decoded[..., [2, 1, 0, 3]]


def _turned(samples: Samples, orientation: int) -> Samples:
    swapped, down, right = TURNS[orientation]
    return (samples.swapaxes(0, 1) if swapped else samples)[::down, ::right].copy()


def _text(file: PIL.Image.Image, block: bytes) -> dict[str, str]:
    """The file's text entries; settings come from a user comment, a GIF's comment or the entry itself."""
    entries = getattr(file, "text", {}) if isinstance(file, PIL.PngImagePlugin.PngImageFile) else {}
    text = {key: str(value) for key, value in entries.items()}
    settings = exif.comment_of(block) if block else None
    if file.format == "GIF" and isinstance(comment := file.info.get("comment"), bytes):
        settings = comment.decode("utf-8", "replace")
    return {"parameters": settings} | text if settings else text


def encode_picture(picture: Picture, suffix: str, parameters: str | None, quality: int | None = None) -> bytes:
    """The picture as a file's bytes, with its profile, EXIF and text, and the settings that made it.

    suffix      .png keeps every sample; .webp keeps 8 bit without loss; .jpg is 8 bit without alpha, and lossy
    parameters  in place of what the picture's own text says of itself; None for nothing
    quality     1…100, JPEG (95 if not given) and WebP (without loss if not given)

    OutputError for a suffix that is not written or what its format cannot hold.
    """
    write = WRITERS.get(suffix.lower())
    if write is None:
        raise OutputError(f"pictures are not written as {suffix!r}", f"Name the file with {', '.join(WRITERS)}.")
    return write(picture, parameters, quality)


def _write_png(picture: Picture, parameters: str | None, quality: int | None) -> bytes:
    text = {key: value for key, value in picture.text.items() if key != "parameters"}
    settings = {} if parameters is None else {"parameters": parameters}
    return png.encode(picture.samples, settings | text, picture.icc, exif.with_comment(picture.exif, None))


def _write_jpeg(picture: Picture, parameters: str | None, quality: int | None) -> bytes:
    seen = PIL.Image.fromarray(image_of(picture)) if picture.has_alpha else pillow_of(picture)
    grey = picture.samples.shape[2] < 3
    return _saved(
        seen.convert("L") if grey else seen,
        picture,
        parameters,
        format="JPEG",
        quality=quality or JPEG_QUALITY,
        subsampling=0,
    )


def _write_webp(picture: Picture, parameters: str | None, quality: int | None) -> bytes:
    if max(picture.size) > WEBP_SIDE:
        raise OutputError(f"the picture is {picture.size}; WebP ends at {WEBP_SIDE} a side", "Save it as .png.")
    seen = pillow_of(picture).convert("RGBA" if picture.has_alpha else "RGB")
    how = {"lossless": True, "exact": True} if quality is None else {"quality": quality}
    return _saved(seen, picture, parameters, format="WEBP", **how)


def _saved(seen: PIL.Image.Image, picture: Picture, parameters: str | None, format: str, **how: Any) -> bytes:
    block = exif.with_comment(picture.exif, parameters)
    kept = {"icc_profile": picture.icc, "exif": exif.PREFIX + block if block else None}
    out = io.BytesIO()
    try:
        seen.save(out, format, **how, **{key: value for key, value in kept.items() if value})
    except ValueError as error:
        raise OutputError(
            f"{format} cannot hold the picture's EXIF block of {len(block or b'')} bytes: {error}",
            "Save it as .png.",
        ) from error
    return out.getvalue()


WRITERS: Mapping[str, Callable[[Picture, str | None, int | None], bytes]] = {
    ".png": _write_png,
    ".jpg": _write_jpeg,
    ".jpeg": _write_jpeg,
    ".webp": _write_webp,
}
"""File name suffix → what writes such a file."""
SUFFIXES = tuple(WRITERS)
"""What pictures can be written as."""


def picture_of(samples: Samples) -> Picture:
    """A picture that never was a file, such as one made from text alone; H × W × 1…4, or H × W."""
    return Picture(samples if samples.ndim == 3 else samples[..., None])


def save_picture(path: Path, picture: Picture, parameters: str | None) -> None:
    """Write a picture and the settings that made it, whole or not at all; its folder is made where there is none.

    OutputError when it cannot be written.
    """
    data = encode_picture(picture, path.suffix.lower(), parameters)
    make_folder(path.parent)
    write_whole(path, data)


def make_folder(path: Path) -> None:
    """The folder, with those above it, where there is none yet. OutputError when it cannot be made."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "there is a file of that name" if isinstance(error, FileExistsError) else error.strerror or error
        raise OutputError(f"the folder {path} cannot be made: {reason}", "Choose another place for it.") from error


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: whatever stood there stays until the last byte is on disk.

    OutputError when it cannot be written.
    """
    beside = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        try:
            with open(beside, "xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"{path} ({len(data)} bytes) cannot be written: {error.strerror or error}",
            "Choose another folder with -o, or make room there.",
        ) from error
