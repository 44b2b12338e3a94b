"""A picture with its faces as they were is kept beside the restored one, wherever that goes."""

import hashlib
import sqlite3
from dataclasses import replace

import numpy as np
import pytest

from pentimento.history.archive import export_tree, import_tree
from pentimento.history.bin import bin_round, empty_bin
from pentimento.history.history import History
from pentimento.history.rounds import At
from pentimento.history.schema import LATER, TABLES, VERSION
from pentimento.pixels.codec import read_picture
from pentimento.pixels.files import Files
from pentimento.words.images import Picture
from pentimento.words.reports import FaceReport, FacesReport
from pentimento.words.request import Request
from pentimento.words.sizes import Box
from pentimento.words.tasks import Task
from rounds import made

REPORT = FacesReport(
    (FaceReport(Box(1, -2, 30, 40), 0.8), FaceReport(Box(50, 2, 60, 13), 0.5, "does not touch the mask"))
)


@pytest.fixture
def restored(history):
    request = Request(prompt="a", steps=1, seed=3, width=64, height=64)
    recording = history.begin(request, Files())
    before = np.full((64, 64, 3), 7, np.uint8)
    for painted in made(request, Files()):
        recording.add(replace(painted, faces=REPORT, unrestored=Picture(before)))
    return recording.id


def test_both_pictures_and_the_report_are_kept(history, restored):
    candidate = history.candidate(At(restored, 0))
    assert candidate.faces == REPORT
    assert candidate.faces.restored == 1
    assert read_picture(history.files[candidate.unrestored]).samples.max() == 7
    assert candidate.file != candidate.unrestored


def test_they_go_out_and_come_back(history, restored, tmp_path):
    candidate = history.candidate(At(restored, 0))
    export_tree(history, history.round(restored).tree, tmp_path / "tree.zip")
    elsewhere = History(tmp_path / "elsewhere")
    import_tree(elsewhere, tmp_path / "tree.zip")
    assert elsewhere.candidate(At(restored, 0)) == candidate
    assert candidate.unrestored in elsewhere.files
    elsewhere.close()


@pytest.mark.parametrize("task", [Task.PAINT, Task.UPSCALE, Task.ERASE])
def test_what_was_done_is_kept_and_goes_out_and_comes_back(history, tmp_path, task):
    request = Request(prompt="a", steps=1, seed=3, width=64, height=64)
    recording = history.begin(request, Files(), task=task)
    for painted in made(request, Files()):
        recording.add(painted)
    round = history.round(recording.id)
    assert round.task is task
    export_tree(history, round.tree, tmp_path / "tree.zip")
    elsewhere = History(tmp_path / "elsewhere")
    import_tree(elsewhere, tmp_path / "tree.zip")
    assert elsewhere.round(round.id).task is task
    elsewhere.close()


def test_an_emptied_bin_leaves_what_is_named_and_drops_what_is_not(history, restored, monkeypatch):
    monkeypatch.setattr("pentimento.history.bin.FRESH", -1.0)
    unrestored = history.candidate(At(restored, 0)).unrestored
    empty_bin(history)
    assert unrestored in history.files
    bin_round(history, restored)
    empty_bin(history)
    assert unrestored not in history.files


def test_a_history_of_the_first_version_is_brought_to_this_one(tmp_path):
    first = TABLES.replace("    faces TEXT,\n    unrestored TEXT,\n    binned REAL,\n", "")
    first = first.replace(",\n    task TEXT NOT NULL DEFAULT 'paint'", "")
    (tmp_path / "old").mkdir()
    file = next(path for path in _made(tmp_path / "new") if path.suffix in (".db", ".sqlite", ".sqlite3"))
    old = tmp_path / "old" / file.relative_to(tmp_path / "new")
    old.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(old)
    connection.executescript(first)
    connection.execute("PRAGMA user_version=1")
    connection.commit()
    connection.close()
    history = History(tmp_path / "old")
    request = Request(prompt="a", steps=1, seed=3, width=64, height=64)
    recording = history.begin(request, Files())
    for painted in made(request, Files()):
        assert recording.add(painted).faces is None
    assert history.round(recording.id).task is Task.PAINT
    history.close()
    connection = sqlite3.connect(old)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == VERSION == max(LATER)
    connection.close()


def _made(folder):
    History(folder).close()
    return list(folder.rglob("*"))


def test_names_are_of_what_is_in_the_files(history, restored):
    name = history.candidate(At(restored, 0)).unrestored
    assert hashlib.sha256(history.files[name]).hexdigest() == name
