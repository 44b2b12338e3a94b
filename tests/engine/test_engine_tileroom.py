"""Enlarging and filling by a network: in smaller tiles where memory is short, and not begun where it is too short."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.pictures import PictureNets
from pentimento.engine.enlarge import open_upscaler
from pentimento.engine.erase import open_fill
from pentimento.engine.tileroom import check_fits, tiled_to_fit
from pentimento.nets.spandrel import PictureNet, Purpose
from pentimento.nets.tiles import TILE
from pentimento.pixels.codec import encode_picture, picture_of
from pentimento.pixels.files import Files
from pentimento.runners import residents, usage
from pentimento.runners.inline import InlineRunner
from pentimento.words.errors import MemoryShortError
from pentimento.words.events import Finished, Painted, Started, Stepped
from pentimento.words.images import Picture
from pentimento.words.request import Request
from pentimento.words.sizes import Size
from pentimento.words.tasks import Task
from picturenets import write_esrgan, write_lama

OWN, TWICE = Size(400, 300), Size(800, 600)
SAMPLES = np.random.default_rng(0).integers(0, 256, (OWN.height, OWN.width, 3), np.uint8)
KEPT = 6 * 3 * 4 * TWICE.area
"""Bytes of the pictures themselves."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    torch.manual_seed(0)
    place = tmp_path_factory.mktemp("models")
    write_esrgan(place / "ESRGAN" / "soft.pth", 2)
    write_lama(place / "LaMa" / "lama.pth")
    return place


def upscaler(folder, free=2**50):
    return open_upscaler("soft", Library(folder), PictureNets(), room=lambda size: free)


READ = {192: 256 * 240, 96: 192**2, 48: 144**2, 24: 120**2}
"""Pixels that the network is given by the tile: a margin of 32 and a ramp of 16 lie around, where there is picture."""


def wants(folder, tile):
    return int(KEPT + upscaler(folder).way.appetite * READ[tile])


@pytest.mark.parametrize(("larger", "tile"), list(pairwise(READ)))
def test_tiles_are_the_largest_that_fit_and_that_is_said(folder, larger, tile):
    net = upscaler(folder).way
    for free in (wants(folder, tile) + 2, wants(folder, larger) - 2):
        found = tiled_to_fit(net, [OWN], TWICE, lambda size, free=free: free)
        assert found.tile == tile
        assert f"tiles of {tile} instead of {TILE} pixels" in found.notes[0]
        assert "the picture stays the same" in found.notes[0]


def test_where_there_is_room_nothing_is_said_and_filters_need_none(folder):
    assert upscaler(folder).fitting(OWN, TWICE) == (0, ())
    assert open_upscaler("Nearest", Library(folder), PictureNets(), room=lambda size: 0).fitting(OWN, TWICE) == (0, ())


def test_smaller_tiles_give_the_same_picture(folder):
    one, other = upscaler(folder), upscaler(folder, wants(folder, 48) + 2)
    assert other.count(Picture(SAMPLES), TWICE) > one.count(Picture(SAMPLES), TWICE)
    seen = [way(Picture(SAMPLES), TWICE).samples.astype(int) for way in (one, other)]
    assert np.abs(seen[0] - seen[1]).max() <= 1


def test_what_does_not_fit_in_the_smallest_tiles_is_refused(folder):
    with pytest.raises(MemoryShortError, match=r"enlarging to 800×600 takes \d+ MiB .* and 33 MiB are free") as told:
        upscaler(folder, KEPT)(Picture(SAMPLES), TWICE)
    assert "Lanczos" in told.value.hint


def test_a_hole_is_not_filled_without_the_memory_for_it(folder):
    mask = np.zeros(SAMPLES.shape[:2], np.uint8)
    mask[100:200, 100:200] = 255
    with pytest.raises(MemoryShortError, match="and 1 MiB are free") as told:
        open_fill("lama", Library(folder), PictureNets(), room=lambda size: 2**20)(SAMPLES, mask)
    assert "telea" in told.value.hint


def test_a_network_of_one_size_is_not_begun_without_the_memory_for_that():
    net = PictureNet(lambda picture, mask: picture, torch.nn.Identity(), "MAT", Purpose.ERASE, 1, 3, False, square=512)
    check_fits(net, Size(276, 276), lambda size: 4800 * 512**2)
    with pytest.raises(MemoryShortError, match=r"takes 1\.2 GiB of memory at 276×276, and 1\.1 GiB are free"):
        check_fits(net, Size(276, 276), lambda size: 4500 * 512**2)


@pytest.fixture
def jobs(folder, monkeypatch):
    """Runs a job on a machine with so much free beside the network."""
    files = Files()
    mask = np.zeros((OWN.height, OWN.width, 1), np.uint8)
    mask[100:200, 100:200] = 255
    names = {
        "images": (files.keep(encode_picture(picture_of(SAMPLES), ".png", None)),),
        "mask": files.keep(encode_picture(picture_of(mask), ".png", None)),
    }
    runner = InlineRunner(folder, device="cpu", threads=1)
    monkeypatch.setattr(residents, "own_bytes", lambda device: 0)
    monkeypatch.setattr(runner._residents, "_empty", 0)

    def run(task, free, **more):
        room = lambda device: usage.Room(2**40, free + runner._residents._taken)  # noqa: E731
        monkeypatch.setattr(residents, "room_of", room)
        return list(runner.run(Request(**names, **more), files, task=task))

    return run


def test_an_upscale_job_says_that_it_makes_do(jobs, folder):
    free = wants(folder, 48) + 2
    events = jobs(Task.UPSCALE, free, hires_upscaler="soft")
    [started] = [event for event in events if isinstance(event, Started)]
    assert "tiles of 48" in started.warnings[0]
    assert sum(isinstance(event, Stepped) for event in events) == started.steps == 63
    assert isinstance(events[-1], Finished)
    with pytest.raises(MemoryShortError):
        jobs(Task.UPSCALE, 1000, hires_upscaler="soft")


def test_an_erase_job_is_refused_by_a_network_and_not_by_a_formula(jobs):
    with pytest.raises(MemoryShortError, match="filling the hole"):
        jobs(Task.ERASE, 1000, fill="lama")
    assert any(isinstance(event, Painted) for event in jobs(Task.ERASE, 1000, fill="telea"))
