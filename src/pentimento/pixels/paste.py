"""New pixels into the untouched picture: where the mask is 0, every sample stays what it was."""

from dataclasses import replace

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from pentimento.pixels.crop import Crop, at
from pentimento.pixels.resize import Stretch, stretched
from pentimento.words.images import Image, Mask, Picture, Samples


def paste(
    picture: Picture,
    worked: Image,
    crop: Crop,
    mask: Mask,
    stretch: Stretch = stretched,
    opacity: Mask | None = None,
) -> Picture:
    """The picture with what was made put in, through the mask; depth, channels, profile and EXIF stay.

    picture  never written to
    worked   what was made, at the crop's working size
    crop     where it belongs
    mask     of the picture's size: 0 keeps every sample bit for bit, as does all outside the crop; 255 takes the
             new pixel, at 16 bit times 257, in a grey picture its luminance; between mixes
    stretch  brings what was made to the size of its place
    opacity  how opaque what was made is, of the picture's size; None: wholly
    """
    samples = picture.samples.copy()
    part, weight = at(samples, crop.box), at(mask, crop.box)
    new, touched = _like(crop.back(worked, stretch), part), weight > 0
    share = weight[touched][..., None].astype(np.float32) / np.float32(255)
    if picture.has_alpha:
        opaque = (
            1 if opacity is None else at(opacity, crop.box)[touched][..., None].astype(np.float32) / np.float32(255)
        )
        part[touched] = _overlaid(part[touched], new[touched], share, opaque, picture.full)
    else:
        old = part[touched]
        part[touched] = np.rint(old + (new[touched] - old) * share).astype(part.dtype)
    return replace(picture, samples=samples)


def background_difference(before: Picture, after: Picture, mask: Mask) -> int:
    """The largest difference between two pictures of one shape where the mask is 0, in sample values."""
    differs = (before.samples != after.samples) & (mask == 0)[..., None]  # a pass over bytes; the rest is rarely needed
    if not differs.any():
        return 0
    difference = np.abs(before.samples[differs].astype(np.int32) - after.samples[differs].astype(np.int32))
    return int(difference.max())


def _like(new: Image, part: Samples) -> NDArray[np.float32]:
    """RGB pixels with the colour channels and the full scale of `part`."""
    colour = new if part.shape[2] > 2 else np.array(PIL.Image.fromarray(new).convert("L"))[..., None]
    return colour.astype(np.float32) * (np.iinfo(part.dtype).max // 255)


def _overlaid(
    old: Samples,
    new: NDArray[np.float32],
    share: NDArray[np.float32],
    opaque: NDArray[np.float32] | float,
    full: int,
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Old and new samples mixed, the colours weighed by how much of each is seen; new ones where neither is."""
    seen, shown = old[..., -1:] / np.float32(full) * (1 - share), opaque * share
    alpha = seen + shown
    colour = np.divide(old[..., :-1] * seen + new * shown, alpha, out=new.copy(), where=alpha > 0)
    return np.rint(np.concatenate([colour, alpha * full], axis=-1)).astype(old.dtype)
