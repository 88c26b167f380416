# SPDX-License-Identifier: Apache-2.0
"""Marks of entries about more than a thousand things: files beside the tiles, each named by the
hash that the entry has of it.
"""

import logging
from collections.abc import Iterator, Sequence
from hashlib import sha256

import msgspec
from sqlalchemy import select

from nguon.archive.folder import Folder
from nguon.base.base64url import url_octets, url_text
from nguon.store import Store
from nguon.store import leaf as leaves_of_events
from nguon.store.access_tables import erased_mark
from nguon.store.packing import unpack_items
from nguon.store.schema import event, log

_LOG = logging.getLogger(__name__)
_ROOT = b'"subjects_root":"'


class _Rooted(msgspec.Struct):
    subjects_root: str


def keep(store: Store, folder: Folder, first: int, leaves: Sequence[bytes]) -> None:
    """Write the marks of those among these entries (from number ``first`` on) that have a hash
    of them alone; what is there stays.

    Of an entry whose content was erased before, the marks are kept for this. One whose marks
    cannot be told, as after damage, gets no file, and whoever mirrors the log misses it.
    """
    roots = {
        first + at: root
        for at, leaf in enumerate(leaves)
        if _ROOT in leaf and folder.get(_path(root := _root(leaf))) is None
    }
    for seq, marks in _marks(store, sorted(roots)):
        hashed = sha256("".join(marks).encode()).digest()
        if url_text(hashed) == roots[seq]:
            folder.put(_path(roots[seq]), msgspec.json.encode(marks))
            del roots[seq]
    for seq in roots:
        _LOG.error("entry %d: the marks of its things cannot be told any more", seq)


def _root(leaf: bytes) -> str:
    return msgspec.json.decode(leaf, type=_Rooted).subjects_root


def _path(root: str) -> str:
    octets = url_octets(root)
    return f"subjects/{(octets or b'').hex()}"


def _marks(store: Store, numbers: Sequence[int]) -> Iterator[tuple[int, Sequence[str]]]:
    """The marks of entries, a few entries at a time; of none that are about no event."""
    for at in range(0, len(numbers), 500):
        some = log.c.seq.in_(numbers[at : at + 500])
        with store.reading() as connection:
            kept = connection.execute(_ITEMS.where(some)).all()
            erased = connection.execute(_ERASED.where(some)).all()
        for row in kept:
            items = unpack_items(bytes(row.item_list))
            yield row.seq, leaves_of_events.subjects(items, store.secret)
        found: dict[int, list[str]] = {}
        for seq, mark in erased:
            found.setdefault(seq, []).append(mark)
        yield from ((seq, sorted(marks)) for seq, marks in found.items())


_ITEMS = (
    select(log.c.seq, event.c.item_list)
    .join(event, event.c.id == log.c.event)
    .where(event.c.item_list.is_not(None))
)
_ERASED = select(log.c.seq, erased_mark.c.mark).join(
    erased_mark, erased_mark.c.event == log.c.event
)
