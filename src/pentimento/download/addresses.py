"""Pictures that a client names by their address: fetched from the open network, and from nowhere else.

A name is resolved once, all that it resolves to has to be public, and the connection goes to just that address: neither
a redirect nor a name that changes its mind (DNS rebinding) leads to this machine or its neighbours.
"""

import asyncio
import ipaddress
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import TypeAlias
from urllib.parse import SplitResult, urljoin, urlsplit

from pentimento.words.errors import LimitError, PictureError, TooLargeError

Resolve: TypeAlias = Callable[[str, int], list[str]]
"""Name and port → addresses."""

PORTS = {"http": 80, "https": 443}
HOPS = 5
"""Redirects that are followed."""
SECONDS = 30.0
"""For all of it, as the reference has it."""
AT_ONCE = 4
KINDS = ("image/", "application/octet-stream", "binary/octet-stream")
"""Beginnings of media types that may be pictures; what they are is told from their bytes later."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")


def resolved(name: str, port: int) -> list[str]:
    """Every address of a name, as the system tells them. Raises OSError."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)))


def is_public(address: str) -> bool:
    """Whether an address lies in the open network, and so does the older one that it may carry in it."""
    given = ipaddress.ip_address(address.partition("%")[0])
    return all(one.is_global and not one.is_multicast for one in (given, *_carried(given)))


def _carried(given: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """IPv4 addresses within an IPv6 one: RFC 4291 2.5.5, RFC 3056, RFC 4380, RFC 6052."""
    if isinstance(given, ipaddress.IPv6Address):
        last = ipaddress.IPv4Address(int(given) & 0xFFFFFFFF)
        yield from [last] if given in NAT64 else []
        yield from filter(None, (given.ipv4_mapped, given.sixtofour, *(given.teredo or ())))


@dataclass(frozen=True)
class Fetcher:
    """most   bytes of a picture
    seconds   for all of it
    resolve   how a name becomes addresses
    allowed   which addresses may be asked
    trust     whose certificates are believed; none: those that the system believes
    """

    most: int
    seconds: float = SECONDS
    resolve: Resolve = resolved
    allowed: Callable[[str], bool] = is_public
    trust: SSLContext | None = None
    _free: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE))

    def fetch(self, url: str) -> bytes:
        """The bytes at an address. Blocks. Raises PictureError, LimitError, TooLargeError."""
        if not self._free.acquire(blocking=False):
            raise LimitError(f"{AT_ONCE} addresses are being asked already", "Try again in a moment.")
        try:
            end = time.monotonic() + self.seconds
            for _ in range(HOPS + 1):
                told = self._hop(url, end)
                if isinstance(told, bytes):
                    return told
                url = urljoin(url, told)
            raise PictureError(f"{_shown(url)} was reached over more than {HOPS} others", "Send the file's bytes.")
        finally:
            self._free.release()

    def _hop(self, url: str, end: float) -> bytes | str:
        """What is at an address, or where else to look."""
        parts = _split(url)
        address = self._address(parts)
        try:
            return asyncio.run(self._get(parts, address, end))
        except TimeoutError as late:
            raise PictureError(
                f"{_shown(url)} took longer than {self.seconds:g} seconds", "Send the file's bytes."
            ) from late

    def _address(self, parts: SplitResult) -> str:
        """Where a name leads. Raises PictureError where that is nowhere, or not the open network."""
        name = parts.hostname or ""
        try:
            found = self.resolve(name, parts.port or PORTS[parts.scheme])
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise PictureError(f"no host is called {name[:80]!r}", "Check the address, or send the file's bytes.")
        if not all(map(self.allowed, found)):
            raise PictureError(
                f"{name[:80]!r} is not in the open network, and others are never asked", "Send the file's bytes."
            )
        return found[0]

    async def _get(self, parts: SplitResult, address: str, end: float) -> bytes | str:
        import httpx2  # slow to import, and seldom wanted

        host = f"[{address}]" if ":" in address else address
        target = httpx2.URL(parts.geturl()).copy_with(host=host, fragment=None)
        headers = {"Host": parts.netloc, "Accept": "image/*", "Accept-Encoding": "identity"}
        try:
            async with (
                asyncio.timeout(end - time.monotonic()),
                httpx2.AsyncClient(trust_env=False, verify=self.trust or True, timeout=self.seconds) as client,
                client.stream("GET", target, headers=headers, extensions={"sni_hostname": parts.hostname}) as answer,
            ):
                if answer.is_redirect:
                    return answer.headers.get("location", "")
                kind = answer.headers.get("content-type", KINDS[1])
                if answer.status_code != httpx2.codes.OK or not kind.lower().startswith(KINDS):
                    raise PictureError(
                        f"{_shown(parts.geturl())} answered {answer.status_code} with {kind[:80]}", "It is no picture."
                    )
                return await self._body(answer.aiter_raw(), parts.geturl())
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as problem:
            if isinstance(problem, TimeoutError):
                raise
            raise PictureError(
                f"{_shown(parts.geturl())} cannot be had: {type(problem).__name__}", "Send the file's bytes."
            ) from problem

    async def _body(self, chunks: AsyncIterator[bytes], url: str) -> bytes:
        """Raises TooLargeError as soon as it is longer than it may be."""
        data = bytearray()
        async for chunk in chunks:
            data += chunk
            if len(data) > self.most:
                raise TooLargeError(f"{_shown(url)} is longer than {self.most} bytes", "Send a smaller picture.")
        return bytes(data)


def _split(url: str) -> SplitResult:
    """The parts of an address that may be asked. Raises PictureError."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in PORTS and parts.hostname and (parts.port or 1) and "@" not in parts.netloc
    except ValueError:
        fine = False
    if not fine:
        raise PictureError(
            f"{_shown(url)} is no address that is asked", "Give http://… or https://…, without a password."
        )
    return parts


def _shown(url: str) -> str:
    """An address as it is repeated: where, but nothing that may be secret."""
    return repr(url.partition("?")[0].partition("#")[0][:80])
