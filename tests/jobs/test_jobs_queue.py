"""The queue: order, endings, listeners. Who computes is a fake."""

import asyncio
import re
import threading
import time

import pytest

from pentimento.jobs.job import State
from pentimento.jobs.queue import Limits, Queue
from pentimento.jobs.runner import PreviewKind, Previews
from pentimento.runners.fake import FakeRunner
from pentimento.words.errors import ComputeError, OutputError, QueueFullError, UnknownJobError
from pentimento.words.events import LAST, Cancelled, Finished, Loading, Painted, Queued, Started, Stepped
from pentimento.words.request import Request
from pentimento.words.tasks import Task

PATIENCE = 20
QUICK = Request(steps=3, width=64, height=64, seed=7)
LONG = Request(steps=150, batch_count=4, width=64, height=64, seed=7)


@pytest.fixture
def queue():
    """Steps of 5 ms."""
    with_it = Queue([FakeRunner(step_seconds=0.005)])
    yield with_it
    with_it.close()


def ended(job):
    assert job.wait(PATIENCE), "it hangs"
    return job


def until(true):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)


def kinds(job):
    return [type(event) for event in job.events]


def test_a_job_says_everything_in_order_and_its_end_last(queue):
    job = ended(queue.submit(QUICK, {}))
    said = list(dict.fromkeys(kinds(job)))
    assert said[:2] == [Queued, Loading]
    assert said[-3:] == [Stepped, Painted, Finished]
    assert [event.step for event in job.events if isinstance(event, Stepped)] == [1, 2, 3]
    assert job.state is State.DONE
    assert job.status.share == 1
    assert job.created <= job.started <= job.ended


def test_submitting_returns_at_once_and_draws_the_seed(queue):
    begun = time.monotonic()
    job = queue.submit(LONG.model_copy(update={"seed": -1}), {})
    assert time.monotonic() - begun < 0.1
    assert job.request.seed >= 0


def test_jobs_run_in_the_order_they_came(queue):
    first, *rest = jobs = [queue.submit(LONG, {}), *(queue.submit(QUICK, {}) for _ in range(3))]
    assert [job.position for job in rest] == [1, 2, 3]
    first.control.stop()
    for job in jobs:
        ended(job)
    assert sorted(jobs, key=lambda job: job.started) == jobs
    assert queue.jobs == jobs[::-1]


def test_a_waiting_job_is_told_when_it_moves_up(queue):
    first, second, third = (queue.submit(LONG, {}) for _ in range(3))
    until(lambda: first.state is State.RUNNING)
    queue.cancel(second.id)
    assert [event.position for event in third.events if isinstance(event, Queued)] == [2, 1]
    assert kinds(second)[-1] is Cancelled
    assert second.state is State.CANCELLED


def test_a_running_job_is_cancelled_within_a_step(queue):
    job = queue.submit(LONG, {})
    until(lambda: job.latest(Stepped))
    asked = job.latest(Stepped).step
    queue.cancel(job.id)
    ended(job)
    assert job.state is State.CANCELLED
    assert job.latest(Stepped).step <= asked + 2  # one in work, one told meanwhile
    assert ended(queue.submit(QUICK, {})).state is State.DONE


def test_skipping_ends_one_batch_and_keeps_its_pictures_as_they_are(queue):
    job = queue.submit(LONG.model_copy(update={"batch_count": 2, "steps": 40, "batch_size": 2}), {})
    until(lambda: job.latest(Stepped))
    queue.skip(job.id)
    ended(job)
    assert [painted.complete for painted in job.painted] == [False, False, True, True]
    assert job.state is State.DONE


def test_interrupting_ends_what_runs_and_leaves_what_waits(queue):
    job, other = queue.submit(LONG, {}), queue.submit(QUICK, {})
    until(lambda: job.latest(Stepped))
    assert queue.interrupt() == 1
    assert [painted.complete for painted in ended(job).painted] == [False]
    assert [painted.complete for painted in ended(other).painted] == [True]


def test_cancelling_all_empties_the_queue(queue):
    jobs = [queue.submit(LONG, {}) for _ in range(5)]
    assert queue.cancel_all() == 5
    assert {ended(job).state for job in jobs} == {State.CANCELLED}
    assert not queue.waiting


def test_an_error_is_told_with_its_code_and_the_next_job_runs():
    runner = FakeRunner(error=ComputeError("numbers overflowed", "Use float32."))
    queue = Queue([runner])
    job = ended(queue.submit(QUICK, {}))
    assert job.state is State.FAILED
    assert (job.error.code, job.error.status, job.error.hint) == ("compute", 500, "Use float32.")
    runner.error = None
    assert ended(queue.submit(QUICK, {})).state is State.DONE
    queue.close()


def test_what_nobody_foresaw_ends_the_job_and_not_the_queue(monkeypatch, caplog):
    queue = Queue([FakeRunner()])
    with monkeypatch.context() as patched:
        patched.setattr(FakeRunner, "run", lambda *_, **__: 1 / 0)
        job = ended(queue.submit(QUICK, {}))
    assert job.error.code == "program"
    assert re.fullmatch(r"ZeroDivisionError: division by zero \(test_jobs_queue\.py, line \d+\)", job.error.message)
    assert ended(queue.submit(QUICK, {})).state is State.DONE
    queue.close()


def test_pictures_are_heard_before_anyone_is_told_and_a_full_disk_fails_the_job():
    def heard(job, event):
        if isinstance(event, Painted):
            raise OutputError("the disk is full", "Make room.")
        return event

    queue = Queue([FakeRunner()], heard=heard)
    job = ended(queue.submit(QUICK, {}))
    assert (job.error.code, job.painted) == ("output", [])
    queue.close()


def test_more_jobs_than_may_wait_are_refused():
    queue = Queue([FakeRunner(step_seconds=0.01)], limits=Limits(waiting=2))
    first = queue.submit(LONG, {})
    until(lambda: first.state is State.RUNNING)
    for _ in range(2):
        queue.submit(LONG, {})
    with pytest.raises(QueueFullError, match="2 jobs wait"):
        queue.submit(LONG, {})
    queue.close()


def test_jobs_that_ended_are_forgotten_oldest_first():
    queue = Queue([FakeRunner()], limits=Limits(kept=3))
    jobs = [ended(queue.submit(QUICK, {})) for _ in range(5)]
    until(lambda: len(queue.jobs) == 3)
    assert queue.job(jobs[-1].id) is jobs[-1]
    with pytest.raises(UnknownJobError, match=jobs[0].id):
        queue.job(jobs[0].id)
    queue.close()


def test_pictures_of_ended_jobs_are_kept_up_to_so_many_bytes():
    one = 64 * 64 * 3
    queue = Queue([FakeRunner()], limits=Limits(kept_bytes=2 * one))
    for _ in range(5):
        ended(queue.submit(QUICK, {}))
    until(lambda: len(queue.jobs) == 2)
    queue.close()


def test_late_and_early_listeners_hear_the_same(queue):
    job = queue.submit(QUICK, {})
    early: list = []
    listener = threading.Thread(target=lambda: early.extend(job.listen()))
    listener.start()
    ended(job)
    listener.join(PATIENCE)
    late = list(job.listen())
    assert [type(event) for event in early] == [type(event) for event in late] == kinds(job)
    assert [type(event) for event in job.listen(after=2)] == kinds(job)[2:]


def test_many_may_listen_without_blocking(queue):
    async def hear(job, after):
        return [type(event) async for fresh in job.listen_async(after) for event in fresh]

    async def all_of_them():
        job = queue.submit(QUICK.model_copy(update={"steps": 20}), {})
        heard = await asyncio.gather(*(hear(job, 0) for _ in range(50)))
        await job.ended_async()
        return job, heard, await hear(job, 3)

    job, heard, late = asyncio.run(all_of_them())
    assert all(one == kinds(job) for one in heard)
    assert late == kinds(job)[3:]
    assert not job._tasks, "listeners are let go"


def test_a_replay_shows_every_step_and_only_the_latest_preview(queue):
    job = ended(queue.submit(QUICK, {}, previews=Previews(PreviewKind.LINEAR)))
    steps = [event for event in job.listen() if isinstance(event, Stepped)]
    assert [len(step.previews) for step in steps] == [0, 0, 1]
    assert steps[-1].previews[0].shape == (8, 8, 3)


def test_time_left_is_told_from_the_steps_and_learnt_for_the_next(queue):
    job = queue.submit(QUICK.model_copy(update={"steps": 60}), {})
    until(lambda: job.latest(Stepped) and job.latest(Stepped).step >= 30)
    left = job.time_left
    assert 0.1 < left < 1.5, "30 steps of 5 ms"
    ended(job)
    assert job.time_left == 0
    running, waiting = queue.submit(LONG, {}), queue.submit(QUICK, {})
    until(lambda: running.latest(Started))
    assert waiting.time_left > 0.5, "600 steps come before it"
    assert queue.time_left > 0.5
    assert waiting.status.position == 1


def test_loading_and_unloading_are_jobs(queue):
    job = ended(queue.submit(Request(checkpoint="a"), {}, task=Task.LOAD))
    assert [event.share for event in job.events if isinstance(event, Loading)][-1] == 1
    assert not job.painted
    (runner,) = queue.runners
    assert runner.health().resident[0].checkpoint == "a"
    ended(queue.submit(Request(), {}, task=Task.UNLOAD))
    assert not runner.health().resident


def test_a_job_has_one_end_whatever_is_asked_of_it_at_once(queue):
    for _ in range(20):
        job = queue.submit(QUICK, {})
        asked = [threading.Thread(target=queue.cancel, args=(job.id,)) for _ in range(4)]
        for thread in asked:
            thread.start()
        for thread in asked:
            thread.join()
        ended(job)
        assert sum(isinstance(event, LAST) for event in job.events) == 1


def test_several_runners_share_one_queue():
    queue = Queue([FakeRunner(step_seconds=0.01), FakeRunner(step_seconds=0.01)])
    jobs = [queue.submit(LONG, {}) for _ in range(3)]
    until(lambda: len(queue.running) == 2)
    assert queue.waiting == jobs[2:]
    queue.close()
    assert {job.state for job in jobs} == {State.CANCELLED}
