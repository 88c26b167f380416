# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL: psycopg 3, rows in by binary COPY, several writing processes."""

import struct
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from math import inf
from time import monotonic
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy import (
    ARRAY,
    URL,
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Insert,
    SmallInteger,
    Table,
    any_,
    bindparam,
    column,
    create_engine,
    event,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.elements import KeyedColumnElement

from nguon.store.dialects import Failure, Row, driver_error

_MIGRATIONS = 0x6E67756F6E
"""The advisory lock of migrations: "nguon"."""
_RESTED = 1.0
"""After so many seconds of rest a connection may be gone."""
_COPY_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
_COPY_END = struct.pack("!h", -1)
_NULL = struct.pack("!i", -1)
_LENGTH = struct.Struct("!i")
_FIXED = {2: struct.Struct("!ih"), 8: struct.Struct("!iq")}


class PostgreSQL:
    """See `nguon.store.dialects.Dialect`."""

    name = "postgresql"

    def connect(self, url: URL) -> Engine:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={"application_name": "nguon"},
            hide_parameters=True,
            pool_size=8,
            max_overflow=24,
        )
        event.listen(engine, "checkin", _rested)
        event.listen(engine, "checkout", _alive)
        return engine

    def reader(self, engine: Engine) -> Engine:
        # At this isolation each statement has a view of its own anyway: a transaction around
        # them would be two more trips to the server.
        return engine.execution_options(isolation_level="AUTOCOMMIT")

    def hold_migrations(self, connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATIONS})

    def plan_anew(self, connection: Connection) -> None:
        connection.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))

    def among(self, column: KeyedColumnElement[int], keys: Sequence[int]) -> ColumnElement[bool]:
        return column == any_(bindparam(None, list(keys), type_=ARRAY(BigInteger)))

    def among_named(self, column: KeyedColumnElement[int], name: str) -> ColumnElement[bool]:
        return column == any_(bindparam(name, type_=ARRAY(BigInteger)))

    def listed(self, keys: Iterable[int]) -> list[int]:
        return list(keys)

    def known_digests(
        self, connection: Connection, digests: Sequence[bytes]
    ) -> Sequence[tuple[bytes, int, int]]:
        found = connection.exec_driver_sql(
            "SELECT digest, submitter, event FROM event_digest WHERE digest = ANY(%s)",
            (list(digests),),
        )
        return [(row[0], row[1], row[2]) for row in found]

    def values(self, keys: Sequence[int], name: str) -> FromClause:
        array = bindparam(None, list(keys), type_=ARRAY(BigInteger))
        listed = func.unnest(array).table_valued(column("value", BigInteger), name=name)
        return listed.render_derived()

    def insert_ignoring(self, table: Table) -> Insert:
        return insert(table).on_conflict_do_nothing()

    def bulk_insert(self, connection: Connection, table: Table, rows: Sequence[Row]) -> None:
        if not rows:
            return
        pack = _packer(table)
        driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
        with driver.cursor() as cursor, cursor.copy(_copy(table)) as copy:
            copy.write(b"".join((_COPY_SIGNATURE, *map(pack, rows), _COPY_END)))

    def leaves(self, connection: Connection, start: int, end: int) -> list[tuple[int, bytes]]:
        driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
        with driver.cursor(binary=True) as cursor:
            return cursor.execute(_LEAVES, (start, end)).fetchall()

    def overwriting(self, _connection: Connection, /) -> AbstractContextManager[None]:
        return nullcontext()

    def compact(self, _engine: Engine, /) -> None:
        """Vacuum is the server's own task; `docs/operating.md` says when to press it."""

    def failure(self, error: BaseException) -> Failure:
        cause = driver_error(error)
        if isinstance(cause, _AGAIN):
            return Failure.AGAIN
        if isinstance(cause, errors.InsufficientResources | errors.IoError):
            return Failure.UNAVAILABLE
        if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError | OSError):
            return Failure.LOST
        return Failure.REFUSED


def _rested(_driver: Any, record: ConnectionPoolEntry) -> None:
    record.info["rested"] = monotonic()


def _alive(driver: psycopg.Connection[Any], record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Ask a connection that nobody used for a while whether its server is still there."""
    if monotonic() - record.info.get("rested", inf) < _RESTED:
        return
    try:
        driver.execute("")
        driver.rollback()
    except psycopg.Error as error:
        raise DisconnectionError from error


_AGAIN = (
    errors.UniqueViolation,
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
)


_LEAVES = "SELECT seq, leaf FROM log WHERE seq >= %s AND seq < %s ORDER BY seq"


@cache
def _copy(table: Table) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return f"COPY {table.name} ({names}) FROM STDIN (FORMAT BINARY)"


@cache
def _packer(table: Table) -> Callable[[Row], bytes]:
    """How a row of this table looks in the COPY stream (PostgreSQL manual, COPY, file formats)."""
    sizes = [_size(column.type) for column in table.columns]
    if 0 not in sizes and not any(column.nullable for column in table.columns):
        return _fixed(sizes)
    head = struct.pack("!h", len(sizes))

    def pack(row: Row) -> bytes:
        return head + b"".join(map(_field, row, sizes))

    return pack


def _size(kind: Any) -> int:
    """Bytes of a column's values; 0 where they vary."""
    if isinstance(kind, SmallInteger):
        return 2
    return 8 if isinstance(kind, BigInteger) else 0


def _fixed(sizes: Sequence[int]) -> Callable[[Row], bytes]:
    layout = struct.Struct("!h" + "".join("ih" if size == 2 else "iq" for size in sizes))
    fields: list[Any] = [len(sizes)]
    for size in sizes:
        fields += [size, None]

    def pack(row: Row) -> bytes:
        filled = fields.copy()
        filled[2::2] = row
        return layout.pack(*filled)

    return pack


def _field(value: int | bytes | str | None, size: int) -> bytes:
    if value is None:
        return _NULL
    if size:
        return _FIXED[size].pack(size, value)
    data = value.encode() if isinstance(value, str) else bytes(value)
    return _LENGTH.pack(len(data)) + data
