"""The file of names and hashed passwords, and how often one may guess."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from hmac import digest as keyed
from math import ceil
from pathlib import Path
from secrets import token_bytes
from time import monotonic

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from pentimento.words.errors import LoginError, RequestError, TooOftenError

HASHER = PasswordHasher()
"""Argon2id with RFC 9106's parameters for little memory."""
WRONG, WINDOW = 10, 60.0
"""So many wrong passwords within so many seconds, from one address; then it has to wait."""
ADDRESSES = 10_000
"""Addresses that are remembered."""
REMEMBERED = 256


def line(name: str, password: str) -> str:
    """A line of the file. Raises RequestError for a name that would not fit in one, and for no password."""
    return f"{name}:{hashed(name, password)}"


def hashed(name: str, password: str) -> str:
    """Raises RequestError as `line`."""
    if not name or ":" in name or not name.isprintable():
        raise RequestError(f"{name!r} is no name to log in with", "Take letters, digits, dots and dashes.")
    if not password:
        raise RequestError("the password is empty", "Type one, on a line of its own.")
    return HASHER.hash(password)


def read_passwords(path: Path) -> dict[str, str]:
    """Name → hash, from lines `NAME:$argon2id$…`; empty lines and those that begin with # are left out.

    Raises RequestError for a file that cannot be read, a line that is none, and a file without any.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise RequestError(f"{path} cannot be read: {problem}", "Check the path.") from problem
    users: dict[str, str] = {}
    for number, text in enumerate(lines, 1):
        if not text.strip() or text.startswith("#"):
            continue
        name, _, hashed = text.strip().partition(":")
        if not name or not hashed.startswith("$argon2"):
            raise RequestError(
                f"line {number} of {path} is no NAME:HASH", "Make lines with: pentimento serve --hash-password NAME"
            )
        users[name] = hashed
    if not users:
        raise RequestError(f"{path} names nobody", "Make a line with: pentimento serve --hash-password NAME")
    return users


class Passwords:
    """Checks names and passwords; slow on purpose, but for those that were right before.

    clock  seconds
    """

    def __init__(self, users: Mapping[str, str], clock: Callable[[], float] = monotonic) -> None:
        self._users = dict(users)
        self._nobody = HASHER.hash(token_bytes(16).hex())
        self._key = token_bytes(32)
        self._right: dict[bytes, str] = {}
        self._wrong: dict[str, deque[float]] = {}
        self._clock = clock
        self._lock = threading.Lock()
        self._one = threading.Semaphore(2)  # argon2 takes 64 MiB each time

    def check(self, name: str, password: str, address: str) -> str:
        """The name. As long for an unknown name as for a wrong password. Raises LoginError, TooOftenError."""
        self._throttle(address)
        seen = keyed(self._key, f"{name}:{password}".encode("utf-8", "surrogatepass"), "sha256")
        if known := self._right.get(seen):
            return known
        with self._one:
            right = _matches(self._users.get(name, self._nobody), password) and name in self._users
        if not right:
            with self._lock:
                self._wrong.setdefault(address, deque(maxlen=WRONG)).append(self._clock())
            raise LoginError("name or password is wrong", "Check both; capitals count.")
        with self._lock:
            while len(self._right) >= REMEMBERED:
                self._right.pop(next(iter(self._right)))
            self._right[seen] = name
        return name

    def _throttle(self, address: str) -> None:
        with self._lock:
            while len(self._wrong) > ADDRESSES:
                self._wrong.pop(next(iter(self._wrong)))
            times = self._wrong.get(address)
            if times and len(times) == WRONG and self._clock() - times[0] < WINDOW:
                raise TooOftenError(WRONG, ceil(WINDOW - (self._clock() - times[0])))


def _matches(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, password)
    except (Argon2Error, InvalidHashError, UnicodeEncodeError):
        return False
