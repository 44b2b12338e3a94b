"""The load on a server, as cheap as can be, so that it does not rob what it loads: one process, plain sockets.

    python benchmarks/load.py RATE PORT BARE [COUNT STREAM]

Asks the server at PORT `CHEAP` things and the bare one at BARE the same, RATE times a second each, whether the last was
answered or not; and listens COUNT times over to the address STREAM. Says when all streams are open, goes on until stdin
ends, and prints what it found.
"""

import json
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import cycle

CHEAP = ("health", "jobs?limit=5", "samplers", "settings", "pictures", "version", "loras", "session")
HEAD_ENDS, NUMBERED = b"\r\n\r\n", b"\nid: "
LARGEST = 1 << 18
FRESH = 2.0
"""Seconds after which a connection that was not used is left: servers hang up after five."""
PARTING = 30.0
"""Seconds that answers and streams may still take when all is asked."""


@dataclass
class Found:
    """Seconds of each answer, of the server and of the bare one; events that each stream told; CPU seconds."""

    waits: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)
    cpu: float = 0.0


class Talk:
    """One connection: what was asked, and what has come of the answer."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.asked, self.got = 0.0, b""

    def ask(self, path: str) -> None:
        self.asked, self.got = time.perf_counter(), b""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())

    def answered(self) -> bool:
        """Take what has come; whether that was the last of it."""
        fresh = self.socket.recv(LARGEST)
        assert fresh, "the server hung up"
        self.got += fresh
        head, ended, body = self.got.partition(HEAD_ENDS)
        if not ended:
            return False
        assert b" 200 " in head[:16], self.got
        length = head.lower().partition(b"content-length:")[2].partition(b"\r")[0]
        return len(body) == int(length)


class Stream:
    """One listener, which counts what it is told."""

    def __init__(self, port: int, path: str) -> None:
        self.talk, self.events, self.tail = Talk(port), 0, b""
        self.talk.ask(path)

    def ended(self) -> bool:
        """Take what has come; whether it was the end."""
        fresh = self.talk.socket.recv(LARGEST)
        told = self.tail + fresh
        self.events += told.count(NUMBERED)
        self.tail = told[-len(NUMBERED) + 1 :]
        return not fresh or told.endswith(b"\r\n0\r\n\r\n")


class Load:
    """All that is asked and listened to, behind one selector."""

    def __init__(self) -> None:
        self.found = Found()
        self.ears = selectors.DefaultSelector()
        self.idle: dict[int, list[Talk]] = {}
        self.pending = self.streams = 0
        self.over = False

    def listen(self, port: int, count: int, path: str) -> None:
        """Open the streams; done when each was told something."""
        opened = [Stream(port, path) for _ in range(count)]
        for stream in opened:
            self.ears.register(stream.talk.socket, selectors.EVENT_READ, self._hears(stream))
        self.streams = count
        while not all(stream.events for stream in opened):
            self._turn(1.0)

    def run(self, rate: float, port: int, bare: int) -> None:
        """Ask until stdin ends, then wait for what is under way."""
        self.ears.register(sys.stdin, selectors.EVENT_READ, self._ends())
        servers, due = ((port, self.found.waits), (bare, self.found.bare)), time.perf_counter()
        for path in cycle(CHEAP):
            for place, waits in servers:
                self._ask(place, f"/api/v1/{path}", waits)
            due += 1 / rate
            while not self.over and (left := due - time.perf_counter()) > 0:
                self._turn(left)
            if self.over:
                break
        until = time.perf_counter() + PARTING
        while (self.pending or self.streams) and time.perf_counter() < until:
            self._turn(1.0)
        self.found.cpu = time.process_time()

    def _turn(self, seconds: float) -> None:
        for key, _ in self.ears.select(seconds):
            next(key.data)

    def _ask(self, port: int, path: str, waits: list[float]) -> None:
        idle = self.idle.setdefault(port, [])
        if idle and time.perf_counter() - idle[-1].asked > FRESH:
            idle.clear()  # the one used last stands last
        talk = idle.pop() if idle else Talk(port)
        talk.ask(path)
        self.ears.register(talk.socket, selectors.EVENT_READ, self._takes(talk, idle, waits))
        self.pending += 1

    def _takes(self, talk: Talk, idle: list[Talk], waits: list[float]) -> Iterator[None]:
        while not talk.answered():
            yield
        waits.append(time.perf_counter() - talk.asked)
        self.ears.unregister(talk.socket)
        self.pending -= 1
        idle.append(talk)
        yield

    def _hears(self, stream: Stream) -> Iterator[None]:
        while not stream.ended():
            yield
        self.ears.unregister(stream.talk.socket)
        self.streams -= 1
        self.found.heard.append(stream.events)
        yield

    def _ends(self) -> Iterator[None]:
        self.ears.unregister(sys.stdin)
        self.over = True
        yield


def main(rate: str, port: str, bare: str, count: str = "0", stream: str = "") -> None:
    load = Load()
    load.listen(int(port), int(count), stream)
    print("open", flush=True)
    load.run(float(rate), int(port), int(bare))
    print(json.dumps(asdict(load.found)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
