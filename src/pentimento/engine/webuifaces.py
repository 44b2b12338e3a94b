"""A face restored and put back as webui 1.10.1 does it: aligned robustly, its edge drawn along its own parts."""

from collections.abc import Generator
from dataclasses import replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from pentimento.engine.faces import Step, planes
from pentimento.nets.faces import restored_face
from pentimento.nets.parsenet import FACE
from pentimento.nets.spandrel import PictureNet
from pentimento.pixels.faces.align import BORDER, SIDE, Alignment, feather
from pentimento.pixels.view import image_of
from pentimento.words.faces import Face
from pentimento.words.images import Image, Mask, Picture

BLUR, SIGMA, RIM = (101, 101), 11, 10
"""Of the edge, twice; and what is cut from the aligned picture's border, pixels."""


class AsWebui:
    """A treatment of 8-bit RGB pictures.

    net     restores
    parser  tells the parts of a face; None: an oval stands for them
    weight  as of `restored_face`
    """

    def __init__(self, net: PictureNet, parser: PictureNet | None, weight: float) -> None:
        self.net, self.parser, self.weight = net, parser, weight

    def __call__(self, picture: Picture, face: Face, mask: Mask | None) -> Generator[Step, None, Picture]:
        image, alignment = image_of(picture), Alignment.robust(face)
        aligned = cv2.warpAffine(image, alignment.there, (SIDE, SIDE), borderValue=BORDER).astype(np.uint8)
        made = self._through(aligned)
        size = (image.shape[1], image.shape[0])
        drawn = cv2.warpAffine(made, alignment.back, size)
        share = cv2.warpAffine(self._share(made), alignment.back, size)[..., None]
        if mask is not None:
            share = share * (mask[..., None] / 255)
        yield from ()
        return replace(picture, samples=(share * drawn + (1 - share) * image).astype(np.uint8))

    def _through(self, aligned: Image) -> Image:
        made = restored_face(self.net, planes(aligned), self.weight)[0].permute(1, 2, 0).numpy()
        return (made * np.float32(255)).astype(np.uint8)

    @torch.inference_mode()
    def _share(self, made: Image) -> NDArray[np.float64]:
        """How much of the restored face is seen, SIDE × SIDE, 0…1."""
        if self.parser is None:
            return feather() / 255
        parts = self.parser.call(planes(made).to(self.parser.device)).argmax(1)[0].cpu().numpy()
        share = np.where(np.isin(parts, FACE), 255.0, 0.0)
        for _ in range(2):
            share = cv2.GaussianBlur(share, BLUR, SIGMA)
        inner = np.zeros_like(share)
        inner[RIM:-RIM, RIM:-RIM] = share[RIM:-RIM, RIM:-RIM]
        return inner / 255
