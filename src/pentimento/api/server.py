"""The app behind a socket: uvicorn, TLS, and a log without prompts."""

import ipaddress
import json
import logging
import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pentimento.words.errors import OutputError, RequestError

LOG = logging.getLogger("pentimento.server")
PARTING = 3
"""Seconds that open connections get when the server ends."""


@dataclass(frozen=True)
class Place:
    """Where a server listens.

    port      0: any that is free
    cert, key  files of TLS; none: without
    """

    host: str = "127.0.0.1"
    port: int = 7860
    cert: Path | None = None
    key: Path | None = None

    @property
    def scheme(self) -> str:
        return "https" if self.cert else "http"

    @property
    def is_loopback(self) -> bool:
        """Nobody but this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def listening(self) -> socket.socket:
        """The socket. Raises OutputError where it cannot be had."""
        try:
            family, *_, address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
            return socket.create_server(address[:2], family=family, backlog=2048)
        except OSError as error:
            raise OutputError(
                f"{self.host} port {self.port} cannot be used: {error.strerror or error}",
                "Choose another --port, or end what listens there.",
            ) from error

    def url(self, port: int) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{port}"


def serve(app: ASGIApp, place: Place, listening: socket.socket) -> None:
    """Answer until the process is asked to end (Ctrl-C, SIGTERM). Raises RequestError for TLS files that are none."""
    config = uvicorn.Config(
        Logged(app),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=PARTING,
        ssl_certfile=place.cert,
        ssl_keyfile=place.key,
        ws="none",
    )
    try:
        config.load()
    except (OSError, ValueError) as error:
        raise RequestError(
            f"{place.cert} and {place.key} are no certificate and its key: {error}",
            "Give files in PEM format, --tls-cert with the whole chain.",
        ) from error
    uvicorn.Server(config).run(sockets=[listening])


class Logged:
    """A line for each request: who, what, how it went, how long. Never what was sent: no prompt, no query."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            LOG.info(
                "request",
                extra={
                    "said": {
                        "client": scope["client"][0] if scope.get("client") else "",
                        "user": scope.get("state", {}).get("user", ""),
                        "method": scope["method"],
                        "path": scope["path"],
                        "status": status,
                        "ms": round((time.perf_counter() - began) * 1000, 1),
                    }
                },
            )


class Lines(logging.Formatter):
    """A JSON object a line: time, level, message, and what else was said."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, "said", {}),
        }
        if record.exc_info and os.environ.get("PENTIMENTO_DEBUG"):
            said["traceback"] = self.formatException(record.exc_info)
        elif record.exc_info and record.exc_info[0]:
            said["fault"] = f"{record.exc_info[0].__name__}: {_where(record)}"
        return json.dumps(said)


def _where(record: logging.LogRecord) -> str:
    """The place of a fault, without the values in it: they may be what somebody wrote."""
    trace = record.exc_info[2] if record.exc_info else None
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}" if trace else ""


def log_to(stream: Any, level: int) -> None:
    """Write the log of all there is as such lines."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("pentimento").setLevel(level)
