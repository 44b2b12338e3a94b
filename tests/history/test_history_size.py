"""Ten thousand rounds open as fast as ten."""

import statistics
import time

import pytest

from pentimento.history.history import History
from pentimento.words.request import Request

QUERIES = {
    "the latest pictures": "SELECT * FROM trees WHERE binned IS NULL AND changed < 1e18 ORDER BY changed DESC LIMIT 50",
    "the latest rounds": "SELECT * FROM rounds WHERE binned IS NULL AND number < 99 ORDER BY number DESC LIMIT 50",
    "a round": "SELECT * FROM rounds WHERE id >= 'a' AND id < 'ag' ORDER BY id LIMIT 2",
    "rounds of a picture": "SELECT * FROM rounds WHERE tree = 'a' ORDER BY number",
    "candidates of rounds": "SELECT * FROM candidates WHERE round IN ('a', 'b')",
    "what a file is": "SELECT round FROM candidates WHERE file = 'a' "
    "UNION ALL SELECT round FROM copies WHERE file = 'a'",
    "what began from a candidate": "SELECT id FROM rounds WHERE tree = 'a' AND parent_round IS 'b' "
    "AND parent_number IS 1 AND binned IS NULL ORDER BY visited DESC LIMIT 1",
    "the tree of a picture": "SELECT id FROM trees WHERE root = 'a' AND binned IS NULL ORDER BY changed DESC LIMIT 1",
}


def filled(folder, rounds):
    """So many rounds with four candidates each, twenty in a tree."""
    history = History(folder)
    request = Request(prompt="a cup on a table").model_dump_json()
    with history.writing() as write:
        for number in range(rounds):
            round, tree = f"{number:012x}", f"{number // 20:012x}"
            if number % 20 == 0:
                values = (tree, "0" * 64, number, number, 20)
                write.execute("INSERT INTO trees (id, root, created, changed, rounds) VALUES (?, ?, ?, ?, ?)", values)
            write.execute(
                "INSERT INTO rounds (id, tree, request, created, visited, chosen) VALUES (?, ?, ?, ?, ?, 0)",
                (round, tree, request, number, number),
            )
            write.executemany(
                "INSERT INTO candidates VALUES (?, ?, ?, 512, 512, 1, 0, 'a cup', 1, NULL, NULL, NULL, NULL, NULL)",
                [(round, k, f"{number * 4 + k:064x}") for k in range(4)],
            )
    history.close()
    return folder


def opened(folder):
    """Seconds to open it and see the latest ten."""
    begun = time.perf_counter()
    history = History(folder)
    history.trees(limit=10)
    history.recent(limit=10)
    took = time.perf_counter() - begun
    history.close()
    return took


def test_ten_thousand_rounds_open_as_fast_as_ten(tmp_path):
    few, many = filled(tmp_path / "few", 10), filled(tmp_path / "many", 10_000)
    times = [(opened(few), opened(many)) for _ in range(9)]
    short, long = (statistics.median(column) for column in zip(*times, strict=True))
    assert long <= 0.3
    assert long <= 1.5 * short + 0.002, "2 ms are the clock's"


@pytest.mark.parametrize("what", QUERIES)
def test_nothing_is_searched_through_to_find_it(tmp_path, what):
    history = History(tmp_path)
    plan = [row["detail"] for row in history.rows(f"EXPLAIN QUERY PLAN {QUERIES[what]}")]
    assert not [step for step in plan if step.startswith("SCAN") or "TEMP B-TREE" in step], plan
