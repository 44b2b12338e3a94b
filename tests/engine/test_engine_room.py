"""A job that would take more memory than is free is computed in pieces from the beginning, or is not begun."""

import numpy as np
import pytest

from pentimento.engine.estimate import WHOLE, Costs, Pass, Pieces, Work
from pentimento.engine.room import fit
from pentimento.pixels.codec import encode_picture, picture_of
from pentimento.pixels.files import Files
from pentimento.runners import residents, usage
from pentimento.runners.inline import InlineRunner
from pentimento.words.errors import MemoryShortError
from pentimento.words.events import Finished, Painted, Started, Stepped
from pentimento.words.request import Request
from pentimento.words.sizes import Size

COSTS = Costs(weights=0, number=4, unet=Work(), encoder=Work(), decoder=Work(), unet_width=320, vae_width=128)


def one(rows=8, side=512):
    return Pass(COSTS, Size(side, side), calls=20, rows=rows, encoded=1, decoded=rows)


def test_where_there_is_room_all_is_done_whole_and_nothing_is_said():
    assert fit([one()], lambda size: size, wraps=False) == (WHOLE, ())
    assert fit([], lambda size: 0, wraps=False) == (WHOLE, ())


@pytest.mark.parametrize("wraps", [False, True])
def test_pieces_are_the_largest_that_fit(wraps):
    """Over all sizes of memory: what is chosen fits, and the next larger does not."""
    job = one()
    smallest = job.working(Pieces(1, None if wraps else 16))
    for free in np.linspace(smallest, job.working(WHOLE), 50)[:-1]:
        pieces, notes = fit([job], lambda size, free=free: int(free) + 1, wraps=wraps)
        assert job.working(pieces) <= free + 1
        assert len(notes) == 1
        rows, strip = pieces
        assert rows is None or job.sampling(2 * rows) > free
        assert strip is None or job.coding(2 * strip if strip < 256 else None) > free
        assert not (wraps and strip)


def test_the_largest_of_several_passes_decides():
    small, large = one(rows=8, side=256), one(rows=8, side=1024)
    pieces, _ = fit([small, large], lambda size: int(large.working(Pieces(1, 64))), wraps=False)
    assert pieces == (2, 64)
    assert max(small.working(pieces), large.working(pieces)) <= large.working(Pieces(1, 64))


def test_what_does_not_fit_is_refused_with_a_size_that_does():
    with pytest.raises(MemoryShortError, match=r"6\.1 GiB of memory beside .* and 1\.0 GiB are free") as told:
        fit([one(rows=2, side=2048)], lambda size: 2**30, wraps=False)
    assert "816×816 at most instead of 2048×2048" in told.value.hint
    assert fit([one(rows=2, side=816)], lambda size: 2**30, wraps=False).notes
    with pytest.raises(MemoryShortError, match="0 MiB are free") as told:
        fit([one()], lambda size: -5, wraps=False)
    assert "smaller size" in told.value.hint


@pytest.fixture
def runner(tiny_checkpoint, tmp_path, monkeypatch):
    monkeypatch.setenv("PENTIMENTO_CACHE", str(tmp_path))
    return InlineRunner(tiny_checkpoint.parent.parent, device="cpu")


@pytest.fixture
def leave(runner, monkeypatch):
    """Bytes that are free beside the weights from now on."""

    def leave(size):
        monkeypatch.setattr(residents, "own_bytes", lambda device: 0)
        monkeypatch.setattr(runner._residents, "_empty", 0)
        free = lambda device: usage.Room(2**40, size + runner._residents._taken)  # noqa: E731
        monkeypatch.setattr(residents, "room_of", free)

    return leave


@pytest.fixture
def files():
    return Files()


@pytest.fixture
def request_(files):
    mask = np.zeros((64, 96, 1), np.uint8)
    mask[20:44, 30:70] = 255
    return Request(
        images=(files.keep(encode_picture(picture_of(_noise()), ".png", None)),),
        mask=files.keep(encode_picture(picture_of(mask), ".png", None)),
        checkpoint="tiny",
        prompt="a cup",
        steps=2,
        seed=5,
        batch_size=3,
    )


def _noise():
    return np.random.default_rng(1).integers(0, 255, (64, 96, 3), dtype=np.uint8)


def painted(events):
    return [event.picture.samples.astype(int) for event in events if isinstance(event, Painted)]


def started(events):
    return next(event for event in events if isinstance(event, Started))


def test_a_job_begins_in_pieces_says_so_and_paints_the_same(runner, files, request_, leave):
    whole = list(runner.run(request_, files))
    weights = runner.health().resident[0].size
    assert not [note for note in started(whole).warnings if "memory" in note]
    leave((started(whole).expected.memory - weights) * 9 // 10)
    pieces = list(runner.run(request_, files))
    (note,) = [note for note in started(pieces).warnings if "memory" in note]
    assert "the pictures stay the same" in note
    assert isinstance(pieces[-1], Finished)
    assert not [note for note in pieces[-1].warnings if "memory" in note], "it did not run out"
    assert started(pieces).expected.memory < started(whole).expected.memory
    for one_, other in zip(painted(whole), painted(pieces), strict=True):
        assert np.abs(one_ - other).max() <= 1


def test_a_job_that_cannot_fit_is_refused_before_its_first_step_and_in_the_forecast(runner, files, request_, leave):
    list(runner.run(request_, files))
    leave(1000)
    events = []
    with pytest.raises(MemoryShortError):
        events.extend(runner.run(request_, files))
    assert not [event for event in events if isinstance(event, (Started, Stepped))]


def test_the_forecast_says_the_same(runner, files, request_, monkeypatch):
    large = request_.model_copy(update={"width": 1024, "height": 1024})
    weights = runner._outlined(large)[1]
    whole = runner.forecast(large, files).expected.memory - weights
    monkeypatch.setattr(residents, "own_bytes", lambda device: 0)
    monkeypatch.setattr(residents, "room_of", lambda device: usage.Room(2**40, weights + whole * 2 // 3))
    foreseen = runner.forecast(large, files)
    assert [note for note in foreseen.warnings if "strips" in note or "latents at once" in note]
    assert foreseen.expected.memory < weights + whole
    monkeypatch.setattr(residents, "room_of", lambda device: usage.Room(2**40, weights + 1000))
    with pytest.raises(MemoryShortError, match="and 0 MiB are free"):
        runner.forecast(large, files)


def test_idle_networks_go_before_a_job_is_done_in_pieces(runner, files, request_, monkeypatch):
    list(runner.run(request_, files))
    other = runner._residents.kept[0]
    monkeypatch.setattr(residents, "own_bytes", lambda device: 0)
    monkeypatch.setattr(runner._residents, "_empty", 0)
    let_go = []
    monkeypatch.setattr(runner._residents, "_let_go", lambda: not let_go and not let_go.append(other))
    free = lambda device: usage.Room(2**40, other.size + (10**10 if let_go else 0))  # noqa: E731
    monkeypatch.setattr(residents, "room_of", free)
    events = list(runner.run(request_, files))
    assert let_go
    assert not [note for note in started(events).warnings if "memory" in note]
