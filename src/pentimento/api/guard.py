"""Who may come in: which name of this host was asked for, from which page, with how large a body, and as whom."""

import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pentimento.api.access import COOKIE, SAFE, Access
from pentimento.api.faults import answer
from pentimento.words.errors import AccessError, PentimentoError, TooLargeError

HEADERS: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "; ".join(
        (
            "default-src 'self'",
            "img-src 'self' blob: data:",
            "connect-src 'self' blob: data:",
            "worker-src 'self' blob:",
            "style-src-attr 'unsafe-inline'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    ),
}
"""With every answer."""


@dataclass(frozen=True)
class Doors:
    """names     of this host, beside IP addresses and localhost, that may be asked for
    origins      other pages that may use the API from a browser, such as https://example.org
    body         most bytes of a request
    """

    names: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    body: int = 64 * 2**20


class Guard:
    """Outermost of the app: lets a request in, or answers it.

    The Host header has to be an IP address, localhost or a name that was allowed: another page's name that leads here
    (DNS rebinding) is refused. What changes something is refused where a browser says that another page asks for it.
    """

    def __init__(self, app: ASGIApp, doors: Doors, access: Access) -> None:
        self.app, self.doors, self.access = app, doors, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, path = Headers(scope=scope), scope["path"]
        sending = _with_headers(send, asks=not _is_script(headers))
        try:
            self._check_host(headers)
            self._check_page(scope["method"], headers)
            self._check_length(headers)
            if not _is_preflight(scope["method"], headers):
                scope.setdefault("state", {})["user"] = await self.access.admit(scope, headers)
        except PentimentoError as error:
            await answer(path, error)(scope, receive, sending)
            return
        limited = _Limited(receive, self.doors.body)
        try:
            await self.app(scope, limited, sending)
        except TooLargeError as error:
            await answer(path, error)(scope, receive, sending)

    def _check_host(self, headers: Headers) -> None:
        name = _host(f"//{headers.get('host', '')}")
        if not (_is_plain(name) or name in self.doors.names):
            raise AccessError(
                f"this server does not go by the name {name[:80]!r}", "Ask for its address, or allow it: --allow-host."
            )

    def _check_page(self, method: str, headers: Headers) -> None:
        """Browsers say where a request comes from; other programs need not."""
        if method in SAFE:
            return
        origin = headers.get("origin")
        foreign = origin is not None and origin not in self.doors.origins and not _is_own(origin, headers)
        if foreign or (origin is None and headers.get("sec-fetch-site") == "cross-site"):
            raise AccessError(
                f"the page {str(origin)[:80]!r} may not change anything here", "Allow it: --allow-origin."
            )

    def _check_length(self, headers: Headers) -> None:
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self.doors.body:
            raise _too_large(length[:20], self.doors.body)


class _Limited:
    """Hands a body on until it is longer than it may be, whatever its header says."""

    def __init__(self, receive: Receive, most: int) -> None:
        self.receive, self.most, self.seen = receive, most, 0

    async def __call__(self) -> Message:
        message = await self.receive()
        self.seen += len(message.get("body", b""))
        if self.seen > self.most:
            raise _too_large(str(self.seen), self.most)
        return message


def _too_large(size: str, most: int) -> TooLargeError:
    return TooLargeError(
        f"the body is {size} bytes long, and {most} is the limit", "Send smaller pictures, or raise --max-body."
    )


def _with_headers(send: Send, *, asks: bool) -> Send:
    """With `HEADERS`, and the seconds until the answer began.

    asks  a browser may ask for name and password in a window of its own; pages do that themselves
    """
    more = [(name.encode(), value.encode()) for name, value in HEADERS.items()]

    begun = time.perf_counter()

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = [one for one in message.get("headers", []) if asks or one[0].lower() != b"www-authenticate"]
            took = (b"x-process-time", f"{time.perf_counter() - begun:.4f}".encode())
            message["headers"] = [*own, *more, took]
        await send(message)

    return sending


def _is_script(headers: Headers) -> bool:
    """A page asks, not a person who follows a link: browsers say so, over plain HTTP by the origin or cookie alone."""
    return (
        headers.get("sec-fetch-mode", "navigate") != "navigate"
        or "origin" in headers
        or COOKIE in headers.get("cookie", "")
    )


def _is_own(origin: str, headers: Headers) -> bool:
    return urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _is_plain(name: str) -> bool:
    """An address cannot be another page's name."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_preflight(method: str, headers: Headers) -> bool:
    return method == "OPTIONS" and "access-control-request-method" in headers
