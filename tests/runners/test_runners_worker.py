"""The worker process: the same events as its runner's; it may die or freeze, and nothing else does."""

import os
import signal
import threading
import time

import numpy as np
import pytest

from pentimento.jobs.control import Control
from pentimento.jobs.job import State
from pentimento.jobs.queue import Queue
from pentimento.jobs.runner import PreviewKind, Previews
from pentimento.runners.fake import FakeRunner
from pentimento.runners.worker import WorkerRunner
from pentimento.words.errors import ComputeError, MaskSizeError, RequestError, UnknownModelError, WorkerError, told
from pentimento.words.events import Failed, Finished, Painted, Retried, Stepped
from pentimento.words.request import Request
from pentimento.words.sizes import Size
from pentimento.words.tasks import Task

FAKE = "pentimento.runners.fake:FakeRunner"
PATIENCE = 30
REQUEST = Request(steps=5, width=64, height=64, seed=7, batch_count=3)


@pytest.fixture
def worker():
    one = WorkerRunner(FAKE, patience=3, step_seconds=0.02)
    yield one
    one.close()


def until(true):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_its_events_are_those_of_the_runner_in_it(worker):
    shown = Previews(PreviewKind.LINEAR)
    there = list(worker.run(REQUEST, {}, previews=shown))
    here = list(FakeRunner().run(REQUEST, {}, previews=shown))
    assert [type(event) for event in there] == [type(event) for event in here]
    for one, other in zip(there, here, strict=True):
        if isinstance(one, Painted):
            assert np.array_equal(one.picture.samples, other.picture.samples)
            assert one.parameters == other.parameters
        if isinstance(one, Stepped):
            assert np.array_equal(one.previews[0], other.previews[0])


def test_what_is_wrong_is_raised_here_as_what_it_is():
    worker = WorkerRunner(FAKE, checkpoints=("a", "b"))
    with pytest.raises(UnknownModelError, match="'starter'") as refused:
        list(worker.run(REQUEST, {}))
    assert refused.value.status == 404
    assert "a, b" in refused.value.hint
    assert isinstance(list(worker.run(REQUEST.model_copy(update={"checkpoint": "a"}), {}))[-1], Finished)
    worker.close()


def test_an_error_can_be_told_and_raised_anew():
    error = MaskSizeError(Size(1, 2), Size(3, 4))
    again = Failed.of(error).error
    assert (type(again), str(again), again.status) == (MaskSizeError, str(error), 422)
    assert type(told("nobody knows", "a", "b")).__name__ == "PentimentoError"


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSEGV])
def test_a_job_whose_worker_dies_is_begun_anew_and_tells_no_picture_twice(worker, end):
    events = worker.run(REQUEST, {})
    seen = []
    for event in events:
        seen.append(event)
        if isinstance(event, Painted) and event.number == 0:
            os.kill(worker.health().pid, end)
            break
    seen += events
    assert [event.number for event in seen if isinstance(event, Painted)] == [0, 1, 2]
    (retried,) = [event for event in seen if isinstance(event, Retried)]
    assert f"signal {int(end)}" in retried.cause
    assert isinstance(seen[-1], Finished)
    assert worker.health().restarts == 1
    assert worker.health().fault == retried.cause


def test_a_job_whose_worker_dies_twice_fails_with_the_cause_and_the_next_one_runs(worker):
    queue = Queue([worker])
    job, other = queue.submit(REQUEST, {}), queue.submit(REQUEST.model_copy(update={"seed": 1}), {})
    for deaths in (1, 2):
        until(lambda deaths=deaths: [*map(type, job.events)].count(Retried) == deaths - 1)
        until(lambda: isinstance(job.events[-1], Stepped))
        os.kill(worker.health().pid, signal.SIGKILL)
        until(lambda deaths=deaths: worker.health().restarts == deaths)
    assert job.wait(PATIENCE)
    assert (job.state, job.error.code, job.error.status) == (State.FAILED, "worker", 503)
    assert "memory" in job.error.message
    assert other.wait(PATIENCE)
    assert other.state is State.DONE
    queue.close()


def test_a_frozen_worker_is_replaced(worker):
    events = worker.run(REQUEST, {})
    next(event for event in events if isinstance(event, Stepped))
    os.kill(worker.health().pid, signal.SIGSTOP)
    rest = list(events)
    assert [event.cause for event in rest if isinstance(event, Retried)] == [
        "the worker froze: no sign of life for 3 seconds"
    ]
    assert isinstance(rest[-1], Finished)


def test_a_frozen_worker_does_not_hold_up_who_sends_it_a_large_picture(worker):
    until(lambda: worker.health().device)  # it said something, so that its silence tells
    os.kill(worker.health().pid, signal.SIGSTOP)
    done = list(worker.run(REQUEST, {"0" * 64: bytes(10**7)}))
    assert any(isinstance(event, Retried) for event in done)


def test_a_worker_that_is_slow_to_begin_is_waited_for_by_who_asks_it_something():
    worker = WorkerRunner(FAKE, patience=0.2)
    os.kill(pid := worker.health().pid, signal.SIGSTOP)
    threading.Timer(1, os.kill, (pid, signal.SIGCONT)).start()
    assert worker.forecast(REQUEST, {}).steps == REQUEST.steps
    worker.close()


def test_a_worker_that_lives_but_does_nothing_is_replaced():
    worker = WorkerRunner(FAKE, longest=0.5, step_seconds=60)
    with pytest.raises(WorkerError, match=r"did nothing for 0\.5 seconds, twice"):
        list(worker.run(REQUEST, {}))
    worker.close()


def test_a_worker_that_is_stuck_is_replaced_after_many_times_its_own_slowest_step():
    worker = WorkerRunner(FAKE, least=0.5, step_seconds=0.01, stuck=4)
    events, began = worker.run(REQUEST, {}), time.monotonic()
    with pytest.raises(WorkerError, match=r"the worker was stuck: it lived, but did nothing for [\d.]+ seconds, twice"):
        list(events)
    assert time.monotonic() - began < PATIENCE
    assert worker.health().restarts == 2
    worker.close()


def test_a_worker_that_died_idle_is_back_for_the_next_job(worker):
    list(worker.run(REQUEST, {}))
    os.kill(worker.health().pid, signal.SIGKILL)
    until(lambda: not worker.health().alive)
    assert isinstance(list(worker.run(REQUEST, {}))[-1], Finished)
    assert worker.health().alive


def test_cancel_and_skip_reach_the_worker_within_a_step(worker):
    control = Control()
    seen = []
    for event in worker.run(REQUEST.model_copy(update={"steps": 150}), {}, control):
        seen.append(event)
        if isinstance(event, Stepped) and (event.batch, event.step) == (1, 5):
            control.skip(1)
        if isinstance(event, Stepped) and (event.batch, event.step) == (2, 5):
            control.cancel()
    steps = [(event.batch, event.step) for event in seen if isinstance(event, Stepped)]
    assert max(step for batch, step in steps if batch == 1) < 15
    assert max(step for batch, step in steps if batch == 2) < 15
    assert [event.complete for event in seen if isinstance(event, Painted)] == [False]
    assert not isinstance(seen[-1], Finished)


def test_a_cancelled_job_ends_soon_even_in_a_step_that_takes_for_ever_and_the_next_one_runs():
    worker = WorkerRunner(FAKE, grace=0.3, step_seconds=0.01, stuck=3)
    queue = Queue([worker])
    job = queue.submit(REQUEST, {})
    until(lambda: isinstance(job.events[-1], Stepped) and job.events[-1].step == 2)
    os.kill(worker.health().pid, signal.SIGSTOP)  # nor does it hear that it was cancelled
    queue.cancel(job.id)
    assert job.wait(PATIENCE)
    assert job.state is State.CANCELLED
    other = queue.submit(REQUEST.model_copy(update={"steps": 2}), {})
    assert other.wait(PATIENCE)
    assert other.state is State.DONE
    queue.close()


def test_leaving_a_job_lets_the_worker_begin_the_next(worker):
    events = worker.run(REQUEST.model_copy(update={"steps": 150}), {})
    next(event for event in events if isinstance(event, Stepped))
    events.close()
    begun = time.monotonic()
    assert [event.number for event in worker.run(REQUEST, {}) if isinstance(event, Painted)] == [0, 1, 2]
    assert time.monotonic() - begun < 3


def test_health_comes_with_the_heartbeat_and_never_waits(worker):
    list(worker.run(Request(checkpoint="a"), {}, task=Task.LOAD))
    until(lambda: worker.health().resident)
    health = worker.health()
    assert (health.alive, health.device, health.busy) == (True, "fake", False)
    assert health.usage.free > 0


def test_no_process_is_left_over(worker):
    pid = worker.health().pid
    worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_runner_that_cannot_be_made_says_why():
    worker = WorkerRunner("pentimento.words.samplers:sampler_named", text="abacus")
    with pytest.raises(RequestError, match="abacus"):
        list(worker.run(REQUEST, {}))
    worker.close()


def test_an_error_on_the_way_leaves_the_worker_alive():
    worker = WorkerRunner(FAKE, error=ComputeError("numbers overflowed", "Use float32."))
    pid = worker.health().pid
    for _ in range(2):
        with pytest.raises(ComputeError, match="overflowed"):
            list(worker.run(REQUEST, {}))
    assert worker.health().pid == pid
    worker.close()
