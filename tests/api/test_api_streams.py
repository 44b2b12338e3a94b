"""Streams of events: each event is encoded once for all, nobody waits for the others, and nothing is left behind."""

import asyncio
import json
from itertools import pairwise

import pytest

import pentimento.api.native.streams as streams
from pentimento.api.native.streams import AT_ONCE, Streams
from pentimento.jobs.queue import Queue
from pentimento.jobs.runner import PreviewKind, Previews
from pentimento.runners.fake import FakeRunner
from pentimento.words.request import Request

LISTENERS = 3 * AT_ONCE + 1


@pytest.fixture
def queue():
    queue = Queue([FakeRunner(step_seconds=0.01)])
    yield queue
    queue.close()


def told(data):
    """(number, kind, what is told) of every event of a stream."""
    blocks = [block.split("\n") for block in data.decode().split("\n\n") if block.startswith("event")]
    fields = [dict(line.split(": ", 1) for line in block) for block in blocks]
    return [(int(one["id"]), one["event"], json.loads(one["data"])) for one in fields]


async def heard(all, job, after=0):
    return b"".join([frames async for frames in all.stream(job, after)])


def test_however_many_listen_each_event_is_encoded_once_and_all_hear_the_same(queue, monkeypatch):
    encoded = []

    async def counted(job, event, number, encode=streams._frame):
        encoded.append(number)
        return await encode(job, event, number)

    monkeypatch.setattr(streams, "_frame", counted)

    async def listen():
        all = Streams()
        job = queue.submit(Request(steps=30, width=64, height=64), {})
        texts = await asyncio.gather(*(heard(all, job) for _ in range(LISTENERS)))
        return job, texts, all._feeds

    job, texts, left = asyncio.run(listen())
    assert {tuple(number for number, _, _ in told(text)) for text in texts} == {tuple(range(len(job.events)))}
    assert len(encoded) == len(job.events)
    assert not left


def test_previews_but_the_latest_are_dropped_for_who_comes_late(queue):
    async def listen():
        all = Streams()
        job = queue.submit(Request(steps=9, width=64, height=64), {}, previews=Previews(PreviewKind.LINEAR))
        first = asyncio.create_task(heard(all, job))
        await job.ended_async()
        return await first, await heard(all, job)

    live, late = map(told, asyncio.run(listen()))
    seen = [len(about["previews"]) for _, kind, about in late if kind == "stepped"]
    assert seen == [0] * 8 + [1]
    assert [number for number, _, _ in live] == [number for number, _, _ in late]
    assert sum(len(about["previews"]) for _, kind, about in live if kind == "stepped") >= 1


def test_a_stream_that_is_left_leaves_the_others(queue):
    async def listen():
        all = Streams()
        job = queue.submit(Request(steps=30, width=64, height=64), {})
        one, other = asyncio.create_task(heard(all, job)), asyncio.create_task(heard(all, job, 2))
        await asyncio.sleep(0.05)
        one.cancel()
        await asyncio.gather(one, return_exceptions=True)
        text = await other
        return job, text, all._feeds

    job, text, left = asyncio.run(listen())
    assert [number for number, _, _ in told(text)] == list(range(2, len(job.events)))
    assert not left


def test_when_all_have_left_nobody_listens_to_the_job(queue):
    async def listen():
        all = Streams()
        job = queue.submit(Request(steps=150, batch_count=9, width=64, height=64), {})
        ones = [asyncio.create_task(heard(all, job)) for _ in range(3)]
        await asyncio.sleep(0.05)
        for one in ones:
            one.cancel()
        await asyncio.gather(*ones, return_exceptions=True)
        return job, dict(all._feeds)

    job, left = asyncio.run(listen())
    assert not left
    assert not job._tasks
    queue.cancel(job.id)


def test_in_silence_a_stream_says_that_it_lives():
    queue = Queue([FakeRunner(step_seconds=0.3)])

    async def listen():
        return await heard(Streams(ping=0.05), queue.submit(Request(steps=2, width=64, height=64), {}))

    assert asyncio.run(listen()).count(b": ping") >= 2
    queue.close()


def test_between_many_streams_others_get_their_turn(queue):
    """While all are told of an event, what else the loop has to do is done between them."""

    async def listen():
        feed = streams.Feed(queue.submit(Request(steps=1, width=64, height=64), {}))
        waiting = [asyncio.create_task(feed._news(60)) for _ in range(LISTENERS)]
        await asyncio.sleep(0)
        woken = []
        waking = asyncio.create_task(feed._wake())
        while not waking.done():
            woken.append(sum(one.done() for one in waiting))
            await asyncio.sleep(0)
        await asyncio.gather(*waiting)
        return woken

    woken = asyncio.run(listen())
    assert max(after - before for before, after in pairwise(woken)) <= AT_ONCE
    assert len(set(woken)) > LISTENERS // AT_ONCE


def test_the_more_listen_the_more_each_is_told_at_once(queue):
    """All hear everything, in few pieces; a preview that is outdated by then is not encoded."""

    async def pieces(all, job):
        return [told(frames) async for frames in all.stream(job, 0)]

    async def listen():
        all = Streams()
        job = queue.submit(Request(steps=40, width=64, height=64), {}, previews=Previews(PreviewKind.LINEAR))
        return await asyncio.gather(*(pieces(all, job) for _ in range(LISTENERS))), len(job.events)

    heard, events = asyncio.run(listen())
    assert {sum(map(len, one)) for one in heard} == {events}
    assert max(map(len, heard)) < events / 2
    assert sum(len(about["previews"]) for piece in heard[0] for _, kind, about in piece if kind == "stepped") < 20


def test_however_many_listen_they_hear_of_the_end_at_once(queue):
    """So many are told every five seconds, but not of the end."""

    async def listen():
        all = Streams()
        job = queue.submit(Request(steps=30, width=64, height=64), {})
        hearing = asyncio.create_task(heard(all, job))
        await asyncio.sleep(0)
        all._feeds[job][0].listeners += 5 * streams.RATE
        await job.ended_async()
        return await asyncio.wait_for(hearing, 2)

    assert told(asyncio.run(listen()))[-1][1] == "finished"


def test_the_more_listen_the_more_is_told_at_once(queue):
    async def listen():
        all = Streams()
        job = queue.submit(Request(steps=60, width=64, height=64), {})
        stream = all.stream(job, 0)
        first = await anext(stream)
        all._feeds[job][0].listeners += 5 * streams.RATE
        rest = [frames async for frames in stream]
        return first, rest

    _, rest = asyncio.run(listen())
    assert len(rest) <= 3
    assert told(b"".join(rest))[-1][1] == "finished"
