"""Rounds without networks: requests, pictures, and what a fake runner makes of them."""

import io

import numpy as np
import PIL.Image

from pentimento.history.rounds import At
from pentimento.pixels.files import Files
from pentimento.runners.fake import FakeRunner
from pentimento.words.events import Painted
from pentimento.words.request import Request

SIDE = 32


def png(seed=0, side=SIDE, **how):
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)
    out = io.BytesIO()
    PIL.Image.fromarray(pixels).save(out, "PNG", **how)
    return out.getvalue()


def made(request, files):
    return [event for event in FakeRunner().run(request, files) if isinstance(event, Painted)]


class Painter:
    """Makes rounds in a history, one on another."""

    def __init__(self, history):
        self.history = history

    def paint(self, image=None, mask=None, **settings):
        """image: bytes, or a candidate to begin from"""
        files, parent = Files(), None
        if isinstance(image, At):
            parent, image = image, self.history.files[self.history.candidate(image).file]
        fields = {"steps": 1, "seed": 3, "width": SIDE, "height": SIDE, **settings}
        if image is not None:
            fields["images"] = (files.keep(image),)
        if mask is not None:
            fields["mask"] = files.keep(mask)
        request = Request(**fields)
        recording = self.history.begin(request, files, parent=parent)
        for painted in made(request, files):
            recording.add(painted)
        return self.history.round(recording.id)
