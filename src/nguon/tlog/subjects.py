# SPDX-License-Identifier: Apache-2.0
"""Marks of entries about more than a thousand things: files beside the tiles, each named by the
hash that the entry has of it.
"""

import logging
from collections.abc import Sequence
from hashlib import sha256

import msgspec
from sqlalchemy import select

from nguon.archive.folder import Folder
from nguon.evidence.spelling import url_octets, url_text
from nguon.store import Store
from nguon.store import leaf as leaves_of_events
from nguon.store.packing import unpack_items
from nguon.store.schema import event, log

_LOG = logging.getLogger(__name__)
_ROOT = b'"subjects_root":"'


class _Rooted(msgspec.Struct):
    subjects_root: str


def keep(store: Store, folder: Folder, first: int, leaves: Sequence[bytes]) -> None:
    """Write the marks of those among these entries (from number ``first`` on) that have a hash
    of them alone.

    An entry whose content was erased before gets no file; whoever mirrors the log misses it.
    """
    roots = {
        first + at: root
        for at, leaf in enumerate(leaves)
        if _ROOT in leaf and folder.get(_path(root := _root(leaf))) is None
    }
    for seq, items in _items(store, sorted(roots)).items():
        marks = leaves_of_events.subjects(unpack_items(items), store.secret)
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


def _items(store: Store, numbers: Sequence[int]) -> dict[int, bytes]:
    """The packed items of entries whose events have them still, a few at a time."""
    found: dict[int, bytes] = {}
    joined = select(log.c.seq, event.c.item_list).join(event, event.c.id == log.c.event)
    for at in range(0, len(numbers), 500):
        some = numbers[at : at + 500]
        query = joined.where(log.c.seq.in_(some), event.c.item_list.is_not(None))
        with store.reading() as connection:
            found |= {row.seq: bytes(row.item_list) for row in connection.execute(query)}
    return found
