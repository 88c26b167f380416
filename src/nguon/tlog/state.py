# SPDX-License-Identifier: Apache-2.0
"""What was signed, in a file of its own outside the database: one row a shard, moved by
compare-and-swap.

Whoever signs holds the file beside it (`Held`) for life. Each change is on disk
before the call returns. The file is never to be restored from a backup: what it
says is what others have seen.
"""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nguon.tlog.errors import LogBusyError, LogError, RefusedError, files_at
from nguon.tlog.model import Shard, Signed
from nguon.transparency.hashing import EMPTY_ROOT

_TABLE = """CREATE TABLE IF NOT EXISTS shard (
number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, origin TEXT NOT NULL,
first INTEGER NOT NULL, inception INTEGER NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,
time INTEGER NOT NULL, note BLOB, witnessed BLOB) STRICT"""
_SIGNED = "SELECT size, root, note, time FROM shard WHERE number = ?"
_MOVE = """UPDATE shard SET size = :size, root = :root, note = :note, time = :time
WHERE number = :number AND size = :old_size AND root = :old_root AND size <= :size"""


class State:
    """The file; safe for use from many threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def there(self) -> bool:
        """Whether the file has any shard."""
        return self._kept() and bool(self._read("SELECT 1 FROM shard LIMIT 1", ()))

    def shards(self) -> list[Shard]:
        """The shards that it knows, in order; where one ends is not said."""
        if not self._kept():
            return []
        query = "SELECT number, name, origin, first FROM shard ORDER BY number"
        return [Shard(*row) for row in self._read(query, ())]

    def begin(self, shard: Shard, now: int) -> None:
        """Add a shard of which nothing is signed; one that is there the same way stays."""
        values = (shard.number, shard.name, shard.origin, shard.first, now, EMPTY_ROOT)
        with self._writing() as connection:
            unsigned = "DELETE FROM shard WHERE number = ? AND note IS NULL"
            connection.execute(unsigned, (shard.number,))
            insert = "INSERT INTO shard VALUES (?, ?, ?, ?, ?, 0, ?, 0, NULL, NULL)"
            connection.execute(insert, values)

    def signed(self, number: int) -> Signed | None:
        """What was signed of a shard; None where nothing was.

        Raises `RefusedError` where the shard is unknown.
        """
        size, root, note, time = self.reached(number)
        return None if note is None else Signed(size, root, note, time)

    def last(self, number: int) -> Signed:
        """The same of a shard that was signed; raises `RefusedError`."""
        found = self.signed(number)
        if found is None:
            raise RefusedError("tlog.state-lost", path=str(self.path))
        return found

    def reached(self, number: int) -> tuple[int, bytes, bytes | None, int]:
        """Size, root, note and time of a shard, of nothing if nothing was signed.

        Raises `RefusedError` where the shard is unknown.
        """
        found = self._read(_SIGNED, (number,)) if self._kept() else []
        if not found:
            raise RefusedError("tlog.state-lost", path=str(self.path))
        size, root, note, time = found[0]
        return size, root, note, time

    def move(self, number: int, before: tuple[int, bytes], signed: Signed) -> None:
        """Put what was signed in the place of what was there; raises `RefusedError` where
        that is not what was signed before.
        """
        values = {"number": number, "old_size": before[0], "old_root": before[1]}
        values |= {"size": signed.size, "root": signed.root, "note": signed.note}
        with self._writing() as connection:
            moved = connection.execute(_MOVE, values | {"time": signed.time}).rowcount
        if moved != 1:
            raise RefusedError("tlog.overtaken", size=before[0])

    def witnessed(self, number: int) -> bytes | None:
        """The newest note that was kept as witnessed."""
        found = self._read("SELECT witnessed FROM shard WHERE number = ?", (number,))
        return found[0][0] if found else None

    def keep_witnessed(self, number: int, note: bytes) -> None:
        """Keep a witnessed note."""
        with self._writing() as connection:
            connection.execute("UPDATE shard SET witnessed = ? WHERE number = ?", (note, number))

    def inception(self, number: int) -> int:
        """When a shard was begun, seconds since 1970; 0 where it is unknown."""
        found = self._read("SELECT inception FROM shard WHERE number = ?", (number,))
        return found[0][0] if found else 0

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def _kept(self) -> bool:
        with files_at(self.path):
            return self.path.is_file()

    def _read(self, query: str, values: tuple[Any, ...]) -> list[Any]:
        with self._translated(), self._lock:
            return self._opened().execute(query, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._translated(), self._lock:
            connection = self._opened()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            path = str(self.path)
            raise LogError("tlog.state-unreadable", path=path, reason=str(error)) from error

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            made = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            made.execute("PRAGMA busy_timeout = 10000")
            made.execute("PRAGMA synchronous = FULL")
            made.execute(_TABLE)
            self._connection = made
        return self._connection


class Held:
    """The right to sign, for one process at a time: a lock on a file beside the state's."""

    def __init__(self, state: Path) -> None:
        self._path = state.with_name(f"{state.name}.lock")
        self._file: int | None = None

    def take(self) -> None:
        """Take it or have it already.

        Raises `LogBusyError` where another process has it, `LogError` where that cannot be told.
        """
        if self._file is not None:
            return
        with files_at(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                os.close(file)
                raise LogBusyError("tlog.elsewhere", path=str(self._path)) from error
            except OSError:
                os.close(file)
                raise
        self._file = file

    @property
    def ours(self) -> bool:
        """Whether it is taken."""
        return self._file is not None

    def leave(self) -> None:
        """Give it back."""
        if self._file is not None:
            os.close(self._file)
        self._file = None
