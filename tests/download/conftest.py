"""A stand-in for the Hugging Face Hub on this machine: the hub, and another server that its files lie on."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

COMMIT = "8a4288a76071f7280aedbdb3253bdb9e9d5d84bb"
BLOCK = 1 << 16


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]


@dataclass
class Hub:
    """What it holds and how it misbehaves.

    files    path on the hub, OWNER/NAME/FILE → bytes
    breaks   after so many bytes of an answer the connection breaks, once for each number
    spoils   what is sent is not what the hash is of
    ranges   whether it can go on in mid-file
    refuses  (status, X-Error-Code) of every answer
    token    who has not this one is refused
    plain    it does not tell hashes
    waits    the answer stops after so many bytes, until `released`
    """

    files: dict[str, bytes] = field(default_factory=dict)
    breaks: list[int] = field(default_factory=list)
    spoils: bool = False
    ranges: bool = True
    refuses: tuple[int, str] | None = None
    token: str | None = None
    plain: bool = False
    waits: int | None = None
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    asked: list[Asked] = field(default_factory=list)
    sent: int = 0
    address: str = ""
    store: str = ""

    def gets(self) -> list[Asked]:
        """Requests for bytes, as the store had them."""
        return [one for one in self.asked if one.path.startswith("/store/") and one.method == "GET"]


def handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            return

        def do_HEAD(self):
            self.answer()

        def do_GET(self):
            self.answer()

        def answer(self):
            hub.asked.append(
                Asked(self.command, self.path, {key.lower(): value for key, value in self.headers.items()})
            )
            if hub.refuses:
                return self.refuse(*hub.refuses)
            if self.path.startswith("/store/"):
                return self.send_file(hub.files[self.path.removeprefix("/store/")])
            if hub.token and self.headers.get("authorization") != f"Bearer {hub.token}":
                return self.refuse(401, "GatedRepo")
            repository, _, rest = self.path.strip("/").partition("/resolve/")
            key = f"{repository}/{rest.partition('/')[2]}"
            if key not in hub.files:
                known = any(name.startswith(f"{repository}/") for name in hub.files)
                return self.refuse(404, "EntryNotFound" if known else "RepoNotFound")
            data = hub.files[key]
            self.send_response(302)
            self.send_header("Location", f"{hub.store}/store/{key}")
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("X-Linked-Etag", f'"{"0" * 40 if hub.plain else hashlib.sha256(data).hexdigest()}"')
            self.send_header("X-Linked-Size", str(len(data)))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None

        def refuse(self, status: int, code: str):
            self.send_response(status)
            if code:
                self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def send_file(self, data: bytes):
            start = 0
            if hub.ranges and (wanted := self.headers.get("range")):
                start = int(wanted.removeprefix("bytes=").rstrip("-"))
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            self.send_body(bytes(len(data)) if hub.spoils else data, start)

        def send_body(self, data: bytes, start: int):
            end = start + hub.breaks.pop(0) if hub.breaks else len(data)
            for at in range(start, min(end, len(data)), BLOCK):
                if hub.waits is not None and at >= hub.waits:
                    hub.reached.set()
                    hub.released.wait(30)
                block = data[at : min(at + BLOCK, end)]
                self.wfile.write(block)
                hub.sent += len(block)
            if end < len(data):
                self.wfile.flush()
                self.close_connection = True
                self.connection.shutdown(2)

        def handle(self):
            try:
                super().handle()
            except OSError:
                return  # whoever asked has gone

    return Handler


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub, and its store at another address, where no token belongs."""
    hub = Hub()
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler(hub)) for _ in range(2)]
    threads = [threading.Thread(target=server.serve_forever, args=(0.02,)) for server in servers]
    hub.address, hub.store = (f"http://127.0.0.1:{server.server_address[1]}" for server in servers)
    for server, thread in zip(servers, threads, strict=True):
        server.daemon_threads = True
        thread.start()
    for name in ("HF_TOKEN", "HF_ENDPOINT", "PENTIMENTO_MODELS_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield hub
    hub.released.set()
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a small file is received in many pieces, and nobody waits between attempts."""
    import time

    from huggingface_hub import constants

    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", BLOCK)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
