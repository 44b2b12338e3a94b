"""A round that is being made."""

import secrets
import sqlite3
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pentimento.history.rounds import At, Candidate
from pentimento.history.rows import report_text
from pentimento.pixels.codec import encode_picture
from pentimento.words.events import Painted
from pentimento.words.reports import MACHINE
from pentimento.words.request import Request
from pentimento.words.tasks import Task

if TYPE_CHECKING:
    from pentimento.history.history import History

ABOVE = """
WITH RECURSIVE above (id) AS (
    VALUES (?) UNION SELECT rounds.parent_round FROM rounds JOIN above ON rounds.id = above.id
    WHERE rounds.parent_round IS NOT NULL
)
"""


class Recording:
    """A round that is being made; `add` its candidates as they come.

    id  of the round; it is in the history after the first candidate
    """

    def __init__(
        self,
        history: "History",
        request: Request,
        files: Mapping[str, bytes],
        inputs: tuple[str, ...],
        parent: At | None,
        tree: str | None,
        binned: bool = False,
        task: Task = Task.PAINT,
    ) -> None:
        self.id, self.task = new_id(), task
        self.history, self.request, self.parent, self.tree, self.binned = history, request, parent, tree, binned
        self.files, self.inputs = files, inputs
        self._begun = False

    def add(self, painted: Painted, data: bytes | None = None, copy: str | None = None) -> Candidate:
        """Keep a picture: when this returns, it is on disk, and so is its row.

        data    its PNG, if that is at hand; with its settings
        copy    sha256 of the file it was written to elsewhere, if that differs
        raises  OutputError, HistoryError
        """
        data = data or encode_picture(painted.picture, ".png", painted.parameters)
        before = encode_picture(painted.unrestored, ".png", painted.parameters) if painted.unrestored else None
        file = self.history.files.keep(data)
        with self.history.writing() as write:
            self.history.files.keep(data)  # the bin may have been emptied before the transaction began
            unrestored = self.history.files.keep(before) if before else None
            if not self._begun:
                self._insert(write, painted)
            write.execute(
                "INSERT INTO candidates VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                (
                    *(self.id, painted.number, file, *painted.picture.size, painted.seed, painted.variation_seed),
                    *(painted.parameters, painted.complete, report_text(painted.mask)),
                    *(report_text(painted.background), report_text(painted.faces), unrestored),
                ),
            )
            if copy is not None and copy != file:
                write.execute("INSERT OR IGNORE INTO copies VALUES (?, ?, ?)", (copy, self.id, painted.number))
        self._begun = True
        return self.history.candidate(At(self.id, painted.number))

    def _insert(self, write: sqlite3.Connection, first: Painted) -> None:
        now = time.time()
        if self.parent and not _has(write, self.parent):  # the bin was emptied meanwhile
            self.parent = None
        if self.tree and not write.execute("SELECT 1 FROM trees WHERE id = ?", (self.tree,)).fetchone():
            self.tree = None
        if self.tree is None:
            root = self.request.images[0] if self.request.images else None
            self.tree = tree_of(write, root, binned=self.binned)
        write.execute(
            "INSERT INTO rounds (id, tree, parent_round, parent_number, request, machine, created, visited, chosen, "
            "binned, task) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(self.id, self.tree, *(self.parent or (None, None)), self.request.model_dump_json()),
                *(first.picture.text.get(MACHINE), now, now, first.number, now if self.binned else None, self.task),
            ),
        )
        for name in self.inputs:
            if name not in self.history.files:  # the bin was emptied meanwhile
                self.history.files.keep(self.files[name])
            write.execute("INSERT INTO inputs VALUES (?, ?)", (self.id, name))
        if self.binned:
            return
        write.execute(
            "UPDATE trees SET changed = ?, at_round = ?, at_number = ? WHERE id = ?",
            (now, self.id, first.number, self.tree),
        )
        take_out(write, self.id, self.tree)


def take_out(write: sqlite3.Connection, round: str, tree: str) -> None:
    """Take a round's tree, and the rounds and candidates that led to it, out of the bin."""
    write.execute(f"{ABOVE} UPDATE rounds SET binned = NULL WHERE id IN (SELECT id FROM above)", (round,))
    write.execute(
        f"{ABOVE} UPDATE candidates SET binned = NULL WHERE (round, number) IN "
        "(SELECT parent_round, parent_number FROM rounds JOIN above ON rounds.id = above.id)",
        (round,),
    )
    write.execute("UPDATE trees SET binned = NULL WHERE id = ?", (tree,))
    count(write, tree)


def count(write: sqlite3.Connection, tree: str) -> None:
    """Make a tree's number of rounds right; those in the bin do not count."""
    write.execute(
        "UPDATE trees SET rounds = (SELECT COUNT(*) FROM rounds WHERE tree = ? AND binned IS NULL) WHERE id = ?",
        (tree, tree),
    )


def _has(write: sqlite3.Connection, at: At) -> bool:
    return write.execute("SELECT 1 FROM candidates WHERE round = ? AND number = ?", at).fetchone() is not None


def new_id() -> str:
    return secrets.token_hex(6)


def new_tree(write: sqlite3.Connection, root: str | None, name: str = "", *, binned: bool = False) -> str:
    id, now = new_id(), time.time()
    write.execute(
        "INSERT INTO trees (id, root, name, created, changed, binned) VALUES (?, ?, ?, ?, ?, ?)",
        (id, root, name, now, now, now if binned else None),
    )
    return id


def tree_of(write: sqlite3.Connection, root: str | None, *, binned: bool = False) -> str:
    """The tree of a picture, the one changed last if there are several; a new one if there is none.

    root    None: words alone, which have a tree of their own
    binned  one that lies in the bin will do, and a new one is put there
    """
    known = write.execute(
        "SELECT id FROM trees WHERE root = ? AND (? OR binned IS NULL) "
        "ORDER BY binned IS NULL DESC, changed DESC LIMIT 1",
        (root, binned),
    ).fetchone()
    return known["id"] if known else new_tree(write, root, binned=binned)
