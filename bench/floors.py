# SPDX-License-Identifier: Apache-2.0
"""Floors of the store: the same rows, inserted by the bare driver into the same schema."""

import sqlite3
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from nguon.store import open_store
from nguon.store.schema import event, event_digest, event_item, event_term, log

TABLES = (event, event_item, event_term, event_digest, log)
_OF_EVENT = {"event": "id", "event_item": "event", "event_term": "event", "event_digest": "event"}

Rows = list[tuple[Any, ...]]
EventRows = dict[str, Rows]


def rows_of(url: str, limit: int) -> list[EventRows]:
    """The rows of the first events of a filled store, event by event in log order."""
    store = open_store(url)
    try:
        with store.reading() as connection:
            order = [
                row.event
                for row in connection.execute(log.select().order_by(log.c.seq).limit(limit))
            ]
            found: dict[int, EventRows] = {number: defaultdict(list) for number in order}
            for table in TABLES:
                column = table.c[_OF_EVENT.get(table.name, "event")]
                at = list(table.c).index(column)
                for row in connection.execute(table.select()):
                    if row[at] in found:
                        found[row[at]][table.name].append(tuple(row))
            return list(found.values())
    finally:
        store.close()


def _batches(rows: Sequence[EventRows], size: int) -> list[EventRows]:
    """Rows of so many events together, as one transaction would write them."""
    batches = []
    for start in range(0, len(rows), size):
        batch: EventRows = defaultdict(list)
        for one in rows[start : start + size]:
            for name, own in one.items():
                batch[name] += own
        batches.append(batch)
    return batches


def insert_rate(url: str, rows: Sequence[EventRows], size: int) -> float:
    """Events a second when the bare driver inserts batches of so many events, each committed."""
    open_store(url).close()
    batches = _batches(rows, size)
    address = make_url(url)
    work = _sqlite if address.drivername == "sqlite" else _postgresql
    return len(rows) / work(url, batches)


def _sqlite(url: str, batches: list[EventRows]) -> float:
    connection = sqlite3.connect(Path(make_url(url).database or ""), isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536"):
        connection.execute(f"PRAGMA {pragma}")
    statements = {
        table.name: f"INSERT INTO {table.name} VALUES ({','.join('?' * len(table.c))})"
        for table in TABLES
    }
    begin = time.perf_counter()
    for batch in batches:
        connection.execute("BEGIN IMMEDIATE")
        for name, own in batch.items():
            connection.executemany(statements[name], own)
        connection.execute("COMMIT")
    seconds = time.perf_counter() - begin
    connection.close()
    return seconds


def _postgresql(url: str, batches: list[EventRows]) -> float:
    types = _column_types(url)
    with psycopg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(False)
    ) as link:
        begin = time.perf_counter()
        for batch in batches:
            with link.cursor() as cursor:
                for name, own in batch.items():
                    with cursor.copy(f"COPY {name} FROM STDIN (FORMAT BINARY)") as copy:
                        copy.set_types(types[name])
                        for row in own:
                            copy.write_row(row)
            link.commit()
        return time.perf_counter() - begin


def _column_types(url: str) -> dict[str, list[str]]:
    query = (
        "SELECT table_name, udt_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
    )
    types: dict[str, list[str]] = defaultdict(list)
    with psycopg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(False)
    ) as link:
        for table, kind in link.execute(query):
            types[table].append(kind)
    return types


def _address(url: str) -> str:
    plain = make_url(url).set(drivername="postgresql")
    return plain.render_as_string(hide_password=False)
