# SPDX-License-Identifier: Apache-2.0
"""The log as it runs, beside what no log can do without: a hash of the entry, one of a node, and
one durable write a batch.

Entries of 300 octets, in the database already; processor time, the median of turns that floor and
log take one after the other.
"""

import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from statistics import median

from bench.report import Row
from nguon.archive.auditing import audit_folder
from nguon.archive.folder import Folder
from nguon.store import Store, open_store
from nguon.store.values import EntryKind
from nguon.tlog.auditing import check_rows
from nguon.tlog.growth import Tree, put, written
from nguon.tlog.model import LogFiles
from nguon.tlog.recovery import BATCH
from nguon.tlog.service import Tlog
from nguon.transparency.hashing import HASH_LENGTH
from nguon.transparency.tiles import WIDTH

LENGTH, ENTRIES = 300, 4 * BATCH
SMALL, BATCHES = 2000, 25
_TURNS = 3
_UNIT = "entries/s"

Lists = Sequence[Sequence[bytes]]


def rows(name: str, url: str, folder: Path) -> Iterator[Row]:
    """Signing what is recorded, in batches large and small; reading all of it again."""
    with open_store(url) as store:
        tlog = made(store, folder / f"log-{name}")
        entries = [secrets.token_bytes(LENGTH) for _ in range(ENTRIES)]
        for size in (BATCH, SMALL):
            lists = [entries[at : at + size] for at in range(0, ENTRIES, size)][:BATCHES]
            yield from _growing(name, tlog, lists, folder)
        yield from _audited(name, tlog)
        tlog.close()


def made(store: Store, folder: Path) -> Tlog:
    """A log in a folder, its first checkpoint signed."""
    files = LogFiles(folder / "log", folder / "state.sqlite", folder / "key", folder / "policy")
    tlog = Tlog(store, files, "https://bench.example")
    tlog.turn()
    return tlog


def add(store: Store, entries: Sequence[bytes]) -> None:
    """Put entries into the database."""
    with store.transaction() as connection:
        store.log.add_entries(connection, [(EntryKind.MAP, entry) for entry in entries])


def _growing(name: str, tlog: Tlog, lists: Lists, folder: Path) -> Iterator[Row]:
    count, size = sum(map(len, lists)), len(lists[0])
    turns = [
        (
            _processor(partial(_floor, lists, folder / "floor")),
            _processor(partial(_put, lists, _new(folder))),
            _processor(partial(_grow, lists, _new(folder))),
        )
        for _ in range(_TURNS)
    ]
    floor, once, twice = (count / median(spent) for spent in zip(*turns, strict=True))
    kind = "hashing and one durable write a batch"
    yield Row(f"Log: entries into durable tiles, {size:,} a batch", once, _UNIT, floor, kind)
    what = f"Log: the same, read back and computed twice, {size:,} a batch"
    yield Row(what, twice, _UNIT, floor, kind)
    spent = 0.0
    for some in lists:
        add(tlog.store, some)
        spent += _processor(tlog.turn)
    what = f"Log: recorded to signed, {name}, {size:,} a batch"
    yield Row(what, count / spent, _UNIT, floor, kind)


def _audited(name: str, tlog: Tlog) -> Iterator[Row]:
    shard, signed = tlog.current(), tlog.turn()
    folder, size = tlog.folder(shard), signed.size
    entries = list(folder.entries(0, size))
    floor = size / _processor(partial(_hashes, entries))
    files = size / _processor(lambda: list(audit_folder(folder, size, signed.root)))
    yield Row("Log: all files read again", files, _UNIT, floor, "hashing")
    both = size / _processor(lambda: list(check_rows(tlog.store, folder, shard, size)))
    whole = 1 / (1 / files + 1 / both)
    yield Row(f"Log: files and rows read again, {name}", whole, _UNIT, floor, "hashing")


def _put(lists: Lists, files: Folder) -> None:
    tree = Tree()
    for some in lists:
        edge = put(files, tree, some, anew=False)
        held = (*tree.tail, *some)
        tree = Tree(edge, tail=held[len(held) - edge.size % WIDTH :])


def _grow(lists: Lists, files: Folder) -> None:
    tree = Tree()
    for some in lists:
        tree = written(files, tree, some, anew=False)


def _new(folder: Path) -> Folder:
    return Folder(folder / secrets.token_hex(4))


def _floor(lists: Lists, path: Path) -> None:
    path.unlink(missing_ok=True)
    opened = os.open(path, os.O_CREAT | os.O_WRONLY)
    for some in lists:
        _hashes(some)
        os.write(opened, b"".join(some))
        os.fdatasync(opened)
    os.close(opened)


def _hashes(entries: Sequence[bytes]) -> None:
    for entry in entries:
        sha256(entry).digest()
    pair = bytes(1 + 2 * HASH_LENGTH)
    for _ in entries:
        sha256(pair).digest()


def _processor(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin
