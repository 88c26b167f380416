# SPDX-License-Identifier: Apache-2.0
"""Statements of whoever reads everything again, a portion at a time; none of them writes."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    func,
    literal,
    select,
    tuple_,
)

from nguon.store.access_tables import erased_event, erasure
from nguon.store.dialects import Dialect
from nguon.store.schema import INT64, event, event_digest, event_item, event_term, log
from nguon.store.statements_tables import log_statement
from nguon.store.values import EntryKind

Rows = Sequence[Any]


def entries(connection: Connection, first: int, end: int) -> Rows:
    """Entries of the log, ``first`` inclusive, ``end`` exclusive, with their salts."""
    columns = (log.c.seq, log.c.event, log.c.kind, log.c.leaf, log.c.salt)
    found = select(*columns).where(log.c.seq >= first, log.c.seq < end).order_by(log.c.seq)
    return connection.execute(found).all()


def last_entry(connection: Connection) -> int:
    """The highest number in the log, 0 where there is none."""
    return connection.scalar(select(func.max(log.c.seq))) or 0


def events(connection: Connection, numbers: Collection[int]) -> dict[int, Any]:
    """Whole rows of these events, those that are there."""
    found = connection.execute(select(event).where(event.c.id.in_(numbers)))
    return {row.id: row for row in found}


def outlines(
    connection: Connection, numbers: Collection[int], columns: Sequence[ColumnElement[Any]]
) -> dict[int, Any]:
    """Some columns of these events, those that are there."""
    found = select(event.c.id, *columns).where(event.c.id.in_(numbers))
    return {row.id: row for row in connection.execute(found)}


def erasures(connection: Connection, numbers: Collection[int]) -> dict[int, Any]:
    """Of these events the erased ones: number of the entry that says so, order, reason, by whom."""
    columns = (erased_event.c.event, erased_event.c.seq, erasure.c.id)
    query = (
        select(*columns, erasure.c.reason, erasure.c.erased_by)
        .join(erasure, erasure.c.id == erased_event.c.erasure)
        .where(erased_event.c.event.in_(numbers))
    )
    return {row.event: row for row in connection.execute(query)}


def statements(connection: Connection, numbers: Collection[int]) -> dict[int, Any]:
    """What the statements with these numbers say."""
    found = connection.execute(select(log_statement).where(log_statement.c.seq.in_(numbers)))
    return {row.seq: row for row in found}


def digests(connection: Connection, wanted: Collection[bytes]) -> dict[tuple[bytes, int], int]:
    """Rows of `event_digest`: whose event each is, by digest and submitter."""
    query = select(event_digest).where(event_digest.c.digest.in_(wanted))
    return {(row.digest, row.submitter): row.event for row in connection.execute(query)}


def item_rows(
    connection: Connection, dialect: Dialect, number: int, time: int, items: Iterable[int]
) -> set[tuple[int, int, int]]:
    """Item, membership and role in the rows of an event at its time that name these items."""
    values = {"event": number, "time": time, "sought": dialect.listed(items)}
    found = connection.execute(_item_rows(dialect), values)
    return {(row.item, row.member, row.role) for row in found}


def term_rows(
    connection: Connection, dialect: Dialect, number: int, time: int, terms: Iterable[int]
) -> set[int]:
    """Those of these terms that have a row of an event at its time."""
    values = {"event": number, "time": time, "sought": dialect.listed(terms)}
    return set(connection.scalars(_term_rows(dialect), values))


_OF_EVENT = bindparam("event", type_=INT64)
_AT = bindparam("time", type_=INT64)


@cache
def _item_rows(dialect: Dialect) -> Select[tuple[int, int, int]]:
    """Built once: building it costs more than running it."""
    return select(event_item.c.item, event_item.c.member, event_item.c.role).where(
        dialect.among_named(event_item.c.item, "sought"),
        event_item.c.member.in_((0, 1)),
        event_item.c.time == _AT,
        event_item.c.event == _OF_EVENT,
    )


@cache
def _term_rows(dialect: Dialect) -> Select[tuple[int]]:
    """Built once, likewise."""
    return select(event_term.c.term).where(
        dialect.among_named(event_term.c.term, "sought"),
        event_term.c.time == _AT,
        event_term.c.event == _OF_EVENT,
    )


def logged(connection: Connection, numbers: Collection[int]) -> set[int]:
    """Those of these events that have an entry in the log."""
    query = select(log.c.event).where(log.c.event.in_(numbers), log.c.kind == EntryKind.EVENT)
    return set(connection.scalars(query))


def walk(connection: Connection, table: Table, after: Sequence[Any], most: int) -> Rows:
    """The next rows of a table in the order of its key; from the first on after nothing."""
    key = list(table.primary_key.columns)
    query = select(*(key if table is event else table.columns)).order_by(*key).limit(most)
    if after:
        marks = (literal(value, column.type) for value, column in zip(after, key, strict=True))
        query = query.where(tuple_(*key) > tuple_(*marks))
    return connection.execute(query).all()
