# SPDX-License-Identifier: Apache-2.0
"""Where one shard of a log ends and the next begins: what each of them says of the other.

The last entry of a shard names its successor and that one's key; the first entry of the
successor says what the shard before was in the end. Both are public.
"""

import re

import msgspec

from nguon.archive.folder import Folder
from nguon.mirror.errors import AlarmError
from nguon.transparency.armour import armoured
from nguon.transparency.checkpoints import Checkpoint

_KIND = "shard"
_NAME = re.compile(r"[0-9]{1,9}")
"""It becomes a folder's name and part of an address."""


class Successor(msgspec.Struct, frozen=True):
    """The next shard, as the last entry of the one before announces it."""

    key: str
    name: str
    origin: str


class Expected(msgspec.Struct, frozen=True):
    """What the first entry of a shard must say."""

    origin: str
    before: Checkpoint
    """Of the whole shard that it continues."""


class _Closing(msgspec.Struct, frozen=True):
    origin: str
    successor: Successor


class _Predecessor(msgspec.Struct, frozen=True):
    origin: str
    root: str
    size: int


class _Opening(msgspec.Struct, frozen=True):
    origin: str
    predecessor: _Predecessor


class _Ends(msgspec.Struct, frozen=True):
    kind: str
    body: _Closing


class _Begins(msgspec.Struct, frozen=True):
    kind: str
    body: _Opening


def successor_of(folder: Folder, kept: Checkpoint) -> Successor | None:
    """What the last entry of a copy announces; None while the shard grows."""
    if not kept.size:
        return None
    last = next(folder.entries(kept.size - 1, kept.size))
    try:
        told = msgspec.json.decode(last, type=_Ends)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return told.body.successor if (told.kind, told.body.origin) == (_KIND, kept.origin) else None


def address_of(url: str, kept: Checkpoint, successor: Successor) -> str:
    """Where the next shard is served: beside the one before, under its own name.

    Raises `AlarmError` ``mirror.successor-form`` where that cannot be told.
    """
    base, _, last = url.rstrip("/").rpartition("/")
    named = _NAME.fullmatch(successor.name) and successor.origin.endswith(f"/{successor.name}")
    if not named or last != kept.origin.rpartition("/")[2]:
        raise AlarmError("mirror.successor-form", origin=successor.origin, url=url)
    return f"{base}/{successor.name}"


def check_beginning(first: bytes, expected: Expected) -> None:
    """Raises `AlarmError` ``mirror.successor-differs`` where a shard's first entry does not
    continue what is kept of the one before.
    """
    before = expected.before
    wanted = _Predecessor(before.origin, armoured(before.root), before.size)
    try:
        told = msgspec.json.decode(first, type=_Begins)
        right = (told.kind, told.body) == (_KIND, _Opening(expected.origin, wanted))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        right = False
    if not right:
        raise AlarmError("mirror.successor-differs", origin=expected.origin, size=before.size)
