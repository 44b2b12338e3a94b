"""Jobs' events as server-sent events, for many who listen at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from pentimento.api.native.events import value_of
from pentimento.jobs.job import Job
from pentimento.words.events import KINDS, Event, Stepped

PING = 15.0
"""Seconds of silence after which a stream says that it lives, for whatever stands between."""
AT_ONCE = 20
"""So many streams are served before others get their turn."""
RATE = 200
"""So many times a second streams are written to, all of a job together: the more listen, the more is told at once."""


@dataclass(eq=False)
class Feed:
    """One job's events as they go out: each is encoded once, however many listen, and previews but the latest go.

    frames     what goes out, by the event's number
    over       there will be no more
    listeners  how many there are
    """

    job: Job
    frames: list[bytes] = field(default_factory=list)
    over: bool = False
    listeners: int = 0
    _waiting: list[asyncio.Future[bool]] = field(default_factory=list)

    async def run(self) -> None:
        """Listen to the job until its end, and hand on what it says."""
        shown: tuple[int, Stepped] | None = None
        try:
            async for fresh in self.job.listen_async():
                for event in fresh:
                    number = len(self.frames)
                    self.frames.append(await _frame(self.job, event, number))
                    if isinstance(event, Stepped) and event.previews:
                        if shown is not None:
                            self.frames[shown[0]] = await _frame(self.job, shown[1], shown[0])
                        shown = number, replace(event, previews=())
                await self._wake()
                await self._pause(self.listeners / RATE)  # previews that are outdated by then are never encoded
        finally:
            self.over = True
            await self._wake()

    async def _pause(self, seconds: float) -> None:
        """Wait so long, or until the job has ended, which nobody is to hear late."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.job.ended_async(), seconds)

    async def listen(self, after: int, ping: float) -> AsyncIterator[bytes]:
        """Everything from number `after` on, as much at once as there is; a sign of life in silence."""
        while True:
            if fresh := self.frames[after:]:
                after += len(fresh)
                yield b"".join(fresh)
            elif self.over:
                return
            elif not await self._news(ping):
                yield KEEPALIVE_COMMENT

    async def _news(self, ping: float) -> bool:
        """Whether there is something within so many seconds."""
        loop = asyncio.get_running_loop()
        news: asyncio.Future[bool] = loop.create_future()
        self._waiting.append(news)
        timer = loop.call_later(ping, _tell, news, False)
        try:
            return await news
        finally:
            timer.cancel()

    async def _wake(self) -> None:
        """Those that wait, a few at a time: requests that came meanwhile need not wait for all of them."""
        waiting, self._waiting = self._waiting, []
        for start in range(0, len(waiting), AT_ONCE):
            for news in waiting[start : start + AT_ONCE]:
                _tell(news, True)
            await asyncio.sleep(0)


class Streams:
    """A feed for each job that somebody listens to."""

    def __init__(self, ping: float = PING) -> None:
        self.ping = ping
        self._feeds: dict[Job, tuple[Feed, asyncio.Task[None]]] = {}

    async def stream(self, job: Job, after: int) -> AsyncIterator[bytes]:
        """Every event from number `after` on, then live, to the last; with a sign of life in silence."""
        if job not in self._feeds:
            feed = Feed(job)
            self._feeds[job] = feed, asyncio.create_task(feed.run())
        feed, running = self._feeds[job]
        feed.listeners += 1
        try:
            async for frames in feed.listen(after, self.ping):
                yield frames
        finally:
            feed.listeners -= 1
            if not feed.listeners:
                del self._feeds[job]
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running


async def _frame(job: Job, event: Event, number: int) -> bytes:
    if isinstance(event, Stepped) and event.previews:  # compressing takes a while
        value = await asyncio.to_thread(value_of, job, event)
    else:
        value = value_of(job, event)
    return format_sse_event(data_str=value.model_dump_json(), event=KINDS[type(event)], id=str(number))


def _tell(news: asyncio.Future[bool], what: bool) -> None:
    if not news.done():
        news.set_result(what)
