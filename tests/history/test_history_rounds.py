"""Rounds are kept as they were, and form a tree for each picture."""

import threading

import numpy as np
import pytest

from pentimento.history import steps
from pentimento.history.bin import (
    bin_candidate,
    bin_round,
    bin_tree,
    empty_bin,
    restore_candidate,
    restore_round,
    restore_tree,
)
from pentimento.history.history import History
from pentimento.history.rounds import At
from pentimento.pixels.codec import read_picture
from pentimento.pixels.files import Files
from pentimento.words.errors import HistoryError, UnknownRoundError
from pentimento.words.request import Request
from rounds import Painter, made, png


def test_a_round_comes_back_as_it_was(history, painter):
    image, mask = png(1), png(2)
    kept = painter.paint(image, mask, prompt="a cup", batch_size=2, seed=41)
    (first, second) = made(kept.request, history.files)
    assert kept.request == Request(
        images=(Files().keep(image),), mask=Files().keep(mask), prompt="a cup", batch_size=2, seed=41, steps=1,
        width=32, height=32,
    )  # fmt: skip
    assert [one.seed for one in kept.candidates] == [41, 42]
    for one, painted in zip(kept.candidates, (first, second), strict=True):
        assert np.array_equal(read_picture(history.files[one.file]).samples, painted.picture.samples)
        assert (one.mask, one.background, one.parameters) == (painted.mask, painted.background, painted.parameters)
        assert read_picture(history.files[one.file]).text["parameters"] == painted.parameters


def test_it_is_there_for_whoever_opens_the_folder_next(history, painter):
    kept = painter.paint(prompt="a cup")
    again = History(history.folder)
    assert again.round(kept.id) == kept
    assert again.recent() == [kept]
    again.close()


def test_painting_on_a_candidate_grows_the_tree(history, painter):
    image = png(1)
    first = painter.paint(image, batch_size=2)
    second = painter.paint(At(first.id, 1), prompt="b")
    branch = painter.paint(At(first.id, 0), prompt="c")
    other = painter.paint(image, prompt="d")
    assert [one.parent for one in (first, second, branch, other)] == [None, (first.id, 1), (first.id, 0), None]
    assert {one.tree for one in (first, second, branch, other)} == {first.tree}
    assert history.path(second.id) == [first, second]
    assert history.rounds(first.tree) == [first, second, branch, other]
    (tree,) = history.trees()
    assert (tree.id, tree.rounds, tree.root, tree.at) == (first.tree, 4, Files().keep(image), (other.id, 0))


def test_a_picture_tells_by_its_bytes_what_it_began_from(history, painter):
    first = painter.paint(png(1), batch_size=2)
    files = Files()
    request = Request(images=(files.keep(history.files[first.candidates[1].file]),))
    assert history.begin(request, files).parent == At(first.id, 1)


def test_each_picture_drawn_from_words_has_its_own_tree_the_latest_first(history, painter):
    rounds = [painter.paint(seed=seed) for seed in range(3)]
    assert [tree.id for tree in history.trees()] == [one.tree for one in reversed(rounds)]
    (latest, *_) = history.trees(limit=1)
    assert [tree.id for tree in history.trees(before=latest.changed)] == [rounds[1].tree, rounds[0].tree]
    assert [one.id for one in history.recent(limit=2)] == [rounds[2].id, rounds[1].id]
    assert [one.id for one in history.recent(before=rounds[1].id)] == [rounds[0].id]


def test_a_file_written_elsewhere_is_known_when_it_comes_back(history):
    files = Files()
    request = Request(steps=1, width=32, height=32, seed=1)
    recording = history.begin(request, files)
    copy = png(9)
    recording.add(made(request, files)[0], copy=Files().keep(copy))
    assert history.made(Files().keep(copy)) == At(recording.id, 0)
    again = history.begin(Request(images=(files.keep(copy),)), files)
    assert (again.parent, again.tree) == (At(recording.id, 0), history.round(recording.id).tree)


def test_a_round_is_there_with_its_first_candidate_and_not_before(history):
    request = Request(steps=1, width=32, height=32, seed=1)
    recording = history.begin(request, {})
    with pytest.raises(UnknownRoundError, match=recording.id):
        history.round(recording.id)
    assert history.trees() == []


def test_redo_takes_back_every_undo_even_past_rounds_made_elsewhere_since(history, painter):
    first = painter.paint(png(1))
    second = painter.paint(At(first.id, 0))
    painter.paint(png(1), seed=9)
    steps.choose(history, first.tree, At(second.id, 0))
    undone = [history.tree(first.tree).at, *(steps.undo(history, first.tree).at for _ in range(2))]
    redone = [*(steps.redo(history, first.tree).at for _ in range(2)), None]
    assert undone == [redone[1], redone[0], None]


def test_undo_and_redo_walk_the_way_that_was_gone(history, painter):
    first = painter.paint(png(1), batch_size=2)
    left = painter.paint(At(first.id, 1), batch_size=3)
    right = painter.paint(At(first.id, 1))
    tree = first.tree
    steps.choose(history, tree, At(left.id, 2))
    assert steps.undo(history, tree).at == (first.id, 1)
    assert steps.redo(history, tree).at == (left.id, 2), "the one looked at last, not the newest"
    steps.choose(history, tree, At(right.id, 0))
    steps.undo(history, tree)
    assert steps.undo(history, tree).at is None
    assert steps.undo(history, tree).at is None, "there is nothing before"
    steps.redo(history, tree)
    assert history.tree(tree).at == (first.id, 0), "as it was chosen there"
    steps.choose(history, tree, At(first.id, 1))
    assert steps.redo(history, tree).at == (right.id, 0)
    assert steps.redo(history, tree).at == (right.id, 0), "there is nothing after"


def test_a_candidate_of_another_tree_cannot_be_chosen(history, painter):
    one, other = painter.paint(seed=1), painter.paint(seed=2)
    with pytest.raises(UnknownRoundError, match="is not of tree"):
        steps.choose(history, one.tree, At(other.id, 0))
    with pytest.raises(UnknownRoundError, match="no candidate 7"):
        steps.choose(history, one.tree, At(one.id, 7))


def test_names_are_given_to_pictures_and_rounds(history, painter):
    one = painter.paint()
    assert history.rename_round(one.id, "the good one").name == "the good one"
    assert history.rename_tree(one.tree, "holiday").name == "holiday"
    with pytest.raises(UnknownRoundError):
        history.rename_round("0" * 12, "x")


def test_a_round_goes_by_the_beginning_of_its_id(history, painter):
    one = painter.paint()
    assert history.round(one.id[:6]) == one
    painter.paint()
    with pytest.raises(UnknownRoundError, match="there is no round"):
        history.round("zz")
    with pytest.raises(UnknownRoundError):
        history.round("")


def test_the_bin_takes_what_began_from_a_round_and_gives_it_back(history, painter):
    first = painter.paint(png(1))
    second = painter.paint(At(first.id, 0))
    third = painter.paint(At(second.id, 0))
    bin_round(history, third.id)
    bin_round(history, second.id)
    assert history.rounds(first.tree) == [first]
    assert history.tree(first.tree).at == (first.id, 0)
    assert [one.id for one in history.recent()] == [first.id]
    restore_round(history, second.id)
    assert [one.id for one in history.rounds(first.tree)] == [first.id, second.id], "the third was put there before"
    restore_round(history, third.id)
    assert history.tree(first.tree).rounds == 3


def test_restoring_a_round_restores_what_it_began_from(history, painter):
    first = painter.paint(png(1))
    second = painter.paint(At(first.id, 0))
    bin_round(history, first.id)
    bin_tree(history, first.tree)
    assert history.trees() == []
    restore_round(history, second.id)
    assert [one.id for one in history.rounds(first.tree)] == [first.id, second.id]
    assert history.trees()


def test_one_candidate_goes_into_the_bin_with_what_began_from_it_and_comes_back(history, painter):
    first = painter.paint(png(1), batch_size=3)
    second = painter.paint(At(first.id, 1))
    beside = painter.paint(At(first.id, 2))
    steps.choose(history, first.tree, At(second.id, 0))
    bin_candidate(history, At(first.id, 1))
    (left, other) = history.rounds(first.tree)
    assert ([one.number for one in left.candidates], other.id) == ([0, 2], beside.id)
    assert history.tree(first.tree).at is None, "what was looked at lay below it"
    assert [one.binned for one in history.rounds(first.tree, binned=True)[0].candidates] == [False, True, False]
    assert history.made(first.candidates[1].file) is None
    restore_candidate(history, At(first.id, 1))
    assert [one.id for one in history.rounds(first.tree)] == [first.id, second.id, beside.id]
    assert history.round(first.id) == first


def test_the_last_candidate_takes_its_round_along_and_brings_it_back(history, painter):
    first = painter.paint(png(1), batch_size=2)
    for number in (0, 1):
        bin_candidate(history, At(first.id, number))
    assert history.rounds(first.tree) == []
    restore_candidate(history, At(first.id, 1))
    assert [one.number for one in history.rounds(first.tree)[0].candidates] == [1]
    assert steps.redo(history, first.tree).at == (first.id, 1), "the one chosen first lies in the bin"
    with pytest.raises(UnknownRoundError, match="no candidate 7"):
        bin_candidate(history, At(first.id, 7))


def test_what_is_painted_on_a_candidate_brings_it_out_of_the_bin_or_does_without_it(history, painter, monkeypatch):
    monkeypatch.setattr("pentimento.history.bin.FRESH", -1)
    first = painter.paint(png(1), batch_size=2)
    file = first.candidates[1].file
    files = Files({file: history.files[file]})
    request = Request(images=(file,), steps=1, seed=9)
    binned, gone = (history.begin(request, files, parent=At(first.id, 1)) for _ in range(2))
    bin_candidate(history, At(first.id, 1))
    binned.add(made(request, files)[0])
    assert history.round(first.id) == first
    bin_candidate(history, At(first.id, 1))
    assert empty_bin(history) == 2, "it, and the round that began from it"
    gone.add(made(request, files)[0])
    assert history.round(gone.id).parent is None
    assert history.files[first.candidates[0].file]


def test_emptying_the_bin_deletes_files_that_nothing_names_any_more(history, painter, monkeypatch):
    image = png(1)
    gone, kept = painter.paint(image, seed=1), painter.paint(image, seed=2)
    other = painter.paint(seed=5)
    bin_round(history, gone.id)
    bin_tree(history, other.tree)
    assert [tree.id for tree in history.trees(binned=True)] == [other.tree]
    monkeypatch.setattr("pentimento.history.bin.FRESH", -1)
    assert empty_bin(history) == 2
    assert set(history.files) == {Files().keep(image), kept.candidates[0].file}
    with pytest.raises(UnknownRoundError):
        history.round(gone.id)
    with pytest.raises(UnknownRoundError):
        restore_tree(history, other.tree)


def test_what_is_painted_while_its_origin_is_thrown_away_is_kept_all_the_same(history, painter, monkeypatch):
    monkeypatch.setattr("pentimento.history.bin.FRESH", -1)
    first = painter.paint(png(1))
    files = Files({first.candidates[0].file: history.files[first.candidates[0].file]})
    request = Request(images=tuple(files), steps=1, seed=9)
    binned, gone = (history.begin(request, files, parent=At(first.id, 0)) for _ in range(2))
    bin_round(history, first.id)
    bin_tree(history, first.tree)
    binned.add(made(request, files)[0])
    assert [one.id for one in history.rounds(first.tree)] == [first.id, binned.id], (
        "it came out with what began from it"
    )
    assert [tree.rounds for tree in history.trees()] == [2]
    bin_tree(history, first.tree)
    empty_bin(history)
    gone.add(made(request, files)[0])
    alone = history.round(gone.id)
    assert alone.parent is None
    assert history.tree(alone.tree).root == files.keep(files[request.images[0]])
    assert history.files[request.images[0]]


def test_a_picture_without_rounds_has_a_tree_and_keeps_it(history, painter):
    image = png(1)
    tree = history.open(image, "photo")
    assert (tree.name, tree.rounds, tree.at) == ("photo", 0, None)
    assert history.open(image).id == tree.id
    assert painter.paint(image).tree == tree.id


def test_what_is_made_from_words_may_share_a_tree_that_was_opened_before(history, painter):
    tree = history.open(None)
    assert history.open(None).id != tree.id
    rounds = []
    for seed in (1, 2):
        request = Request(prompt="a cup", steps=1, width=32, height=32, seed=seed)
        recording = history.begin(request, Files(), tree=tree.id)
        recording.add(made(request, Files())[0])
        rounds.append(recording.id)
    assert [(one.id, one.parent) for one in history.rounds(tree.id)] == [(id, None) for id in rounds]


def test_pictures_have_to_be_what_their_name_says(history):
    with pytest.raises(HistoryError, match="another hash"):
        history.begin(Request(images=("0" * 64,)), {"0" * 64: b"something else"})


def test_a_folder_that_cannot_be_used_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Exception, match="cannot be used") as told:
        History(tmp_path / "file")
    assert told.value.hint
    (tmp_path / "data" / "files").mkdir(parents=True)
    (tmp_path / "data" / "history.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(HistoryError, match="not a database"):
        History(tmp_path / "data")


def test_a_history_of_a_later_version_is_left_alone(history):
    with history.writing() as write:
        write.execute("PRAGMA user_version=99")
    with pytest.raises(HistoryError, match="99"):
        History(history.folder)


def test_many_threads_may_write_and_read_at_once(history):
    def work():
        painter = Painter(history)
        for seed in range(5):
            painter.paint(png(1), seed=seed)
            history.trees()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (tree,) = history.trees()
    assert tree.rounds == 20
