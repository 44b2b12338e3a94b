"""Moving about in a tree: choose, undo, redo. Nothing is lost by it; painting from an earlier candidate branches."""

import time

from pentimento.history.history import History
from pentimento.history.rounds import At, Tree
from pentimento.history.rows import at_from
from pentimento.words.errors import UnknownRoundError


def choose(history: History, tree: str, at: At | None) -> Tree:
    """Look at a candidate; None: at the tree's own picture. Raises UnknownRoundError where it is of another tree."""
    if at is not None:
        history.candidate(at)
        if history.round(at.round).tree != tree:
            raise UnknownRoundError(f"round {at.round} is not of tree {tree}", "Choose it in its own tree.")
    with history.writing() as write:
        write.execute("UPDATE trees SET at_round = ?, at_number = ? WHERE id = ?", (*(at or (None, None)), tree))
        if at is not None:
            write.execute("UPDATE rounds SET visited = ?, chosen = ? WHERE id = ?", (time.time(), at.number, at.round))
    return history.tree(tree)


def undo(history: History, tree: str) -> Tree:
    """Back to what the round that is looked at began from, whence `redo` goes on to it; at the beginning nothing."""
    at = history.tree(tree).at
    if at is None:
        return history.tree(tree)
    before = history.round(at.round).parent
    with history.writing() as write:
        write.execute("UPDATE trees SET at_round = ?, at_number = ? WHERE id = ?", (*(before or (None, None)), tree))
        write.execute("UPDATE rounds SET visited = ? WHERE id = ?", (time.time(), at.round))
    return history.tree(tree)


def redo(history: History, tree: str) -> Tree:
    """On to the round that began from here and was looked at last, to the candidate chosen there."""
    at = history.tree(tree).at
    rows = history.rows(
        "SELECT id, chosen FROM rounds WHERE tree = ? AND parent_round IS ? AND parent_number IS ? "
        "AND binned IS NULL ORDER BY visited DESC LIMIT 1",
        tree,
        *(at or (None, None)),
    )
    return choose(history, tree, at_from(*rows[0])) if rows else history.tree(tree)
