# SPDX-License-Identifier: Apache-2.0
"""What a witness must never forget: for each log its keys, and the last tree it cosigned.

One SQLite file. It is written before a cosignature leaves the house, and never restored
from a backup: a witness that remembers less than it signed can be made to sign a fork.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from nguon.transparency.hashing import EMPTY_ROOT
from nguon.transparency.keys import Key, Kind, read_key
from nguon.transparency.notes import Keys, known
from nguon.transparency.policies import vkey
from nguon.transparency.witnessing import Last
from nguon.witness.errors import KeeperError

_WAIT = 5.0
"""Seconds to wait for another process that writes."""
_TABLES = """
CREATE TABLE log (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL,
    time INTEGER NOT NULL, note BLOB NOT NULL
) STRICT;
CREATE TABLE key (
    vkey TEXT PRIMARY KEY, origin TEXT NOT NULL REFERENCES log, retired INTEGER NOT NULL
) STRICT;
"""


class Watched(msgspec.Struct, frozen=True):
    """A log under watch."""

    origin: str
    size: int
    time: int
    """Of the last cosignature, seconds since 1970; 0 before the first."""
    active: tuple[str, ...]
    """Verifier keys whose signature counts."""
    retired: tuple[str, ...]


def absent(path: Path) -> None:
    """Make sure that there is no state yet; raises `KeeperError`."""
    if path.exists():
        raise KeeperError("witness.state-exists", path=str(path))


def create(path: Path) -> None:
    """An empty state file; raises `KeeperError` where a file is there already."""
    absent(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(f"BEGIN; {_TABLES} COMMIT;")


class State:
    """The state file, for one thread at a time; several processes may share it."""

    def __init__(self, path: Path) -> None:
        """Raises `KeeperError` where there is no file: what was signed would be unknown."""
        if not path.is_file():
            raise KeeperError("witness.state-missing", path=str(path))
        self._db = sqlite3.connect(
            path, timeout=_WAIT, isolation_level=None, check_same_thread=False
        )
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA foreign_keys=ON")
        self._rows: list[tuple[str, str, int]] = []
        self._keys: dict[str, Keys] = {}

    def close(self) -> None:
        """Ends the use of the file."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One atomic step that no other process writes into; durable when it ends well."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def keys(self) -> Mapping[str, Keys]:
        """The active keys of each log; none of a log whose keys are all retired."""
        rows = self._db.execute("SELECT origin, vkey, retired FROM key").fetchall()
        if rows != self._rows:
            found: dict[str, list[Key]] = {}
            for origin, text, retired in rows:
                found.setdefault(origin, []).extend([] if retired else [read_key(text)])
            self._keys = {origin: known(keys) for origin, keys in found.items()}
            self._rows = rows
        return self._keys

    def last(self, origin: str) -> Last:
        """What was cosigned last for a log that is known."""
        row = self._db.execute("SELECT size, root FROM log WHERE origin = ?", (origin,)).fetchone()
        return Last(*row)

    def time(self, origin: str) -> int:
        """When that was, in seconds since 1970; 0 before the first time."""
        row = self._db.execute("SELECT time FROM log WHERE origin = ?", (origin,)).fetchone()
        return int(row[0])

    def keep(self, origin: str, last: Last, time: int, note: bytes) -> None:
        """Replace what was cosigned last; only within `writing`."""
        self._db.execute(
            "UPDATE log SET size = ?, root = ?, time = ?, note = ? WHERE origin = ?",
            (last.size, last.root, time, note, origin),
        )

    def note(self, origin: str) -> bytes:
        """The last cosigned note of a log; empty before the first."""
        row = self._db.execute("SELECT note FROM log WHERE origin = ?", (origin,)).fetchone()
        return bytes(row[0])

    def watched(self) -> list[Watched]:
        """Every log, by name."""
        keys = self._db.execute("SELECT origin, vkey, retired FROM key ORDER BY rowid").fetchall()
        return [
            Watched(
                origin,
                size,
                time,
                tuple(key for of, key, retired in keys if of == origin and not retired),
                tuple(key for of, key, retired in keys if of == origin and retired),
            )
            for origin, size, time in self._db.execute(
                "SELECT origin, size, time FROM log ORDER BY origin"
            )
        ]

    def add(self, text: str) -> str:
        """Trust a log's verifier key, its first or one more; gives the origin.

        Raises `NoteError` for what is no log's key, `KeeperError` for a key that was retired.
        """
        key = vkey(text, Kind.SIGNATURE)
        with self.writing():
            known([*self.keys().get(key.name, {}).values(), key])
            row = self._db.execute("SELECT retired FROM key WHERE vkey = ?", (text,)).fetchone()
            if row and row[0]:
                raise KeeperError("witness.key-retired", key=text)
            self._db.execute(
                "INSERT OR IGNORE INTO log VALUES (?, 0, ?, 0, x'')", (key.name, EMPTY_ROOT)
            )
            self._db.execute("INSERT OR IGNORE INTO key VALUES (?, ?, 0)", (text, key.name))
        return key.name

    def retire(self, text: str) -> None:
        """Trust a key no more, for good; raises `KeeperError` for a key that is unknown."""
        with self.writing():
            done = self._db.execute("UPDATE key SET retired = 1 WHERE vkey = ?", (text,))
            if not done.rowcount:
                raise KeeperError("witness.key-unknown", key=text)
