# SPDX-License-Identifier: Apache-2.0
"""Range reads of the time-ordered indexes: which events carry one of some keys, in order."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    asc,
    desc,
    func,
    literal,
    select,
    tuple_,
    union,
)

from nguon.store.dialects import Dialect
from nguon.store.schema import event, event_item, event_term
from nguon.store.values import Cursor

_MOST_BRANCHES = 48
"""So many range reads are merged; for more keys the rows are gathered and sorted."""
_LARGEST_PAGE = 1024

Place = tuple[int, int]
"""An event's time and number."""


class Span(NamedTuple):
    """The part of an index to read, and in which direction."""

    time_from: int | None = None
    time_to: int | None = None
    descending: bool = True
    after: Cursor | None = None


def pages(
    connection: Connection,
    branches: Sequence[ColumnElement[bool]],
    table: Table,
    span: Span,
    size: int,
) -> Iterator[list[Place]]:
    """Times and numbers of the events in any branch, each once, pages growing from ``size``."""
    while True:
        rows = connection.execute(_page(branches, table, span, size)).all()
        found = [(row.time, row.event) for row in rows]
        if found:
            yield found
        if len(found) < size:
            return
        span = span._replace(after=Cursor(*found[-1]))
        size = min(2 * size, _LARGEST_PAGE)


def items(dialect: Dialect, keys: Sequence[int]) -> list[ColumnElement[bool]]:
    """The branches of `event_item` for item keys."""
    if 2 * len(keys) > _MOST_BRANCHES:
        return [dialect.among(event_item.c.item, keys)]
    return [
        (event_item.c.item == key) & (event_item.c.member == member)
        for key in keys
        for member in (0, 1)
    ]


def terms(dialect: Dialect, group: Sequence[int]) -> list[ColumnElement[bool]]:
    """The branches of `event_term` for alternative terms."""
    if len(group) > _MOST_BRANCHES:
        return [dialect.among(event_term.c.term, group)]
    return [event_term.c.term == term for term in group]


def everything() -> list[ColumnElement[bool]]:
    """The branch of `event` that every event is in."""
    return [literal(1) == 1]


def size_of(connection: Connection, dialect: Dialect, group: Sequence[int], most: int) -> int:
    """How many index rows a group of alternative terms has, counted up to ``most``."""
    rows = select(literal(1)).where(dialect.among(event_term.c.term, group)).limit(most)
    return connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one()


def carriers(
    connection: Connection, dialect: Dialect, group: Sequence[int], events: Sequence[int]
) -> set[int]:
    """Which of the events carry one of the alternative terms: a probe for each pair."""
    times = select(event.c.id, event.c.time).where(dialect.among(event.c.id, events)).subquery()
    probe = (
        select(literal(1))
        .where(
            dialect.among(event_term.c.term, group),
            event_term.c.time == times.c.time,
            event_term.c.event == times.c.id,
        )
        .exists()
    )
    return set(connection.scalars(select(times.c.id).where(probe)))


def _page(
    branches: Sequence[ColumnElement[bool]], table: Table, span: Span, size: int
) -> Select[int, int]:
    number = table.c.id if table is event else table.c.event
    direction = desc if span.descending else asc
    parts = [
        select(table.c.time.label("time"), number.label("event"))
        .where(branch, *_bounds(table.c.time, number, span))
        .distinct()
        .order_by(direction(table.c.time), direction(number))
        .limit(size)
        for branch in branches
    ]
    if len(parts) == 1:
        return parts[0]
    cut = [part.subquery() for part in parts]
    merged = union(*(select(part.c.time, part.c.event) for part in cut)).subquery()
    ordered = direction(merged.c.time), direction(merged.c.event)
    return select(merged.c.time, merged.c.event).order_by(*ordered).limit(size)


def _bounds(
    time: ColumnElement[int], number: ColumnElement[int], span: Span
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if span.time_from is not None:
        found.append(time >= span.time_from)
    if span.time_to is not None:
        found.append(time < span.time_to)
    if span.after is not None:
        here, there = tuple_(time, number), tuple_(*map(literal, span.after))
        found.append(here < there if span.descending else here > there)
    return found
