# SPDX-License-Identifier: Apache-2.0
"""The neutral way out and back: a checkpoint's hash for anybody to carry, and what carried it.

Whether a chain or a calendar really has it is not checked here: only that what came back
commits to the hash of a checkpoint that we gave out.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from nguon.archive.folder import Folder
from nguon.tlog.anchors import keeping
from nguon.tlog.anchors.errors import AnchorError
from nguon.tlog.anchors.model import stated
from nguon.transparency.armour import armoured, octets_of

EXPORTED, RETURNED = "nguon/anchor@v1", "nguon/anchor-proof@v1"
PROOF_LIMIT = 1_000_000
"""Octets of what comes back."""
_OTS = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94\x01"
_OTS_SHA256 = b"\x08"
_LONGEST = 200
_HASH = re.compile("[0-9a-f]{64}")


class Exported(msgspec.Struct, frozen=True):
    """What somebody else is to carry; all they need is ``sha256``."""

    format: str
    origin: str
    size: int
    root: str
    """Base64."""
    time: str
    """When we signed it, RFC 3339."""
    sha256: str
    """Of the checkpoint's text, hexadecimal."""
    note: str


class Returned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What carried it, as the operator gives it."""

    format: str
    carrier: str
    """Who: a chain, a calendar, a newspaper."""
    reference: str
    """Where to find it there: a transaction, a page."""
    sha256: str
    proof: str = ""
    """Base64 of a proof of any form."""


class Carried(msgspec.Struct, frozen=True):
    """As it is kept beside the tiles."""

    format: str
    origin: str
    size: int
    sha256: str
    carrier: str
    reference: str
    time: str
    """When it was taken in, RFC 3339; whoever carries it may say another time."""
    proof: str = ""


def export(folder: Folder, note: bytes, time: int) -> Exported:
    """A checkpoint to be carried; its note is kept so that what comes back is recognised."""
    given = keeping.keep_note(folder, note)
    told = stated(given)
    found = told.checkpoint
    return Exported(
        EXPORTED,
        found.origin,
        found.size,
        armoured(found.root),
        _moment(time),
        told.digest.hex(),
        given.decode("utf-8"),
    )


def spelled(made: Exported) -> bytes:
    """As a file."""
    return msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"


def take_back(folders: Iterable[Folder], octets: bytes, now: int) -> Carried:
    """Keep what carried a checkpoint of one of these shards: our JSON form, or an
    OpenTimestamps file.

    Raises `AnchorError`: ``anchors.returned-form``, ``.returned-long``, ``.unknown-hash``.
    """
    if len(octets) > PROOF_LIMIT:
        raise AnchorError("anchors.returned-long", most=PROOF_LIMIT)
    given = _returned(octets)
    for folder in folders:
        for each in keeping.kept(folder):
            if each.stated.digest.hex() == given.sha256:
                return _kept(folder, _carried(each, given, now))
    raise AnchorError("anchors.unknown-hash", hash=given.sha256)


def _carried(note: keeping.Kept, given: Returned, now: int) -> Carried:
    return Carried(
        RETURNED,
        note.stated.checkpoint.origin,
        note.size,
        given.sha256,
        given.carrier,
        given.reference,
        _moment(now),
        given.proof,
    )


def carried(folder: Folder) -> list[Carried]:
    """Everything that came back, by size."""
    found = []
    for path in keeping.carried_paths(folder):
        # A power cut may leave a file without its content.
        with suppress(msgspec.DecodeError):
            found.append(msgspec.json.decode(folder.get(path) or b"", type=Carried))
    return sorted(found, key=lambda one: (one.size, one.time))


def _kept(folder: Folder, made: Carried) -> Carried:
    mark = sha256(f"{made.carrier}\n{made.reference}\n{made.proof}".encode()).hexdigest()
    path = f"anchors/{made.size}-{mark[:16]}.json"
    before = folder.get(path)
    if before is not None:
        with suppress(msgspec.DecodeError):
            return msgspec.json.decode(before, type=Carried)
    folder.put(path, msgspec.json.encode(made))
    folder.sync()
    return made


def _returned(octets: bytes) -> Returned:
    if octets.startswith(_OTS):
        return _open_timestamps(octets)
    try:
        given = msgspec.json.decode(octets, type=Returned)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AnchorError("anchors.returned-form", reason=str(error)[:_LONGEST]) from error
    for name in ("carrier", "reference"):
        _line(name, getattr(given, name))
    if not _HASH.fullmatch(given.sha256):
        raise AnchorError("anchors.returned-form", reason="sha256")
    if given.format != RETURNED:
        raise AnchorError("anchors.returned-form", reason=f"format: {given.format[:40]}")
    if given.proof and octets_of(given.proof) is None:
        raise AnchorError("anchors.returned-form", reason="proof: base64")
    return given


def _open_timestamps(octets: bytes) -> Returned:
    """The hash stands after the magic octets, the version and the name of SHA-256."""
    at = len(_OTS)
    digest = octets[at + 1 : at + 33]
    if octets[at : at + 1] != _OTS_SHA256 or len(digest) != 32 or len(octets) <= at + 33:
        raise AnchorError("anchors.returned-form", reason="OpenTimestamps: SHA-256")
    return Returned(RETURNED, "OpenTimestamps", ".ots", digest.hex(), armoured(octets))


def _line(name: str, value: Any) -> None:
    if not value.strip() or len(value) > _LONGEST or not value.isprintable():
        raise AnchorError("anchors.returned-form", reason=name)


def _moment(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).isoformat().replace("+00:00", "Z")
