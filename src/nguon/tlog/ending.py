# SPDX-License-Identifier: Apache-2.0
"""How a shard ends: a head of its map over all its entries, the closing statement, and no more.

The map's file takes only what is signed; what is not yet signed might still be lost with the
database, so that what the head is over those entries is worked out beside it.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from nguon.archive.errors import ArchiveError
from nguon.archive.folder import Folder
from nguon.archive.maps import MapFile
from nguon.base.gently import gently
from nguon.store import Store
from nguon.tlog import subjects
from nguon.tlog.model import LogFiles, Shard
from nguon.tlog.recovery import leaves_of
from nguon.transparency.completeness import MapHead
from nguon.transparency.errors import ProofError
from nguon.transparency.growing import Edge, grow, read_edge
from nguon.transparency.hashing import leaf_hashes

LAST = 2
"""Entries of a shard that ended which its last head does not cover: itself, and the closing
statement. Both mark nothing."""
BATCH = 5000
"""Entries of a transaction of the map: requests wait while one is prepared."""


def map_path(files: LogFiles, shard: Shard) -> Path:
    """Where the map of a shard lies."""
    return files.folder / f"{shard.name}.map.sqlite"


class Ending:
    """What a shard that ends needs; used by one thread."""

    def __init__(self, store: Store, files: LogFiles, folder: Folder, shard: Shard) -> None:
        self.shard = shard
        self._store, self._folder = store, folder
        self._map = MapFile(map_path(files, shard), shard.origin, batch=BATCH)

    def close(self) -> None:
        """Close the map."""
        self._map.close()

    def catch_up(self, size: int) -> None:
        """Take the first ``size`` entries, which are signed, before anybody has to wait.

        Another process may do the same. Raises `ArchiveError`, `ProofError`.
        """
        while (start := self._map.size) < size:
            entries = enumerate(gently(self._folder.entries(start, size)), start)
            try:
                self._map.advance(entries, size, self._subjects)
            except ArchiveError:
                if self._map.size == start:
                    raise

    def head(self, last: int) -> MapHead:
        """The head over all entries up to this number, while nobody can add one.

        Raises `ArchiveError`, `RefusedError` where an entry is missing.
        """
        start, end = self._map.size, last + 1 - self.shard.first
        return self._map.foreseen(self._entries(start, end), end, self._subjects)

    def final(self, signed: tuple[int, bytes], last: int, added: Sequence[bytes]) -> Edge:
        """The edge of the whole shard: what was signed, what was not yet up to the number
        ``last``, and what is added. Raises `ProofError` where files are not what was signed.
        """
        size, root = signed
        edge = read_edge(size, self._folder.read)
        if edge.root() != root:
            raise ProofError("transparency.tiles-root", size=size)
        unsigned = leaves_of(self._store, self.shard, size, last + 1 - self.shard.first)
        return grow(edge, leaf_hashes([*unsigned, *added])).edge

    def _entries(self, start: int, end: int) -> Iterator[tuple[int, bytes]]:
        """From the database, with the files of marks that the sequencer has not written yet."""
        for first in range(start, end, BATCH):
            leaves = leaves_of(self._store, self.shard, first, min(first + BATCH, end))
            subjects.keep(self._store, self._folder, self.shard.first + first, leaves)
            yield from enumerate(leaves, first)

    def _subjects(self, name: str) -> bytes | None:
        return self._folder.get(f"subjects/{name}")


@contextmanager
def ending_of(store: Store, files: LogFiles, folder: Folder, shard: Shard) -> Iterator[Ending]:
    """A shard's ending while the block lasts; raises `ArchiveError` where its map's file fails."""
    place = map_path(files, shard)
    try:
        with closing(Ending(store, files, folder, shard)) as ending:
            yield ending
    except (sqlite3.Error, OSError) as error:
        raise ArchiveError("archive.unwritable", path=place.name, reason=str(error)) from error
