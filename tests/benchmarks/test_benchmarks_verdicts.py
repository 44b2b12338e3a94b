"""What decides a line of the benchmark: the goal is met, missed, or the runs lie too far apart to say."""

import importlib.util
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def contest():
    """The module, without the folder on the path: its other modules' names are ours too."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
        before = set(sys.modules)
        spec = importlib.util.spec_from_file_location("benchmarks_contest", BENCHMARKS / "contest.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["benchmarks_contest"] = module
        spec.loader.exec_module(module)
        for name in set(sys.modules) - before - {"benchmarks_contest"}:
            if name in ("worker", "places"):
                del sys.modules[name]
        yield module
        del sys.modules["benchmarks_contest"]


@pytest.mark.parametrize(
    "value, spread, more, word",
    [
        # must 0.9, wish 0.8
        (0.79, 0.01, False, "wish"),
        (0.79, 0.50, False, "not decided"),
        (0.85, 0.01, False, "must"),
        (0.85, 0.10, False, "not decided"),
        (0.95, 0.01, False, "missed"),
        (0.95, 0.10, False, "not decided"),
        # must ≥ 8, wish ≥ 10
        (11.0, 0.05, True, "wish"),
        (11.0, 0.50, True, "not decided"),
        (9.0, 0.05, True, "must"),
        (9.0, 0.20, True, "not decided"),
        (7.0, 0.05, True, "missed"),
    ],
)
def test_a_value_decides_where_its_spread_is_less_than_the_distance_to_the_goal(contest, value, spread, more, word):
    goals = (8, 10) if more else (0.9, 0.8)
    assert contest.Verdict(value, spread, *goals, more=more).word == word


def test_a_ratio_is_of_the_best_runs_and_as_unsure_as_both_together(contest):
    ours, theirs = contest.Samples([2.0, 1.0, 1.5]), contest.Samples([4.0, 2.0])
    value, spread = contest.ratio(ours, theirs)
    assert value == 0.5
    assert spread == pytest.approx(0.5 + 0.5)


def test_a_single_run_is_not_taken_for_a_sure_one(contest):
    assert contest.Samples([3.0]).spread == contest.ALONE > 0
    assert contest.Samples([3.0, 3.0]).spread == 0


def test_contestants_take_turns_and_the_order_turns_round_and_who_is_slow_is_asked_once(contest):
    asked = []

    class Told:
        def __init__(self, name, wall):
            self.name, self.wall = name, wall

        def ask(self, task, **how):
            asked.append(self.name)
            return {"wall": self.wall, "cpu": self.wall}

    workers = {"a": Told("a", 1.0), "b": Told("b", 2.0), "slow": Told("slow", 99.0)}
    found = contest.in_turns(workers, "step", 3, affordable=10)
    assert asked == ["a", "b", "slow", "b", "a", "a", "b"]
    assert {name: len(samples.values) for name, samples in found.items()} == {"a": 3, "b": 3, "slow": 1}


def test_a_contestant_that_ends_is_said_to_have_ended(contest):
    worker = contest.Worker("pentimento", 1)
    with pytest.raises(contest.EndedError, match="pentimento ended while it was asked for nothing_of_the_kind"):
        worker.ask("nothing_of_the_kind")
