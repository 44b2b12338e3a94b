"""As whom somebody comes: by name and password, or by the session of a browser."""

import base64
import binascii
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from secrets import token_urlsafe
from time import time

from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import Scope

from pentimento.api.passwords import Passwords
from pentimento.words.errors import AccessError, LoginError

COOKIE = "pentimento_session"
CSRF = "x-csrf-token"
LIFE = 14 * 24 * 3600.0
"""Seconds that a session lasts without being used."""
SESSIONS = 1000
OPEN = frozenset({"/api/v1/session", "/api/v1/version", "", "/favicon.ico"})
"""Addresses that answer to anyone, without the slash at their end."""
SHOWN = ("/assets/", "/pages/")
"""Beginnings of addresses that do, too: files of the studio, in which nothing is anybody's."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""


@dataclass(eq=False)
class Session:
    """Somebody's browser. `csrf` has to come along with whatever changes something."""

    user: str
    csrf: str = field(default_factory=lambda: token_urlsafe(24))
    used: float = field(default_factory=time)


class Access:
    """Names, passwords and sessions; without passwords everybody is let in.

    secure  the server speaks TLS, so cookies go nowhere else
    """

    def __init__(self, passwords: Passwords | None = None, *, secure: bool = False) -> None:
        self.passwords, self.secure = passwords, secure
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    async def admit(self, scope: Scope, headers: Headers) -> str:
        """Who it is, "" where nobody needs to say so. Raises LoginError, TooOftenError, AccessError."""
        if self.passwords is None:
            return ""
        session = self.session(headers)
        if session is not None:
            if scope["method"] not in SAFE and not _equal(headers.get(CSRF, ""), session.csrf):
                raise AccessError(
                    f"the header {CSRF} is missing or wrong", "GET /api/v1/session tells what belongs there."
                )
            return session.user
        if (given := _basic(headers)) is not None:
            address = scope["client"][0] if scope.get("client") else ""
            return await run_in_threadpool(self.passwords.check, *given, address)
        if scope["path"].rstrip("/") in OPEN or scope["path"].startswith(SHOWN):
            return ""
        raise LoginError("a name and a password are needed", "Log in: POST /api/v1/session, or HTTP Basic.")

    def session(self, headers: Headers) -> Session | None:
        """The session that a cookie names, if it lasts."""
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return None
        if cookie is None:
            return None
        with self._lock:
            session = self._sessions.get(cookie.value)
            if session is None or time() - session.used > LIFE:
                self._sessions.pop(cookie.value, None)
                return None
            session.used = time()
            self._sessions.move_to_end(cookie.value)
            return session

    def log_in(self, name: str, password: str, address: str) -> tuple[str, Session]:
        """A new session and the value of its cookie. Raises LoginError, TooOftenError."""
        if self.passwords is None:
            raise LoginError("this server knows no passwords", "Nobody needs to log in.")
        session, value = Session(self.passwords.check(name, password, address)), token_urlsafe(32)
        with self._lock:
            self._sessions[value] = session
            while len(self._sessions) > SESSIONS:
                self._sessions.popitem(last=False)
        return value, session

    def log_out(self, session: Session) -> None:
        with self._lock:
            self._sessions = OrderedDict((value, one) for value, one in self._sessions.items() if one is not session)


def _basic(headers: Headers) -> tuple[str, str] | None:
    """Name and password of HTTP Basic (RFC 7617), if they came along. Raises LoginError where they cannot be read."""
    scheme, _, coded = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(coded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as problem:
        raise LoginError("the header Authorization cannot be read", "Send base64 of NAME:PASSWORD.") from problem
    if not colon:
        raise LoginError("the header Authorization has no password in it", "Send base64 of NAME:PASSWORD.")
    return name, password


def _equal(given: str, wanted: str) -> bool:
    return compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())
