"""The bin: trees, rounds and candidates lie in it until it is emptied; only then files go."""

import time
from collections.abc import Collection, Iterable

from pentimento.history.history import History
from pentimento.history.recording import count, take_out
from pentimento.history.rounds import At, Round, Tree
from pentimento.history.store import STALE

BELOW = """
WITH RECURSIVE below (id) AS (
    VALUES (?) UNION SELECT rounds.id FROM rounds JOIN below ON rounds.parent_round = below.id
)
"""
BELOW_CANDIDATE = """
WITH RECURSIVE below (id) AS (
    SELECT id FROM rounds WHERE parent_round = ? AND parent_number = ?
    UNION SELECT rounds.id FROM rounds JOIN below ON rounds.parent_round = below.id
)
"""
NAMED = """
    SELECT file FROM candidates UNION SELECT unrestored FROM candidates WHERE unrestored IS NOT NULL
    UNION SELECT file FROM inputs UNION SELECT root FROM trees WHERE root IS NOT NULL
"""


def bin_round(history: History, id: str) -> Round:
    """Put a round, and all that began from it, into the bin. What is looked at moves to what it began from."""
    found = history.round(id)
    with history.writing() as write:
        write.execute(
            f"{BELOW} UPDATE rounds SET binned = ? WHERE id IN (SELECT id FROM below) AND binned IS NULL",
            (found.id, time.time()),
        )
        write.execute(
            f"{BELOW} UPDATE trees SET at_round = ?, at_number = ? WHERE id = ? AND at_round IN (SELECT id FROM below)",
            (found.id, *(found.parent or (None, None)), found.tree),
        )
        count(write, found.tree)
    return history.round(found.id)


def restore_round(history: History, id: str) -> Round:
    """Take a round out of the bin, with what was put there together with it and what it began from; its tree too."""
    found = history.round(id)
    with history.writing() as write:
        write.execute(
            f"{BELOW} UPDATE rounds SET binned = NULL WHERE id IN (SELECT id FROM below) "
            "AND binned = (SELECT binned FROM rounds WHERE id = ?)",
            (found.id, found.id),
        )
        take_out(write, found.id, found.tree)
    return history.round(found.id)


def bin_candidate(history: History, at: At) -> Round:
    """Put a candidate, and all that began from it, into the bin; the last one of a round takes the round along.

    What is looked at moves to what the round began from. Raises UnknownRoundError.
    """
    found, number = history.round(at.round), history.candidate(at).number
    others = [one.number for one in found.candidates if one.number != number]
    if not others:
        return bin_round(history, found.id)
    now, here = time.time(), (found.id, number)
    with history.writing() as write:
        write.execute(
            "UPDATE candidates SET binned = ? WHERE round = ? AND number = ? AND binned IS NULL", (now, *here)
        )
        write.execute(
            f"{BELOW_CANDIDATE} UPDATE rounds SET binned = ? WHERE id IN (SELECT id FROM below) AND binned IS NULL",
            (*here, now),
        )
        write.execute("UPDATE rounds SET chosen = ? WHERE id = ? AND chosen = ?", (others[0], *here))
        write.execute(
            f"{BELOW_CANDIDATE} UPDATE trees SET at_round = ?, at_number = ? WHERE id = ? "
            "AND (at_round IN (SELECT id FROM below) OR (at_round = ? AND at_number = ?))",
            (*here, *(found.parent or (None, None)), found.tree, *here),
        )
        count(write, found.tree)
    return history.round(found.id)


def restore_candidate(history: History, at: At) -> Round:
    """Undo `bin_candidate`: the candidate with what was put there together with it. Raises UnknownRoundError."""
    found, candidate = history.round(at.round), history.candidate(at)
    if not candidate.binned:
        return restore_round(history, found.id)
    here = (found.id, candidate.number)
    with history.writing() as write:
        write.execute(
            f"{BELOW_CANDIDATE} UPDATE rounds SET binned = NULL WHERE id IN (SELECT id FROM below) "
            "AND binned = (SELECT binned FROM candidates WHERE round = ? AND number = ?)",
            (*here, *here),
        )
        write.execute("UPDATE candidates SET binned = NULL WHERE round = ? AND number = ?", here)
        take_out(write, found.id, found.tree)
    return history.round(found.id)


def bin_tree(history: History, id: str) -> Tree:
    """Put a picture with all its rounds into the bin."""
    return _mark(history, history.tree(id).id, time.time())


def restore_tree(history: History, id: str) -> Tree:
    return _mark(history, history.tree(id).id, None)


def empty_bin(history: History, spared: Collection[str] = ()) -> int:
    """Delete what lies in the bin, and every file that nothing names any more.

    spared   files that stay all the same
    returns  how many rounds and single candidates went
    """
    with history.writing() as write:
        gone = write.execute(
            "DELETE FROM rounds WHERE tree IN (SELECT id FROM trees WHERE binned IS NOT NULL)"
        ).rowcount
        gone += write.execute("DELETE FROM rounds WHERE binned IS NOT NULL").rowcount
        gone += write.execute("DELETE FROM candidates WHERE binned IS NOT NULL").rowcount
        write.execute(
            "DELETE FROM copies WHERE NOT EXISTS (SELECT 1 FROM candidates "
            "WHERE candidates.round = copies.round AND candidates.number = copies.number)"
        )
        write.execute("DELETE FROM trees WHERE binned IS NOT NULL")
    files = set(history.files)
    with history.writing() as write:  # nobody names a file meanwhile
        named = {row[0] for row in write.execute(NAMED)}
        _drop(history, files - named - set(spared))
    return gone


def _drop(history: History, files: Iterable[str]) -> None:
    """Those kept a moment ago may be about to be named."""
    for file in files:
        if history.files.age(file) > FRESH:
            history.files.drop(file)


FRESH = min(60.0, STALE)
"""Seconds."""


def _mark(history: History, tree: str, when: float | None) -> Tree:
    with history.writing() as write:
        write.execute("UPDATE trees SET binned = ? WHERE id = ?", (when, tree))
    return history.tree(tree)
