# SPDX-License-Identifier: Apache-2.0
"""The map of a log kept in a file: what each item's list is, under one root for each head.

The operator and every mirror run this same code over the same entries. However they are
portioned, equal entries give equal roots.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from threading import RLock

from nguon.archive.errors import ArchiveError
from nguon.archive.map_file import MapTables
from nguon.archive.map_growing import grown
from nguon.archive.map_marks import Subjects, mark_octets, marks_of
from nguon.archive.map_nodes import Rows
from nguon.transparency.completeness import HEAD, Listed, MapHead, commitment, read_map_head
from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import leaf_hash
from nguon.transparency.maps.nodes import mark_path
from nguon.transparency.maps.proofs import MapProof, prove
from nguon.transparency.ranges import CompactRange

BATCH = 20_000
"""Entries of a transaction."""
_MARKS = 100_000
"""Marks after which a transaction ends early."""

HEAD_LINE = f"{HEAD}\n".encode()
"""How an entry begins that is a map's head."""

Entry = tuple[int, bytes]
"""Index in the log and octets."""


class MapFile:
    """A map in a file that may be deleted: it is built again from the log.

    Several threads may use it; between processes only one advances it.
    """

    def __init__(self, path: Path, origin: str, *, batch: int = BATCH) -> None:
        self.origin = origin
        self._batch = batch
        self._lock = RLock()
        self._tables = MapTables(path)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._tables.close()

    @property
    def size(self) -> int:
        """How many entries of the log are in: the index of the next."""
        with self._lock:
            return self._tables.state()[0]

    def advance(
        self, entries: Iterable[Entry], upto: int, subjects: Subjects, *, batch: int | None = None
    ) -> MapHead:
        """Take the entries from `size` on up to ``upto``, and keep the head.

        ``batch``: entries of a transaction this time, where another number is better.
        Raises `ArchiveError`: ``archive.map-order`` where entries are missing, what
        `nguon.archive.map_marks` refuses; all batches before the fault stay taken.
        """
        waiting, most = iter(entries), batch or self._batch
        with self._lock:
            size, root = self._tables.state()
            if upto < size:
                raise ArchiveError("archive.map-order", index=upto, wanted=size)
            while size < upto:
                with self._tables.writing():
                    # Another process may have taken some meanwhile.
                    taken = _Batch(*self._tables.state(), self._tables, self.origin)
                    taken.take(islice(waiting, min(most, upto - size)), subjects)
                    if not taken.entries:
                        raise ArchiveError("archive.map-order", index=size, wanted=upto)
                    size, root = taken.keep()
            with self._tables.writing():
                self._tables.keep_head(size, root)
        return MapHead(self.origin, size, root)

    def foreseen(self, entries: Iterable[Entry], upto: int, subjects: Subjects) -> MapHead:
        """The head that `advance` would give; the file stays as it is.

        For entries that may still be taken back. Raises likewise.
        """
        waiting = iter(entries)
        with self._lock, suppress(_TakenBackError), self._tables.writing():
            size, root = self._tables.state()
            while size < upto:
                taken = _Batch(size, root, self._tables, self.origin)
                taken.take(islice(waiting, min(self._batch, upto - size)), subjects)
                if not taken.entries:
                    raise ArchiveError("archive.map-order", index=size, wanted=upto)
                size, root = taken.keep()
            raise _TakenBackError
        return MapHead(self.origin, size, root)

    def head(self, size: int) -> MapHead | None:
        """The head that was kept for so many entries."""
        with self._lock:
            root = self._tables.root_at(size)
        return None if root is None else MapHead(self.origin, size, root)

    def logged(self, below: int) -> tuple[int, MapHead] | None:
        """The newest head of this log that is among its first ``below`` entries, and its index.

        Known once the map has taken that entry, or by `note_logged`. What it states is not
        compared here.
        """
        with self._lock:
            found = self._tables.logged(below)
        return None if found is None else (found[0], MapHead(self.origin, found[1], found[2]))

    def note_logged(self, index: int, head: MapHead) -> None:
        """A head was put into the log as this entry."""
        with self._lock, self._tables.writing():
            self._tables.keep_logged([(index, head.size, head.root)], index, index + 1)

    def prove(self, mark: bytes, size: int) -> MapProof:
        """What an item has under the head of this size.

        Raises `ArchiveError` ``archive.no-map-head``, `ProofError` for a damaged file.
        """
        with self._lock, self._tables.reading():
            root = self._tables.root_at(size)
            if root is None:
                raise ArchiveError("archive.no-map-head", size=size)
            return prove(root, mark_path(mark), Rows(self._tables.node).load)

    def list(self, mark: bytes, size: int) -> Sequence[Listed]:
        """All entries of an item among the first ``size`` of the log, in order."""
        with self._lock:
            return [Listed(index, leaf) for index, leaf in self._tables.listed(mark, size)]

    def forget(self, below: int) -> None:
        """Drop heads of fewer entries than ``below``, and what only they need."""
        with self._lock, self._tables.writing():
            self._tables.forget(below)

    def counts(self) -> dict[str, int]:
        """Rows of each table of the file."""
        with self._lock:
            return self._tables.counts()


class _TakenBackError(Exception):
    """What was taken is not to be kept."""


class _Batch:
    """Entries of one transaction, gathered by what they mark."""

    def __init__(self, size: int, root: bytes, tables: MapTables, origin: str) -> None:
        self._first, self._root, self._tables = size, root, tables
        self._origin = origin
        self._logged: list[tuple[int, int, bytes]] = []
        self._marked: dict[str, list[int]] = {}
        self._hashes: dict[int, bytes] = {}
        self._leaves: list[Entry] = []
        self._marks = 0
        self.entries = 0

    def take(self, entries: Iterator[Entry], subjects: Subjects) -> None:
        for index, octets in entries:
            if index != self._first + self.entries:
                raise ArchiveError(
                    "archive.map-order", index=index, wanted=self._first + self.entries
                )
            self.entries += 1
            marks = marks_of(index, octets, subjects)
            if marks:
                self._list(index, octets, marks)
            elif octets.startswith(HEAD_LINE):
                self._head(index, octets)
            if self._marks >= _MARKS:
                return

    def _head(self, index: int, octets: bytes) -> None:
        with suppress(ProofError):
            head = read_map_head(octets)
            if head.origin == self._origin:
                self._logged.append((index, head.size, head.root))

    def _list(self, index: int, octets: bytes, marks: list[str]) -> None:
        leaf = leaf_hash(octets)
        self._leaves.append((index, leaf))
        self._hashes[index] = Listed(index, leaf).hash
        self._marks += len(marks)
        marked = self._marked
        for mark in marks:
            try:
                marked[mark].append(index)
            except KeyError:
                marked[mark] = [index]

    def keep(self) -> tuple[int, bytes]:
        """Write what was taken; the size and root afterwards."""
        size = self._first + self.entries
        # In order: neighbours in the file are read and written one after the other.
        found = {mark_octets(at[0], mark): at for mark, at in self._marked.items()}
        marked = {mark: found[mark] for mark in sorted(found)}
        tables = self._tables
        old = tables.ranges(list(marked))
        hashes = self._hashes
        new = {
            mark: old.get(mark, _EMPTY).extended([hashes[index] for index in at])
            for mark, at in marked.items()
        }
        listed = ((mark, index) for mark, at in marked.items() for index in at)
        tables.keep_entries(self._leaves, listed)
        tables.keep_ranges(new)
        tables.keep_logged(self._logged, self._first, size)
        root = self._grown(size, {mark_path(mark): commitment(kept) for mark, kept in new.items()})
        tables.keep_state(size, root)
        return size, root

    def _grown(self, size: int, values: dict[bytes, bytes]) -> bytes:
        done = grown(self._root, values, self._tables.nodes)
        self._tables.keep_nodes(size, done.rows, done.gone)
        return done.root


_EMPTY = CompactRange()
