"""What a job works on: the pictures and the mask at the working size, and the way back into the picture.

Two ways back exist: `Exact` writes into the untouched picture, `Overlaid` is the reference's 8-bit overlay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from pentimento.pixels import mask as masks
from pentimento.pixels.crop import Crop, at, masked_region
from pentimento.pixels.overlay import composited, cut_with_bars, overlay_of, soft_overlay_mask
from pentimento.pixels.paste import background_difference, paste
from pentimento.pixels.resize import Stretch, resize, stretched
from pentimento.pixels.view import image_of, mask_of
from pentimento.words.choices import Area, MaskedContent, MaskMode, ResizeMode
from pentimento.words.errors import MaskSizeError, RequestError
from pentimento.words.images import Image, Mask, Picture, size_of
from pentimento.words.reports import BackgroundReport, MaskReport
from pentimento.words.request import Request
from pentimento.words.sizes import CELL, Box, Size

LEAST = 64
"""Pixels a side that networks make sense of; smaller pictures are worked on enlarged."""


class WayBack(Protocol):
    """From working pixels to the finished picture."""

    def __call__(self, index: int, worked: Image, changed: Mask | None) -> Picture:
        """The finished picture.

        index    which of the pictures to start from
        worked   what was made, at the working size or a few pixels less
        changed  h × w, one value per latent cell: where soft inpainting found a change; None without it
        """
        ...


@dataclass(frozen=True, eq=False)
class Canvas:
    """What is worked on.

    size    the working size
    images  the pictures to start from, at the working size (latent upscale: at their own)
    mask    the softened mask at the working size; None repaints everything
    asked   the working size before supersampling, where there is any
    """

    size: Size
    images: tuple[Image, ...]
    mask: Mask | None
    way_back: WayBack
    report: MaskReport | None = None
    warnings: tuple[str, ...] = ()
    asked: Size | None = None

    @property
    def recorded(self) -> Size:
        """The working size that a picture's text tells: with it and the supersampling beside it, all is done again."""
        return self.asked or self.size


def drawn_mask(request: Request, mask: Picture) -> Mask:
    """The mask as painted → inverted if asked; 255 repaints."""
    faint = request.switches.faint_masks
    plain = mask_of(mask, round=faint and request.mask_round and request.soft_inpainting is None)
    if request.mask_mode is MaskMode.NOT_MASKED:
        plain = masks.inverted(plain)
    return plain if faint else masks.without_faint(plain)


def softened(request: Request, drawn: Mask) -> Mask:
    """The mask with the softness asked for."""
    blur = masks.blurred if request.switches.inward_blur else masks.blurred_outwards
    across, down = _blur(request)
    return masks.around(drawn, masks.reach(max(across, down)), lambda part: blur(part, across, down))


def prepared_mask(request: Request, mask: Picture) -> Mask:
    """The mask as painted → inverted if asked, softened; 255 repaints."""
    return softened(request, drawn_mask(request, mask))


def _blur(request: Request) -> tuple[int, int]:
    """Softness across and down, in pixels."""
    return request.mask_blur, request.mask_blur if request.mask_blur_y is None else request.mask_blur_y


def canvas_of(
    request: Request, pictures: Sequence[Picture], mask: Picture | None, native: int, stretch: Stretch = stretched
) -> Canvas:
    """Everything about pixels that happens before the first step.

    native   side of the square the checkpoint was trained on, in pixels
    stretch  brings pictures to the size they are worked on at, and what was made of a part to that part's
    raises   MaskSizeError where the mask's size is not the picture's (the reference takes it as it comes)
    """
    if not pictures:
        size = request.working_size or Size(request.width or native, request.height or native).rounded()
        return Canvas(size, (), None, _plain)
    drawn = drawn_mask(request, mask) if mask else None
    if request.switches.overlay:
        return _reference(request, pictures, drawn, stretch)
    return _exact(request, pictures, drawn, native, stretch)


def _region(request: Request, drawn: Mask, mask: Mask, aspect: Size) -> Box | None:
    """The part to work on when only the masked area is wanted: what was drawn, its surroundings and its softness."""
    if request.switches.blurred_box:
        return masked_region(mask, request.padding, aspect)
    return masked_region(drawn, max(request.padding, *map(masks.reach, _blur(request))), aspect)


def _plain(index: int, worked: Image, changed: Mask | None) -> Picture:
    return Picture(worked)


# the default way


@dataclass(frozen=True, eq=False)
class Exact:
    """New samples go into the picture only where the mask is not 0; all else stays bit for bit."""

    pictures: Sequence[Picture]
    crop: Crop
    mask: Mask
    stretch: Stretch

    def __call__(self, index: int, worked: Image, changed: Mask | None) -> Picture:
        mask = self.mask if changed is None else self._narrowed(changed)
        return paste(self.pictures[index], worked, self.crop, mask, self.stretch)

    def _narrowed(self, changed: Mask) -> Mask:
        """Where soft inpainting found a change, inside the mask."""
        found = np.zeros_like(self.mask)
        part = self.crop.back(soft_overlay_mask(changed, self.crop.size, None, self.crop.size))
        at(found, self.crop.box)[:] = part
        return np.where(self.mask > 0, found, 0).astype(np.uint8)


@dataclass(frozen=True, eq=False)
class Resized:
    """Without a mask everything is new: the result at a given size."""

    size: Size

    def __call__(self, index: int, worked: Image, changed: Mask | None) -> Picture:
        return Picture(stretched(worked, self.size))


def _exact(request: Request, pictures: Sequence[Picture], drawn: Mask | None, native: int, stretch: Stretch) -> Canvas:
    own = pictures[0].size
    if drawn is not None and size_of(drawn) != own:
        raise MaskSizeError(own, size_of(drawn))
    mask = None if drawn is None else softened(request, drawn)
    size = request.working_size or _completed(request, own)
    box = None
    if drawn is not None and mask is not None and request.area is Area.MASKED:
        box = _region(request, drawn, mask, size)
        if box is not None and request.working_size is None:
            box = _region(request, drawn, mask, Size(1, 1)) or box
            size = _enlarged(box.size, native)
    asked, size = size, _above(request, size) if box else size
    crop = Crop.of(box, size) if box else Crop.whole(own, size.rounded(), request.resize_mode)
    parts = (image_of(part, request.background_color) for part in _parts(pictures, crop.box))
    images = tuple(crop.fitted(part, stretch) for part in parts)
    if drawn is None or mask is None:
        result = size if request.width or request.height else own
        return Canvas(crop.size, images, None, Resized(result))
    report = MaskReport(masks.coverage(mask), crop.box, crop.size, masks.touches(mask))
    kept = mask if request.overlay else _whole_box(mask, crop.box)
    way_back = Exact(pictures, crop, kept, stretch)
    return Canvas(crop.size, images, crop.cut_mask(mask), way_back, report, _of_little(drawn), asked if box else None)


def _parts(pictures: Sequence[Picture], box: Box) -> Iterator[Picture]:
    return (replace(picture, samples=at(picture.samples, box)) for picture in pictures)


EMPTY = "the mask is empty: the picture is returned as it was"


def _of_little(drawn: Mask) -> tuple[str, ...]:
    """What is to be said of a mask with little in it."""
    marked = int((drawn > 0).sum())
    if not marked:
        return (EMPTY,)
    if marked < CELL * CELL:
        return (f"the mask marks only {marked} pixel{'s' * (marked > 1)}: is it the one that was meant?",)
    return ()


def _completed(request: Request, own: Size) -> Size:
    """The picture's size; or, when one side is given, that with the picture's proportions. Nothing tiny."""
    if request.width:
        return Size(request.width, max(LEAST, round(own.height * request.width / own.width)))
    if request.height:
        return Size(max(LEAST, round(own.width * request.height / own.height)), request.height)
    return Size(max(LEAST, own.width), max(LEAST, own.height)).rounded()


def _enlarged(part: Size, native: int) -> Size:
    """A part smaller than what the checkpoint knows is worked on enlarged; never shrunk."""
    factor = max(1.0, (native * native / part.area) ** 0.5)
    return Size(round(part.width * factor), round(part.height * factor)).rounded()


def _above(request: Request, size: Size) -> Size:
    """The working size with supersampling; the way back shrinks what was made."""
    factor = request.supersampling
    return size if factor == 1 else Size(round(size.width * factor), round(size.height * factor)).rounded()


def _whole_box(mask: Mask, box: Box) -> Mask:
    whole = np.zeros_like(mask)
    at(whole, box)[:] = 255
    return whole


# the reference's way


@dataclass(frozen=True, eq=False)
class Overlaid:
    """The original laid over what was made, through the mask, in 8-bit arithmetic.

    images  the pictures that the overlay shows: full size (only masked) or resized (whole picture)
    masks   the overlay's mask for each of them
    box     only masked: where the worked part belongs
    """

    images: tuple[Image, ...]
    masks: tuple[Mask, ...]
    size: Size
    box: Box | None
    shown: bool
    stretch: Stretch

    def __call__(self, index: int, worked: Image, changed: Mask | None) -> Picture:
        if not self.shown:
            return Picture(worked)
        image, mask = self.images[index], self.masks[index]
        if changed is not None:
            mask = soft_overlay_mask(changed, self.size, self.box, size_of(image))
        if size_of(mask) != size_of(image):
            mask = resize(mask, size_of(image), ResizeMode.FILL)
        return Picture(composited(worked, overlay_of(image, mask), self.box, self.stretch))


def _reference(request: Request, pictures: Sequence[Picture], drawn: Mask | None, stretch: Stretch) -> Canvas:
    mask = None if drawn is None else softened(request, drawn)
    size = request.working_size or _completed(request, pictures[0].size)
    originals = tuple(image_of(picture, request.background_color) for picture in pictures)
    latent = request.resize_mode is ResizeMode.LATENT
    if drawn is not None and mask is not None and request.area is Area.MASKED:
        box = _region(request, drawn, mask, size)
        if box is not None:
            asked, size = size, _above(request, size)
            worked = tuple(cut_with_bars(original, box, size, stretch) for original in originals)
            way_back = Overlaid(originals, (mask,) * len(originals), size, box, request.overlay, stretch)
            report = _report(mask, box, size)
            return Canvas(size, worked, cut_with_bars(mask, box, size), way_back, report, asked=asked)
        mask = None
    mode = request.resize_mode
    images = originals if latent else tuple(resize(original, size, mode, stretch) for original in originals)
    if mask is None:
        warnings = ("the mask is empty: the whole picture was redrawn",) if request.mask else ()
        return Canvas(size, images, None, _plain, warnings=warnings)
    if latent and request.masked_content is not MaskedContent.ORIGINAL and size_of(images[0]) != size:
        raise RequestError(
            f"{request.resize_mode} leaves the picture at {size_of(images[0])}, so its hole cannot be filled at {size}",
            "Choose another resize mode, or the masked content original.",
        )
    worked_mask = resize(mask, size, mode)
    kept = masks.doubled(worked_mask)
    fitted = tuple(kept if size_of(kept) == size_of(image) else resize(kept, size_of(image), mode) for image in images)
    way_back = Overlaid(images, fitted, size, None, request.overlay, stretch)
    return Canvas(size, images, worked_mask, way_back, _report(mask, Box.whole(size_of(mask)), size))


def _report(mask: Mask, box: Box, size: Size) -> MaskReport:
    return MaskReport(masks.coverage(mask), box, size, masks.touches(mask))


def background_report(before: Picture, after: Picture, mask: Mask) -> BackgroundReport:
    """How much changed where the mask is 0, over the samples of pictures of one size."""
    samples = int((mask == 0).sum()) * before.samples.shape[2]
    return BackgroundReport(background_difference(before, after, mask), samples)
