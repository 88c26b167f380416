# SPDX-License-Identifier: Apache-2.0
"""Loads many events straight into the tables: in order of their keys, indexes made afterwards."""

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from sqlalchemy import Table, make_url

from bench.trace_goods import Made, rows
from nguon.epcis.items import Role
from nguon.gs1 import key_hash
from nguon.store import Store, open_store
from nguon.store.schema import event, event_item, log

_AT_ONCE = 50_000
_SORTED = 1_000_000
Row = tuple[Any, ...]


class _Items:
    """The rows of the item index, held until all are known."""

    def __init__(self) -> None:
        self._columns = (array("q"), array("b"), array("q"), array("q"), array("b"))

    def take(self, number: int, made: Made) -> None:
        item, member, time, numbers, role = self._columns
        for one in made.items:
            item.append(key_hash(one.key))
            member.append(one.role is Role.MEMBER)
            time.append(made.time)
            numbers.append(number)
            role.append(one.role)

    def ordered(self) -> Iterator[list[Row]]:
        columns = [np.frombuffer(column, column.typecode) for column in self._columns]
        order = np.lexsort(columns[::-1])
        for at in range(0, len(order), _SORTED):
            part = order[at : at + _SORTED]
            yield list(zip(*(column[part].tolist() for column in columns), strict=True))


def load(url: str, goods: Iterable[Made]) -> int:
    """Fill an empty database; gives how many events went in."""
    open_store(url).close()
    opened = _sqlite if make_url(url).drivername == "sqlite" else _postgresql
    items = _Items()
    total = 0
    with opened(url) as fill:
        events, entries = [], []
        for total, made in enumerate(goods, 1):
            items.take(total, made)
            row, entry = rows(total, made)
            events.append(row)
            entries.append(entry)
            if len(events) == _AT_ONCE:
                fill(event, events)
                fill(log, entries)
                events, entries = [], []
        fill(event, events)
        fill(log, entries)
        for part in items.ordered():
            fill(event_item, part)
    with open_store(url) as store:
        _settle(store, total)
    return total


def _settle(store: Store, total: int) -> None:
    with store.transaction() as connection:
        connection.exec_driver_sql(
            f"UPDATE log_head SET seq = {total}, record_time = 1800000000000000"
        )
        connection.exec_driver_sql(f"UPDATE id_block SET next = {total + 1} WHERE next <= {total}")
    if store.dialect == "postgresql":
        with store.transaction() as connection:
            connection.exec_driver_sql("ANALYZE event")
            connection.exec_driver_sql("ANALYZE event_item")
            connection.exec_driver_sql("ANALYZE log")


@contextmanager
def _sqlite(url: str) -> Iterator[Any]:
    connection = sqlite3.connect(Path(make_url(url).database or ""), isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -262144"):
        connection.execute(f"PRAGMA {pragma}")
    made = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name IN ('event', 'log')"
    ).fetchall()
    for name, _ in made:
        connection.execute(f"DROP INDEX {name}")

    def fill(table: Table, given: Sequence[Row]) -> None:
        marks = ",".join("?" * len(table.columns))
        connection.execute("BEGIN")
        connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", given)
        connection.execute("COMMIT")

    yield fill
    for _, statement in made:
        connection.execute(statement)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


@contextmanager
def _postgresql(url: str) -> Iterator[Any]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(False)
    with psycopg.connect(plain) as link, open_store(url) as store:
        names = ("event", "log", "event_item")
        made = link.execute(
            "SELECT indexname, indexdef, conname FROM pg_indexes LEFT JOIN pg_constraint"
            " ON conname = indexname WHERE tablename = ANY(%s)",
            (list(names),),
        ).fetchall()
        for name, _, constraint in made:
            if constraint is None:
                link.execute(f'DROP INDEX "{name}"')
        link.execute("ALTER TABLE event_item DROP CONSTRAINT event_item_pkey")
        link.commit()

        def fill(table: Table, given: Sequence[Row]) -> None:
            with store.transaction() as connection:
                store.fill(connection, table, given)

        yield fill
        link.execute("SET maintenance_work_mem = '512MB'")
        keys = ", ".join(column.name for column in event_item.primary_key)
        link.execute(f"ALTER TABLE event_item ADD PRIMARY KEY ({keys})")
        for _, statement, constraint in made:
            if constraint is None:
                link.execute(statement)
        link.commit()
