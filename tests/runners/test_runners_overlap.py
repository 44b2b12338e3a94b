"""Whoever takes a picture, encodes it and writes it does not hold up the next one: that is computed meanwhile."""

import time

import numpy as np

from pentimento.pixels.codec import encode_picture
from pentimento.runners.fake import FakeRunner
from pentimento.runners.worker import WorkerRunner
from pentimento.words.events import Painted
from pentimento.words.request import Request

REQUEST = Request(steps=5, width=64, height=64, seed=7, batch_count=3)
PATIENCE = 30


def test_all_other_pictures_are_computed_while_the_first_is_in_hand_and_come_in_order_after_it():
    worker = WorkerRunner("pentimento.runners.fake:FakeRunner", step_seconds=0.01)
    try:
        events = worker.run(REQUEST, {})
        first = next(event for event in events if isinstance(event, Painted))
        still_to_come = 2 * (REQUEST.steps + 1) + 2  # steps and picture of two batches, Finished, and the end
        end = time.monotonic() + PATIENCE
        while worker._process.frames.qsize() < still_to_come:
            assert time.monotonic() < end
            time.sleep(0.005)
        rest = list(events)
    finally:
        worker.close()
    there = [event for event in FakeRunner().run(REQUEST, {}) if isinstance(event, Painted)]
    here = [first, *(event for event in rest if isinstance(event, Painted))]
    assert [event.number for event in here] == [0, 1, 2]
    for one, other in zip(here, there, strict=True):
        assert np.array_equal(one.picture.samples, other.picture.samples)
        assert encode_picture(one.picture, ".png", one.parameters) == encode_picture(
            other.picture, ".png", other.parameters
        )
