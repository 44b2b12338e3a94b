"""What each masked content puts into the hole before the first step, as pictures."""

from collections.abc import Iterator, Sequence

import torch

from pentimento.checkpoint.open import Opened
from pentimento.engine.canvas import canvas_of
from pentimento.engine.paint import pixels_of
from pentimento.engine.start import Starts
from pentimento.pixels.fill import Fill, fill
from pentimento.pixels.resize import Stretch, stretched
from pentimento.words.choices import MaskedContent
from pentimento.words.errors import PictureError
from pentimento.words.images import Image, Picture
from pentimento.words.request import Request


@torch.inference_mode()
def start_states(
    request: Request,
    pictures: Sequence[Picture],
    mask: Picture | None,
    opened: Opened,
    fill: Fill = fill,
    stretch: Stretch = stretched,
) -> Iterator[tuple[MaskedContent, Image]]:
    """Each masked content with the latents it gives, decoded, at the working size; noise is the first picture's.

    request  as for `paint`, seeds resolved; its own masked content does not matter
    raises   PictureError where there is no mask, or nothing in it
    """
    canvas = canvas_of(request, pictures, mask, opened.facts.native_side, stretch)
    if canvas.mask is None or not canvas.mask.any():
        raise PictureError(
            "the mask is empty, so nothing is put into it", "Paint white where the picture should change."
        )
    for content in MaskedContent:
        asked = request.model_copy(update={"masked_content": content, "batch_size": 1, "batch_count": 1})
        known = Starts(asked, canvas, opened.networks, [request.seed], fill).of(slice(0, 1)).known
        assert known is not None
        yield content, pixels_of(opened.networks.vae.decode(known[:1]), truncate=request.switches.truncate_pixels)
