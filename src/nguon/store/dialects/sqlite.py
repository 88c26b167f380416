# SPDX-License-Identifier: Apache-2.0
"""SQLite: write-ahead log, every commit on disk, one writer at a time."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Insert,
    String,
    Table,
    bindparam,
    column,
    create_engine,
    event,
    func,
    text,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.sql.elements import KeyedColumnElement

from nguon.store.dialects import Failure, Row, driver_error

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 30000",
    "PRAGMA cache_size = -16384",
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA temp_store = MEMORY",
)


class Sqlite:
    """See `nguon.store.dialects.Dialect`."""

    name = "sqlite"

    def connect(self, url: URL) -> Engine:
        path = Path(url.database or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        # The file holds the store's secret: nobody else reads it. One that is there is not opened:
        # closing it again would end the locks that this process holds on it (POSIX).
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        engine = create_engine(
            url,
            connect_args={"isolation_level": None, "check_same_thread": False},
            hide_parameters=True,
            pool_size=8,
            max_overflow=56,
        )
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
        return engine

    def reader(self, engine: Engine) -> Engine:
        return engine

    def hold_migrations(self, connection: Connection) -> None:
        """A write transaction is enough."""

    def plan_anew(self, connection: Connection) -> None:
        """Plans are made anew where a table has changed much."""

    def among(self, column: KeyedColumnElement[int], keys: Sequence[int]) -> ColumnElement[bool]:
        listed: BindParameter[str] = bindparam("listed", json.dumps(list(keys)), unique=True)
        return column.in_(_LISTED.bindparams(listed))

    def among_named(self, column: KeyedColumnElement[int], name: str) -> ColumnElement[bool]:
        listed = text(f"SELECT value FROM json_each(:{name})")  # noqa: S608 - our own names
        return column.in_(listed.bindparams(bindparam(name, type_=String)))

    def listed(self, keys: Iterable[int]) -> str:
        return json.dumps(list(keys))

    def known_digests(
        self, connection: Connection, digests: Sequence[bytes]
    ) -> Sequence[tuple[bytes, int, int]]:
        joined = b"".join(digests)
        found = connection.exec_driver_sql(_KNOWN_DIGESTS, (joined, joined))
        return [(row[0], row[1], row[2]) for row in found]

    def values(self, keys: Sequence[int], name: str) -> FromClause:
        return func.json_each(json.dumps(list(keys))).table_valued(
            column("value", BigInteger), name=name
        )

    def insert_ignoring(self, table: Table) -> Insert:
        return insert(table).on_conflict_do_nothing()

    def bulk_insert(self, connection: Connection, table: Table, rows: Sequence[Row]) -> None:
        if rows:
            connection.exec_driver_sql(_insert(table), rows)

    def leaves(self, connection: Connection, start: int, end: int) -> list[tuple[int, bytes]]:
        driver: Any = connection.connection.driver_connection
        found: list[tuple[int, bytes]] = driver.execute(_LEAVES, (start, end)).fetchall()
        return found

    @contextmanager
    def overwriting(self, connection: Connection, /) -> Iterator[None]:
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
        try:
            yield
        finally:
            connection.exec_driver_sql("PRAGMA secure_delete = OFF")

    def compact(self, engine: Engine, /) -> None:
        # Readers may hold the log back: then the next checkpoint does it.
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()

    def failure(self, error: BaseException) -> Failure:
        cause = driver_error(error)
        if isinstance(cause, sqlite3.IntegrityError):
            return Failure.AGAIN
        if isinstance(cause, sqlite3.DatabaseError | OSError):
            return Failure.UNAVAILABLE
        return Failure.REFUSED


_LEAVES = "SELECT seq, leaf FROM log WHERE seq >= ? AND seq < ? ORDER BY seq"
_LISTED = text("SELECT value FROM json_each(:listed)")
_KNOWN_DIGESTS = (
    "WITH RECURSIVE position(n) AS (SELECT 1 UNION ALL SELECT n + 32 FROM position"
    " WHERE n + 32 <= length(?)) SELECT digest, submitter, event FROM event_digest"
    " WHERE digest IN (SELECT substr(?, n, 32) FROM position)"
)


@cache
def _insert(table: Table) -> str:
    return f"INSERT INTO {table.name} VALUES ({','.join('?' * len(table.columns))})"  # noqa: S608 - our own names


def _configure(connection: sqlite3.Connection, _record: Any) -> None:
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
