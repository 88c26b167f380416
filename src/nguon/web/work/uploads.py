# SPDX-License-Identifier: Apache-2.0
"""Uploaded files between their preview and their confirmation: on the disk, for their owner alone.

Each waits as two files, its bytes and what is known of it, under a name nobody
can guess; other organisations' are as if they were not there. They go when
their time is over, and when another of their organisation wants the room.
"""

import os
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from nguon.store.errors import StoreUnavailableError
from nguon.web.errors import NotFoundError

SECONDS = 2 * 60 * 60
_MOST_WAITING = 8
_NAME = 100
_TOKEN = re.compile("[0-9a-f]{32}")


class Upload(msgspec.Struct, frozen=True):
    """What is known of a file that waits; ``columns`` are the meanings chosen by position."""

    token: str
    organisation: int
    key_id: str
    name: str
    kind: str
    expires: float
    columns: Mapping[int, str] = {}
    outcome: dict[str, Any] = {}
    """What became of it, once it was taken."""


def keep(folder: Path, upload: Upload, data: bytes) -> None:
    """Put a new file down; the oldest of its organisation leave if there are too many."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear(folder, upload.organisation)
        _write(folder / f"{upload.token}.data", data)
        note(folder, upload)
    except OSError as error:
        raise StoreUnavailableError("store.unavailable", reason=error.strerror) from error


def new(organisation: int, key_id: str, name: str, kind: str) -> Upload:
    """A file that has just come."""
    expires = time.time() + SECONDS
    return Upload(secrets.token_hex(16), organisation, key_id, name[:_NAME], kind, expires)


def note(folder: Path, upload: Upload) -> None:
    """Keep what is known of a file."""
    written = folder / f"{upload.token}.{secrets.token_hex(4)}.new"
    _write(written, msgspec.json.encode(upload))
    written.replace(folder / f"{upload.token}.json")


def find(folder: Path, token: str, organisation: int) -> Upload:
    """A file of the organisation's own.

    Raises:
        NotFoundError: there is none, it is another's, or its time is over.
    """
    found = _read(folder / f"{token}.json") if _TOKEN.fullmatch(token) else None
    if found is None or found.organisation != organisation or found.expires < time.time():
        raise NotFoundError("files.gone")
    return found


def data(folder: Path, upload: Upload) -> bytes:
    """The bytes of a file; raises `NotFoundError` once it was taken or dropped."""
    try:
        return (folder / f"{upload.token}.data").read_bytes()
    except FileNotFoundError:
        raise NotFoundError("files.gone") from None


def empty(folder: Path, upload: Upload) -> None:
    """Forget the bytes, keep what became of them until the time is over."""
    (folder / f"{upload.token}.data").unlink(missing_ok=True)


def drop(folder: Path, upload: Upload) -> None:
    """Forget a file."""
    empty(folder, upload)
    (folder / f"{upload.token}.json").unlink(missing_ok=True)


def _clear(folder: Path, organisation: int) -> None:
    known = list(_known(folder))
    now = time.time()
    own = sorted((u for u in known if u.organisation == organisation), key=lambda u: u.expires)
    over = [upload for upload in known if upload.expires < now]
    for upload in {u.token: u for u in [*over, *own[: 1 - _MOST_WAITING or None]]}.values():
        drop(folder, upload)


def _known(folder: Path) -> Iterator[Upload]:
    for path in folder.glob("*.json"):
        found = _read(path)
        if found is not None:
            yield found


def _read(path: Path) -> Upload | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Upload)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
