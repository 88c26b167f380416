# SPDX-License-Identifier: Apache-2.0
"""Files attached to entries and decisions: what is taken, where it lies, who may have it.

The octets lie in a folder under their SHA-256, so the same paper is kept once
and is still the same when it is read. Only PDF, JPEG and PNG are taken, by what
the file is and not by what it is called.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping

from nguon.base.time import from_microseconds, to_microseconds
from nguon.identity.model import Principal
from nguon.identity.visibility import KeyKind
from nguon.registry import cases, entries, history, workflow
from nguon.registry.errors import DocumentRefusedError, UnknownEntryError
from nguon.registry.history import Actor
from nguon.registry.model import Register
from nguon.store import Store
from nguon.store import documents as rows

MOST_OCTETS = 10 * 1024 * 1024
MOST_OF_ENTRY = 50
_KINDS = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
)
_UNFIT = re.compile(r"[^\w.\- ()]+")
_DIGEST = re.compile("[0-9a-f]{64}")


class Document(msgspec.Struct, frozen=True):
    """A file of an entry."""

    id: str
    register: Register
    key: str
    digest: str
    name: str
    media_type: str
    size: int
    by: Actor
    recorded: datetime


@dataclass(frozen=True, slots=True)
class Folder:
    """Where octets lie by their digest."""

    path: Path

    def put(self, content: bytes) -> str:
        """Keep octets; gives their digest. They are on the disk when this returns."""
        digest = hashlib.sha256(content).hexdigest()
        target = self._path(digest)
        if not target.is_file():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with NamedTemporaryFile(dir=target.parent, delete=False) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(target)
        return digest

    def get(self, digest: str) -> bytes | None:
        """Octets by their digest; None where they are gone or no longer the same."""
        path = self._path(digest)
        content = path.read_bytes() if path.is_file() else b""
        return content if hashlib.sha256(content).hexdigest() == digest else None

    def drop(self, digest: str) -> None:
        """Remove octets; nothing happens where there are none."""
        self._path(digest).unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        assert _DIGEST.fullmatch(digest)
        return self.path / digest[:2] / digest


def attach(
    store: Store,
    folder: Folder,
    principal: Principal,
    entry: tuple[Register, str],
    file: tuple[str, bytes],
) -> Document:
    """Keep a file (name, octets) with an entry.

    Raises:
        UnknownEntryError: no such entry that is the principal's or in its charge.
        DocumentRefusedError: empty, too large, another kind, or one too many.
    """
    register, key = entry
    media_type, name = checked(*file)
    with store.reading() as connection:
        _check(connection, principal, register, key)
        if len(rows.of_entry(connection, register, key)) >= MOST_OF_ENTRY:
            raise DocumentRefusedError("approvals.documents-many", most=MOST_OF_ENTRY)
    by = history.actor(principal)
    values = {
        "id": secrets.token_hex(8),
        "register": register.value,
        "key": key,
        "digest": folder.put(file[1]),
        "name": name,
        "media_type": media_type,
        "size": len(file[1]),
        "organisation": by.organisation,
        "actor": by.key_id,
        "recorded": to_microseconds(datetime.now(UTC)),
    }
    with store.transaction() as connection:
        rows.add(connection, values)
    return _document(values)


def checked(name: str, content: bytes) -> tuple[str, str]:
    """The media type of a file, by what it is, and a name that nothing misreads.

    Raises:
        DocumentRefusedError: empty, too large, or of another kind than is kept.
    """
    media_type, ending = _kind(content)
    return media_type, _named(name, ending)


def read(store: Store, folder: Folder, principal: Principal, number: str) -> tuple[Document, bytes]:
    """A file and its octets.

    Raises `UnknownEntryError` for whoever may not see it, as where there is none.
    """
    with store.reading() as connection:
        row = rows.find(connection, number)
        if row is None:
            raise UnknownEntryError("approvals.unknown-document")
        found = _document(row)
        try:
            _check(connection, principal, found.register, found.key)
        except UnknownEntryError as error:
            raise UnknownEntryError("approvals.unknown-document") from error
    content = folder.get(found.digest)
    if content is None:
        raise UnknownEntryError("approvals.document-gone")
    return found, content


def of_entry(store: Store, register: Register, key: str) -> list[Document]:
    """The files of an entry, oldest first."""
    with store.reading() as connection:
        return [_document(row) for row in rows.of_entry(connection, register, key)]


def concerned(
    connection: Connection, principal: Principal, register: Register, row: RowMapping
) -> bool:
    """Whether an entry is a principal's own, its member's or in its charge."""
    if principal.kind is KeyKind.OPERATOR:
        return True
    if principal.organisation in entries.owners(connection, register, row):
        return True
    [site] = cases.whose(connection, register, [row])
    return workflow.in_charge(principal, site.province, workflow.sector(register, row))


def _check(connection: Connection, principal: Principal, register: Register, key: str) -> None:
    row = entries.entry(connection, register, key)
    if not concerned(connection, principal, register, row):
        raise UnknownEntryError("approvals.unknown-entry")


def _kind(content: bytes) -> tuple[str, str]:
    if not content:
        raise DocumentRefusedError("approvals.document-empty")
    if len(content) > MOST_OCTETS:
        raise DocumentRefusedError("approvals.document-large", megabytes=MOST_OCTETS >> 20)
    for begin, media_type, ending in _KINDS:
        if content.startswith(begin):
            return media_type, ending
    raise DocumentRefusedError("approvals.document-kind")


def _named(name: str, ending: str) -> str:
    """A name that no file system, header or page misreads, ending as the file is."""
    stem = _UNFIT.sub("-", name.rpartition("/")[2].rpartition("\\")[2].rpartition(".")[0] or name)
    return f"{stem.strip(' .-')[:80] or 'file'}.{ending}"


def _document(row: Mapping[Any, Any]) -> Document:
    return Document(
        **{name: row[name] for name in ("id", "key", "digest", "name", "media_type", "size")},
        register=Register(row["register"]),
        by=Actor(row["organisation"], row["actor"]),
        recorded=from_microseconds(row["recorded"]),
    )
