"""What the serve command does: options → services → app → socket."""

import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click

from pentimento.api.access import Access
from pentimento.api.app import create_app
from pentimento.api.bounds import Bounds
from pentimento.api.guard import Doors
from pentimento.api.passwords import Passwords, hashed, read_passwords
from pentimento.api.server import Place, log_to, serve
from pentimento.api.services import Services
from pentimento.cli.serve import PASSWORDS
from pentimento.download.addresses import Fetcher
from pentimento.history.history import data_folder
from pentimento.jobs.runner import Runner
from pentimento.words.errors import OutputError, RequestError


def run(
    *,
    host: str,
    port: int,
    models_dir: Path,
    data_dir: Path | None,
    styles_file: Path,
    devices: tuple[str, ...],
    dtype: str,
    runner: str,
    auth_file: Path | None,
    no_auth: bool,
    tls_cert: Path | None,
    tls_key: Path | None,
    origins: tuple[str, ...],
    names: tuple[str, ...],
    max_body: int,
    max_pixels: int,
    max_batch: int,
    max_steps: int,
    max_waiting: int,
    allow_urls: bool,
    log_prompts: bool,
    quiet: bool,
    step_seconds: float = 0.0,
    port_may_move: bool = False,
    ready: Callable[[str], object] | None = None,
) -> None:
    """Serve until asked to end. Raises RequestError for what would not be safe, OutputError for a port in use.

    port_may_move  any free port will do where that one is taken
    ready          is told the address, once somebody listens there
    """
    if (tls_cert is None) != (tls_key is None):
        raise RequestError("--tls-cert and --tls-key belong together", "Give both, or none.")
    place = Place(host, port, tls_cert, tls_key)
    users = _users(auth_file)
    _check(place, users, no_auth)
    bounds = Bounds(
        body=max_body * 2**20, pixels=max_pixels * 10**6, batch=max_batch, steps=max_steps, waiting=max_waiting
    )
    access = Access(Passwords(users) if users else None, secure=tls_cert is not None)
    doors = Doors(names=(host.lower(), *map(str.lower, names)), origins=origins, body=bounds.body)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # else what is open would not be closed
    log_to(sys.stderr, logging.WARNING if quiet else logging.INFO)
    with closing(_listening(place, port_may_move)) as listening:
        runners = [_runner(runner, models_dir, device, dtype, step_seconds) for device in devices or ("auto",)]
        folder = data_dir or data_folder()
        fetcher = Fetcher(bounds.body) if allow_urls else None
        services = Services.open(
            runners,
            models_dir=models_dir,
            data_dir=folder,
            styles=styles_file,
            bounds=bounds,
            fetcher=fetcher,
            log_prompts=log_prompts,
        )
        with closing(services):
            url = place.url(listening.getsockname()[1])
            click.echo(url)
            if ready:
                ready(url)
            serve(create_app(services, access, doors), place, listening)


def _listening(place: Place, port_may_move: bool) -> socket.socket:
    try:
        return place.listening()
    except OutputError:
        if not port_may_move:
            raise
        return replace(place, port=0).listening()


def _users(auth_file: Path | None) -> Mapping[str, str]:
    """Name → hash, from the file, else from the environment; nobody where neither says so."""
    if auth_file:
        return read_passwords(auth_file)
    said = os.environ.pop(PASSWORDS, "")  # so that no process started from here has it
    if not said:
        return {}
    name, colon, password = said.partition(":")
    if not colon:
        raise RequestError(f"{PASSWORDS} is no NAME:PASSWORD", "Write both, with a colon between.")
    return {name: hashed(name, password)}


def _check(place: Place, users: Mapping[str, str], no_auth: bool) -> None:
    """Raises RequestError where anybody could come in and nobody said that this is meant."""
    if users and no_auth:
        raise RequestError("--no-auth and passwords contradict each other", "Leave one of them out.")
    if not (users or no_auth or place.is_loopback):
        raise RequestError(
            f"{place.host} can be reached from other machines, and no passwords are set",
            "Give --auth-file (lines from --hash-password), or --no-auth if anybody may come in.",
        )
    if users and not place.is_loopback and place.cert is None:
        click.echo(
            "Warning: without --tls-cert and --tls-key passwords travel in clear; who listens on the way reads them.",
            err=True,
        )


def _runner(kind: str, models_dir: Path, device: str, dtype: str, step_seconds: float) -> Runner:
    """Names from a network mean files in the folder of models alone: `elsewhere` is False."""
    match kind:
        case "worker":
            from pentimento.runners.worker import WorkerRunner

            return WorkerRunner(models_dir=str(models_dir), device=device, dtype=dtype, elsewhere=False)
        case "inline":
            from pentimento.runners.inline import InlineRunner

            return InlineRunner(models_dir, device=device, dtype=dtype, elsewhere=False)
        case _:
            from pentimento.runners.fake import FakeRunner

            return FakeRunner(step_seconds=step_seconds)
