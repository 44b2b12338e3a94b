"""Everything that was made, kept: the trees of rounds in a data folder."""

import json
import os
import sqlite3
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pentimento.history.recording import Recording, new_tree
from pentimento.history.rounds import At, Candidate, Round, Tree
from pentimento.history.rows import candidate_from, round_from, tree_from
from pentimento.history.schema import connect
from pentimento.history.store import Store
from pentimento.words.errors import HistoryError, OutputError, UnknownRoundError
from pentimento.words.request import Request
from pentimento.words.tasks import Task

DATABASE, FILES = "history.sqlite", "files"
PAGE = 50


def data_folder() -> Path:
    """PENTIMENTO_DATA_DIR, else `pentimento` in the user's data folder."""
    if own := os.environ.get("PENTIMENTO_DATA_DIR"):
        return Path(own)
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "pentimento"


class History:
    """The trees of rounds in a data folder, which is made where there is none. For any number of threads.

    files   the store of all pictures
    raises  HistoryError where the folder cannot be used; UnknownRoundError for what is not there
    """

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # one's pictures are nobody else's business
            self.files = Store(folder / FILES)
        except OSError as error:
            raise OutputError(
                f"the data folder {folder} cannot be used: {error.strerror or error}",
                "Choose another --data-dir, or use --no-history.",
            ) from error
        self.folder = folder
        self._own = threading.local()
        self._all: list[sqlite3.Connection] = []
        self.rows("SELECT 1")

    def close(self) -> None:
        for connection in self._all:
            connection.close()

    # ------------------------------------------------------------------------------------------------------- reading

    def trees(self, *, limit: int = PAGE, before: float | None = None, binned: bool = False) -> list[Tree]:
        """The trees changed last, those before a time (a tree's `changed`): a page of them."""
        where = "binned IS NOT NULL" if binned else "binned IS NULL"
        rows = self.rows(
            f"SELECT * FROM trees WHERE {where} AND changed < ? ORDER BY changed DESC LIMIT ?",
            before if before is not None else 1e18,
            limit,
        )
        return [tree_from(row) for row in rows]

    def tree(self, id: str) -> Tree:
        return tree_from(self.row("tree", "SELECT * FROM trees WHERE id = ?", id))

    def rounds(self, tree: str, *, binned: bool = False) -> list[Round]:
        """Every round of a tree, oldest first; a round's parent comes before it.

        binned  those in the bin too, and candidates that lie there by themselves
        """
        self.tree(tree)
        rows = self.rows("SELECT * FROM rounds WHERE tree = ? ORDER BY number", tree)
        return self._rounds([row for row in rows if binned or row["binned"] is None], binned=binned)

    def recent(self, *, limit: int = PAGE, before: str | None = None) -> list[Round]:
        """The latest rounds of all trees, those before another: a page of them."""
        number = self._row_of(before)["number"] if before else 2**62
        rows = self.rows(
            "SELECT * FROM rounds WHERE binned IS NULL AND number < ? ORDER BY number DESC LIMIT ?", number, limit
        )
        return self._rounds(rows)

    def round(self, id: str) -> Round:
        """A round by its id, or by the beginning of it where only one begins so."""
        return self._rounds([self._row_of(id)])[0]

    def candidate(self, at: At) -> Candidate:
        """One candidate, in the bin or not."""
        round = self._row_of(at.round)["id"]
        rows = self.rows("SELECT * FROM candidates WHERE round = ? AND number = ?", round, at.number)
        if not rows:
            raise UnknownRoundError(f"round {at.round} has no candidate {at.number}", "Candidates count from 0.")
        return candidate_from(rows[0])

    def path(self, round: str) -> list[Round]:
        """The rounds that led to one, the first of them first, itself last."""
        found = [self.round(round)]
        while parent := found[-1].parent:
            found.append(self.round(parent.round))
        return found[::-1]

    def made(self, file: str) -> At | None:
        """The candidate that a file is, or was written from; the latest if there are several, none from the bin."""
        rows = self.rows(
            "SELECT found.round, found.number FROM (SELECT file, round, number FROM candidates WHERE file = ?1 "
            "UNION ALL SELECT file, round, number FROM copies WHERE file = ?1) AS found "
            "JOIN rounds ON rounds.id = found.round JOIN candidates AS kept ON kept.round = found.round "
            "AND kept.number = found.number WHERE rounds.binned IS NULL AND kept.binned IS NULL "
            "ORDER BY rounds.number DESC LIMIT 1",
            file,
        )
        return At(*rows[0]) if rows else None

    # ------------------------------------------------------------------------------------------------------- writing

    def open(self, data: bytes | None, name: str = "") -> Tree:
        """A tree for a picture, without rounds yet; the one that has this picture as its root, if there is one.

        data  None: a new one, for pictures made from words alone
        """
        root = None if data is None else self.files.keep(data)
        known = self.rows("SELECT * FROM trees WHERE root = ? AND binned IS NULL ORDER BY changed DESC LIMIT 1", root)
        if known:
            return tree_from(known[0])
        with self.writing() as write:
            return self.tree(new_tree(write, root, name))

    def begin(
        self,
        request: Request,
        files: Mapping[str, bytes],
        *,
        parent: At | None = None,
        tree: str | None = None,
        binned: bool = False,
        task: Task = Task.PAINT,
    ) -> Recording:
        """A round that is being made. Its pictures are kept now, and it is there with its first candidate.

        files   bytes of the pictures that the request names
        parent  the candidate it begins from; by default the one that the request's picture is, if it is one
        tree    the tree it belongs to; by default the parent's, or that of the request's picture, or a new one
        binned  the round lies in the bin until it is taken out
        task    what is done with the request
        """
        inputs = tuple(dict.fromkeys((*request.images, *([request.mask] if request.mask else []))))
        for name in inputs:
            if self.files.keep(files[name]) != name:
                raise HistoryError(f"the bytes given as {name[:12]}… have another hash", "Name them by their sha256.")
        if parent is None and request.images:
            parent = self.made(request.images[0])
        if parent is not None:
            self.candidate(parent)
            tree = tree or self.round(parent.round).tree
        return Recording(self, request, files, inputs, parent, tree, binned, task)

    def rename_tree(self, id: str, name: str) -> Tree:
        with self.writing() as write:
            write.execute("UPDATE trees SET name = ? WHERE id = ?", (name, id))
        return self.tree(id)

    def rename_round(self, id: str, name: str) -> Round:
        found = self.round(id)
        with self.writing() as write:
            write.execute("UPDATE rounds SET name = ? WHERE id = ?", (name, found.id))
        return self.round(found.id)

    # ------------------------------------------------------------------------------------------------------ database

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return self._connection.execute(sql, values).fetchall()

    def row(self, what: str, sql: str, *values: Any) -> sqlite3.Row:
        """The only row. Raises UnknownRoundError where there is none."""
        rows = self.rows(sql, *values)
        if not rows:
            raise UnknownRoundError(f"there is no {what} {values[0]!r}", "pentimento history lists what there is.")
        return rows[0]

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection]:
        """All of it or nothing; on disk when left. Raises HistoryError."""
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise HistoryError(
                f"{self.folder / DATABASE} cannot be written: {error}", "Make room there, or use --no-history."
            ) from error

    @property
    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._own, "connection"):
            self._own.connection = connect(self.folder / DATABASE)
            self._all.append(self._own.connection)
        return self._own.connection

    def _row_of(self, id: str) -> sqlite3.Row:
        rows = self.rows("SELECT * FROM rounds WHERE id >= ? AND id < ? ORDER BY id LIMIT 2", id, id + "g")
        if len(rows) > 1 and rows[0]["id"] != id:
            raise UnknownRoundError(f"more than one round begins with {id!r}", "Write more of it.")
        if not rows or not id:
            raise UnknownRoundError(f"there is no round {id!r}", "pentimento history lists what there is.")
        return rows[0]

    def _rounds(self, rows: Sequence[sqlite3.Row], *, binned: bool = False) -> list[Round]:
        """Rounds with their candidates, which are asked for all at once."""
        found = self.rows(
            "SELECT * FROM candidates WHERE round IN (SELECT value FROM json_each(?)) "
            "AND (? OR binned IS NULL) ORDER BY number",
            json.dumps([row["id"] for row in rows]),
            binned,
        )
        of = {row["id"]: [] for row in rows}
        for candidate in found:
            of[candidate["round"]].append(candidate)
        return [round_from(row, of[row["id"]]) for row in rows]
