# SPDX-License-Identifier: Apache-2.0
"""The tables of a map's file: lists of items, nodes of the map, roots by size.

All of it can be built again from the log. A node that a newer root does without is dropped
when no kept head needs it: the file grows with the lists, not with their history.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from nguon.transparency.hashing import HASH_LENGTH
from nguon.transparency.ranges import CompactRange, restored

_VERSION = 3
_TABLES = """
CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER, root BLOB);
CREATE TABLE head (size INTEGER PRIMARY KEY, root BLOB NOT NULL);
CREATE TABLE logged (entry INTEGER PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL);
CREATE TABLE item (mark BLOB PRIMARY KEY, size INTEGER, peaks BLOB) WITHOUT ROWID;
CREATE TABLE listed (mark BLOB, entry INTEGER, PRIMARY KEY (mark, entry)) WITHOUT ROWID;
CREATE TABLE entry (entry INTEGER PRIMARY KEY, leaf BLOB NOT NULL);
CREATE TABLE node (name BLOB PRIMARY KEY, size INTEGER, octets BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE gone (size INTEGER, name BLOB, PRIMARY KEY (size, name)) WITHOUT ROWID;
CREATE INDEX gone_name ON gone (name);
INSERT INTO state VALUES (1, 0, zeroblob(32));
"""
_PORTION = 500
_WAIT = 30.0
"""Seconds that a writer waits for another process's transaction."""

Listing = tuple[int, bytes]
"""Index in the log and leaf hash."""


class MapTables:
    """One connection to the file; used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(
            path, timeout=_WAIT, isolation_level=None, check_same_thread=False
        )
        self._db.execute("PRAGMA journal_mode=WAL")
        # What a crash of the machine takes away is built again from the log.
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA cache_size=-131072")
        self._db.execute("PRAGMA mmap_size=4294967296")
        self._prepare()

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction, undone where something fails."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One view of the file, whatever another process writes meanwhile."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("COMMIT")

    def state(self) -> tuple[int, bytes]:
        """How many entries are in, and the map's root."""
        size, root = self._db.execute("SELECT size, root FROM state").fetchone()
        return size, root

    def keep_state(self, size: int, root: bytes) -> None:
        self._db.execute("UPDATE state SET size = ?, root = ?", (size, root))

    def root_at(self, size: int) -> bytes | None:
        """The root that was kept for a size."""
        row = self._db.execute("SELECT root FROM head WHERE size = ?", (size,)).fetchone()
        return None if row is None else row[0]

    def keep_head(self, size: int, root: bytes) -> None:
        self._db.execute("INSERT OR REPLACE INTO head VALUES (?, ?)", (size, root))

    def keep_logged(self, heads: Iterable[tuple[int, int, bytes]], start: int, end: int) -> None:
        """All heads among these entries of the log: index of the entry, size, root."""
        self._db.execute("DELETE FROM logged WHERE entry >= ? AND entry < ?", (start, end))
        self._db.executemany("INSERT INTO logged VALUES (?, ?, ?)", heads)

    def logged(self, below: int) -> tuple[int, int, bytes] | None:
        """The newest of them among the first ``below`` entries."""
        row = self._db.execute(
            "SELECT entry, size, root FROM logged WHERE entry < ? ORDER BY entry DESC LIMIT 1",
            (below,),
        ).fetchone()
        return None if row is None else (row[0], row[1], row[2])

    def ranges(self, marks: Sequence[bytes]) -> dict[bytes, CompactRange]:
        """The lists of these items as they are, those that have one."""
        rows = self._portions("SELECT mark, size, peaks FROM item WHERE mark IN ", marks)
        return {mark: restored(size, _cut(peaks)) for mark, size, peaks in rows}

    def keep_ranges(self, ranges: Mapping[bytes, CompactRange]) -> None:
        rows = [(mark, each.size, b"".join(each.peaks)) for mark, each in ranges.items()]
        self._db.executemany("INSERT OR REPLACE INTO item VALUES (?, ?, ?)", rows)

    def keep_entries(self, entries: Iterable[Listing], listed: Iterable[tuple[bytes, int]]) -> None:
        """Leaf hashes of entries that mark something, and what each marks."""
        self._db.executemany("INSERT INTO entry VALUES (?, ?)", entries)
        self._db.executemany("INSERT INTO listed VALUES (?, ?)", listed)

    def listed(self, mark: bytes, below: int) -> list[Listing]:
        """The entries of an item among the first ``below`` of the log, in order."""
        return self._db.execute(
            "SELECT entry, leaf FROM listed JOIN entry USING (entry)"
            " WHERE mark = ? AND entry < ? ORDER BY entry",
            (mark, below),
        ).fetchall()

    def node(self, name: bytes) -> tuple[bytes, int] | None:
        """A row of nodes, and the size that first had it."""
        row = self._db.execute("SELECT octets, size FROM node WHERE name = ?", (name,)).fetchone()
        return None if row is None else (row[0], row[1])

    def nodes(self, names: Sequence[bytes]) -> dict[bytes, tuple[bytes, int]]:
        """Rows of nodes by name, each with the size that first had it."""
        rows = self._portions("SELECT name, size, octets FROM node WHERE name IN ", sorted(names))
        return {name: (octets, size) for name, size, octets in rows}

    def keep_nodes(self, size: int, rows: Mapping[bytes, bytes], gone: Mapping[bytes, int]) -> None:
        """New rows of nodes, and those that a map of ``size`` entries and more does without."""
        # Sorted, neighbours in the file are written one after the other.
        kept = sorted((name, size, octets) for name, octets in rows.items())
        self._db.executemany("INSERT OR IGNORE INTO node VALUES (?, ?, ?)", kept)
        # A leaf may come back to a row of its own.
        if self._db.execute("SELECT 1 FROM gone LIMIT 1").fetchone():
            self._db.executemany("DELETE FROM gone WHERE name = ?", ((each[0],) for each in kept))
        (newest,) = self._db.execute("SELECT coalesce(max(size), -1) FROM head").fetchone()
        passing = sorted((name,) for name, first in gone.items() if first > newest)
        self._db.executemany("DELETE FROM node WHERE name = ?", passing)
        needed = [(size, name) for name, first in gone.items() if first <= newest]
        self._db.executemany("INSERT INTO gone VALUES (?, ?)", needed)

    def forget(self, below: int) -> None:
        """Drop heads of fewer entries than ``below``, and the nodes that only they need."""
        self._db.execute("DELETE FROM head WHERE size < ?", (below,))
        (oldest,) = self._db.execute(
            "SELECT min(size) FROM (SELECT size FROM head UNION SELECT size FROM state)"
        ).fetchone()
        names = self._db.execute(
            "SELECT name FROM gone WHERE size <= ? ORDER BY name", (oldest,)
        ).fetchall()
        self._db.executemany("DELETE FROM node WHERE name = ?", names)
        self._db.execute("DELETE FROM gone WHERE size <= ?", (oldest,))

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        names = ("head", "logged", "item", "listed", "entry", "node", "gone")
        return {
            name: self._db.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608
            for name in names
        }

    def _prepare(self) -> None:
        with self.writing():
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version == _VERSION:
                return
            for name in ("state", "head", "logged", "item", "listed", "entry", "node", "gone"):
                self._db.execute(f"DROP TABLE IF EXISTS {name}")
            for statement in filter(str.strip, _TABLES.split(";")):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version={_VERSION}")

    def _portions(self, query: str, keys: Sequence[bytes]) -> Iterator[tuple[bytes, int, bytes]]:
        for at in range(0, len(keys), _PORTION):
            part = keys[at : at + _PORTION]
            yield from self._db.execute(f"{query}({','.join('?' * len(part))})", part)


def _cut(packed: bytes) -> Iterator[bytes]:
    return (packed[at : at + HASH_LENGTH] for at in range(0, len(packed), HASH_LENGTH))
