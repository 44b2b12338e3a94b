"""The tables, and how a database is opened. Everything that names a file names it by the hash of its bytes.

`copies` are the hashes of files that candidates were written to elsewhere, so that they are known when they come back.
"""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from pentimento.words.errors import HistoryError

VERSION = 4

TABLES = """
CREATE TABLE trees (
    id TEXT PRIMARY KEY,
    root TEXT,
    name TEXT NOT NULL DEFAULT '',
    at_round TEXT,
    at_number INTEGER,
    created REAL NOT NULL,
    changed REAL NOT NULL,
    rounds INTEGER NOT NULL DEFAULT 0,
    binned REAL
) WITHOUT ROWID;
CREATE INDEX trees_by_change ON trees (binned, changed, id);
CREATE INDEX trees_by_root ON trees (root, changed);

CREATE TABLE rounds (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    tree TEXT NOT NULL REFERENCES trees (id) ON DELETE CASCADE,
    parent_round TEXT REFERENCES rounds (id) ON DELETE SET NULL,
    parent_number INTEGER,
    request TEXT NOT NULL,
    machine TEXT,
    name TEXT NOT NULL DEFAULT '',
    created REAL NOT NULL,
    visited REAL NOT NULL,
    chosen INTEGER NOT NULL,
    binned REAL,
    task TEXT NOT NULL DEFAULT 'paint'
);
CREATE INDEX rounds_of_tree ON rounds (tree, number);
CREATE INDEX rounds_by_parent ON rounds (tree, parent_round, parent_number, visited);
CREATE INDEX rounds_below ON rounds (parent_round);
CREATE INDEX rounds_by_bin ON rounds (binned, number);

CREATE TABLE inputs (
    round TEXT NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
    file TEXT NOT NULL,
    PRIMARY KEY (round, file)
) WITHOUT ROWID;

CREATE TABLE candidates (
    round TEXT NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    file TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    variation_seed INTEGER NOT NULL,
    parameters TEXT NOT NULL,
    complete INTEGER NOT NULL,
    mask TEXT,
    background TEXT,
    faces TEXT,
    unrestored TEXT,
    binned REAL,
    PRIMARY KEY (round, number)
) WITHOUT ROWID;
CREATE INDEX candidates_by_file ON candidates (file);

CREATE TABLE copies (
    file TEXT NOT NULL,
    round TEXT NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    PRIMARY KEY (file, round, number)
) WITHOUT ROWID;
CREATE INDEX copies_of_round ON copies (round);
CREATE INDEX inputs_by_file ON inputs (file);
"""

LATER: Mapping[int, str] = {
    2: "ALTER TABLE candidates ADD COLUMN faces TEXT; ALTER TABLE candidates ADD COLUMN unrestored TEXT",
    3: "ALTER TABLE candidates ADD COLUMN binned REAL",
    4: "ALTER TABLE rounds ADD COLUMN task TEXT NOT NULL DEFAULT 'paint'",
}
"""What made each later version of the one before."""

WAIT = 30.0
"""Seconds that one process waits for another to finish writing."""


def connect(file: Path) -> sqlite3.Connection:
    """The database, made where there is none. Raises HistoryError: it is of a later version, or is none at all.

    A transaction is on disk when it is done (`synchronous=FULL`), and readers do not wait for writers (WAL).
    """
    try:
        connection = sqlite3.connect(file, timeout=WAIT, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {setting}")
        _prepare(connection, file)
    except sqlite3.Error as error:
        raise HistoryError(
            f"{file} cannot be used: {error}", "Choose another --data-dir, or put the file aside to begin anew."
        ) from error
    return connection


def _prepare(connection: sqlite3.Connection, file: Path) -> None:
    if _version(connection) < VERSION:
        connection.execute("BEGIN IMMEDIATE")
        before = _version(connection)  # somebody else may have made it meanwhile
        later = [text for number, text in LATER.items() if number > before]
        for text in later if before else [TABLES]:
            for statement in filter(str.strip, text.split(";")):
                connection.execute(statement)
        if before < VERSION:
            connection.execute(f"PRAGMA user_version={VERSION}")
        connection.execute("COMMIT")
    if (version := _version(connection)) > VERSION:
        raise HistoryError(
            f"{file} was written by a later Pentimento: its version is {version}, and {VERSION} is known here",
            "Install the later version, or choose another --data-dir.",
        )


def _version(connection: sqlite3.Connection) -> int:
    return connection.execute("PRAGMA user_version").fetchone()[0]
