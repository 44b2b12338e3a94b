"""A file of the Hugging Face Hub: what the hub tells of it, and its bytes, resumed where they broke off.

Plain HTTP is used even where the hub offers its chunk store: `hf_hub_download` of huggingface_hub 2 throws away what
came before a break, while a range request goes on from there. The only module of the house that asks a network.
"""

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from pentimento.checkpoint.hashes import file_hash
from pentimento.checkpoint.memory import remembered
from pentimento.download.faults import told_by_hub
from pentimento.download.offers import HUB, Offer
from pentimento.version import __version__
from pentimento.words.errors import DownloadError, OutputError

Told: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being done, bytes done, and bytes in all."""

SHA256 = re.compile(r"[0-9a-f]{64}")
BLOCK = 1 << 20
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Remote:
    """A file as the hub has it now.

    url     of this very version
    size    bytes
    sha256  64 hex digits; None where the hub does not say
    etag    what changes with its bytes
    """

    url: str
    size: int
    sha256: str | None
    etag: str


def look_up(offer: Offer, endpoint: str = HUB) -> Remote:
    """Ask the hub about a file; nothing of it is loaded.

    A token is taken from HF_TOKEN, or from where huggingface_hub keeps one.
    Raises DownloadError: no answer, no such file, not allowed, or another file than the table's.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    with told_by_hub(offer, endpoint):
        found = get_hf_file_metadata(hf_hub_url(offer.repository, offer.file, endpoint=endpoint), headers=_headers())
    if found.commit_hash is None or found.etag is None or found.size is None:
        raise DownloadError(
            f"{endpoint} does not answer as a hub does: it says nothing of the size or version of {offer.file}",
            "Check --endpoint or HF_ENDPOINT, and whether a proxy answers in its place.",
        )
    sha256 = found.etag if SHA256.fullmatch(found.etag) else None
    if offer.sha256 and sha256 and sha256 != offer.sha256:
        raise DownloadError(
            f"{offer.repository} has another {offer.file} now: its sha256 is {sha256}, known was {offer.sha256}",
            f"Nothing was loaded. If you trust it, fetch it by hand from {offer.page}.",
        )
    url = hf_hub_url(offer.repository, offer.file, revision=found.commit_hash, endpoint=endpoint)
    return Remote(url, found.size, sha256 or offer.sha256, found.etag)


def fetch(offer: Offer, remote: Remote, place: Path, told: Told, endpoint: str = HUB) -> str:
    """Load a file to `place`, going on with what an earlier call loaded, and give its sha256.

    Until it is whole and its hash is right it lies beside under another name, which no list of models shows.
    Raises DownloadError (broken off, wrong bytes) or OutputError (no room, no right to write).
    """
    part = part_of(place, remote)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _forget_others(place, part)
        _check_room(place, remote.size - _kept(part, remote))
        with part.open("r+b" if part.exists() else "w+b") as file, told_by_hub(offer, endpoint):
            _load(remote, file, told)
        sha256 = _checked(offer, remote, part, told)
        os.replace(part, place)
        return remembered(place, "sha256", lambda: sha256)
    except OSError as fault:
        if fault.errno in FULL:
            raise _no_room(place, remote.size - _kept(part, remote)) from fault
        raise OutputError(
            f"{place} cannot be written: {fault.strerror or fault}", "Check who may write there."
        ) from fault


def is_there(place: Path, remote: Remote, hashed: Callable[[Path], str] = file_hash) -> bool:
    """Whether the file was loaded before, by size and by the sha256 that `hashed` gives.

    Raises OutputError where another file lies in its place.
    """
    if not place.exists():
        return False
    size = place.stat().st_size
    if size != remote.size:
        raise _taken(place, f"{size:,} bytes long", f"{remote.size:,}")
    if remote.sha256 and (sha256 := hashed(place)) != remote.sha256:
        raise _taken(place, f"of sha256 {sha256}", remote.sha256)
    return True


def part_of(place: Path, remote: Remote) -> Path:
    """Where a file lies until it is whole; another version of it lies elsewhere."""
    version = hashlib.sha256(remote.etag.encode()).hexdigest()[:10]
    return place.with_name(f"{place.name}.{version}.part")


def _headers() -> dict[str, str]:
    from huggingface_hub.utils import build_hf_headers

    return build_hf_headers(library_name="pentimento", library_version=__version__)


def _load(remote: Remote, file: BinaryIO, told: Told) -> None:
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import logging, silent_tqdm

    logging.set_verbosity_error()  # what it has to say of breaks is said here
    done = file.seek(0, os.SEEK_END)
    told("downloading", done, remote.size)

    class Bar(silent_tqdm):
        def __init__(self, *_: Any, initial: int = 0, **__: Any) -> None:
            nonlocal done
            done = initial  # 0 where the hub cannot go on and begins anew

        def update(self, n: float | None = 1) -> None:
            nonlocal done
            done += int(n or 0)
            told("downloading", done, remote.size)

    http_get(remote.url, file, resume_size=done, headers=_headers(), expected_size=remote.size, tqdm_class=Bar)  # ty: ignore[invalid-argument-type]


def _checked(offer: Offer, remote: Remote, part: Path, told: Told) -> str:
    """The sha256 of what was loaded; a part with another one than it should have is thrown away."""
    digest, done = hashlib.sha256(), 0
    with part.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            done += len(block)
            told("checking", done, remote.size)
    sha256 = digest.hexdigest()
    if remote.sha256 not in (None, sha256):
        part.unlink()
        raise DownloadError(
            f"{offer.file} arrived damaged: its sha256 is {sha256} where {remote.sha256} belongs",
            "It was thrown away. Run the same command again; if that fails too, a proxy may be changing it.",
        )
    return sha256


def _kept(part: Path, remote: Remote) -> int:
    """Bytes that an earlier call loaded; a part longer than the file is none of it."""
    if part.exists() and part.stat().st_size > remote.size:
        part.unlink()
    return part.stat().st_size if part.exists() else 0


def _forget_others(place: Path, part: Path) -> None:
    """What was loaded of an older version is of no use any more."""
    for other in place.parent.glob("*.part"):
        if other != part and re.fullmatch(re.escape(place.name) + r"\.[0-9a-f]{10}\.part", other.name):
            other.unlink()


def _taken(place: Path, found: str, wanted: str) -> OutputError:
    return OutputError(
        f"another file is in its place: {place} is {found}, the hub's is {wanted}", "Move it away or delete it."
    )


def _check_room(place: Path, wanted: int) -> None:
    if shutil.disk_usage(place.parent).free < wanted:
        raise _no_room(place, wanted)


def _no_room(place: Path, wanted: int) -> OutputError:
    free = shutil.disk_usage(place.parent).free
    return OutputError(
        f"the disk is too full: {wanted:,} bytes are still to come, {free:,} are free in {place.parent}",
        "Make room, or choose another folder with --models-dir. What was loaded is kept.",
    )
