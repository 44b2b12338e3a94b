"""Colours of other spaces (CMYK, Lab) → sRGB, as the file's own profile means them."""

import io

import PIL.Image
from PIL import ImageCms

SRGB = ImageCms.createProfile("sRGB")
HOW = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION
"""White stays white, black becomes black, and what lies between keeps its colour where a screen has it."""


def in_srgb(file: PIL.Image.Image, profile: bytes | None) -> PIL.Image.Image | None:
    """The picture in sRGB, 8 bit; None where the profile is missing, broken, or of another kind of picture."""
    if not profile:
        return None
    intent, flags = HOW
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(file, source, SRGB, intent, "RGB", flags=flags)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
