# SPDX-License-Identifier: Apache-2.0
"""Anchors beside the tiles of their shard: ``anchors/<size>.note`` with ``<size>.tsr``.

Written once and served with the tiles, so that whoever has a copy of the log has them too.
"""

import re
from collections.abc import Iterator

import msgspec

from nguon.archive.folder import Folder
from nguon.tlog.anchors.errors import AnchorError
from nguon.tlog.anchors.model import Stated, Token, stated

_FOLDER = "anchors"
_NOTE = re.compile(r"(0|[1-9][0-9]{0,18})\.note")
_CARRIED = re.compile(r"(?:0|[1-9][0-9]{0,18})-[0-9a-f]{16}\.json")


class Kept(msgspec.Struct, frozen=True):
    """A checkpoint that was to be anchored, and its timestamp where there is one."""

    size: int
    note: bytes
    token: Token | None

    @property
    def stated(self) -> Stated:
        """What its note states; raises `AnchorError`."""
        return stated(self.note)


def keep_note(folder: Folder, note: bytes) -> bytes:
    """Keep a checkpoint to be anchored, and the note kept for its size, which may be older.

    Raises `ConflictError` where another checkpoint of this size is kept.
    """
    told = stated(note)
    path = f"{_FOLDER}/{told.checkpoint.size}.note"
    before = folder.get(path)
    if before is not None and stated(before).text == told.text:
        return before
    folder.put(path, note)
    folder.sync()
    return note


def keep_token(folder: Folder, note: bytes, token: Token) -> None:
    """Keep the timestamp of a checkpoint beside its note; the first stays."""
    path = f"{_FOLDER}/{stated(note).checkpoint.size}.tsr"
    if folder.get(path) is None:
        folder.put(path, token.octets)
        folder.sync()


def kept(folder: Folder) -> list[Kept]:
    """Every checkpoint kept to be anchored, from the smallest."""
    sizes = sorted(int(found[1]) for name in _names(folder) if (found := _NOTE.fullmatch(name)))
    return [one for size in sizes if (one := kept_at(folder, size)) is not None]


def kept_at(folder: Folder, size: int) -> Kept | None:
    """The checkpoint of this size; None too where a power cut took its content."""
    note = folder.get(f"{_FOLDER}/{size}.note") or b""
    try:
        stated(note)
    except AnchorError:
        return None
    token = folder.get(f"{_FOLDER}/{size}.tsr")
    return Kept(size, note, Token("rfc3161", token) if token else None)


def last_stamped(folder: Folder) -> Kept | None:
    """The largest checkpoint with a timestamp."""
    sizes = {int(name[:-4]) for name in _names(folder) if name.endswith(".tsr")}
    found = (kept_at(folder, size) for size in sorted(sizes, reverse=True))
    return next((one for one in found if one is not None and one.token is not None), None)


def stamped(folder: Folder, covering: int, most: int) -> Kept | None:
    """The smallest checkpoint with a timestamp that has so many entries at least; where there
    is none the largest. One with more than ``most`` never.
    """
    sizes = [int(name[:-4]) for name in _names(folder) if name.endswith(".tsr")]
    fitting = sorted(size for size in sizes if size <= most)
    chosen = sorted(fitting, key=lambda size: (size < covering, abs(size - covering)))
    found = (kept_at(folder, size) for size in chosen)
    return next((one for one in found if one is not None and one.token is not None), None)


def carried_paths(folder: Folder) -> list[str]:
    """Where the proofs from elsewhere lie."""
    return sorted(f"{_FOLDER}/{name}" for name in _names(folder) if _CARRIED.fullmatch(name))


def _names(folder: Folder) -> Iterator[str]:
    place = folder.path / _FOLDER
    return (each.name for each in place.iterdir()) if place.is_dir() else iter(())
