"""New pixels into the untouched picture: where the mask is 0, every sample stays what it was."""

from dataclasses import replace

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from pentimento.pixels.crop import Crop, at
from pentimento.pixels.resize import Stretch, stretched
from pentimento.words.images import Image, Mask, Picture, Samples


def paste(picture: Picture, worked: Image, crop: Crop, mask: Mask, stretch: Stretch = stretched) -> Picture:
    """The picture with what was made put in, through the mask; depth, channels, profile and EXIF stay.

    picture  never written to
    worked   what was made, at the crop's working size
    crop     where it belongs
    mask     of the picture's size: 0 keeps every sample bit for bit, as does all outside the crop; 255 takes the
             new pixel, at 16 bit times 257, in a grey picture its luminance; between mixes. Repainted pixels
             become opaque in the same measure.
    stretch  brings what was made to the size of its place
    """
    samples = picture.samples.copy()
    part, weight = at(samples, crop.box), at(mask, crop.box)
    new, touched = _like(crop.back(worked, stretch), part), weight > 0
    part[touched] = _mixed(part[touched], new[touched], weight[touched], picture.has_alpha, picture.full)
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


def _mixed(
    old: Samples, new: NDArray[np.float32], weight: Mask, has_alpha: bool, full: int
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Old and new samples mixed; with alpha the colours are weighed by how much of each is seen."""
    share = weight[..., None].astype(np.float32) / np.float32(255)
    if not has_alpha:
        return np.rint(old + (new - old) * share).astype(old.dtype)
    seen = old[..., -1:] / np.float32(full) * (1 - share)
    alpha = seen + share
    colour = (old[..., :-1] * seen + new * share) / alpha
    return np.rint(np.concatenate([colour, alpha * full], axis=-1)).astype(old.dtype)
