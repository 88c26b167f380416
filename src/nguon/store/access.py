# SPDX-License-Identifier: Apache-2.0
"""The statements on records of access: added up by the hour, read by the owner, newest first."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, text

from nguon.store.access_tables import access, access_lost

_ADD = text(
    "INSERT INTO access (subject, hour, reader_organisation, reader, what, purpose, reader_kind,"
    " first, last, count, keys) VALUES (:subject, :hour, :reader_organisation, :reader, :what,"
    " :purpose, :reader_kind, :first, :last, :count, :keys)"
    " ON CONFLICT (subject, hour, reader_organisation, reader, what, purpose) DO UPDATE SET"
    " last = excluded.last, count = access.count + excluded.count, keys = CASE"
    " WHEN length(access.keys) > 400 THEN access.keys"
    " ELSE access.keys || '\n' || excluded.keys END"
)
_LOSE = text(
    "INSERT INTO access_lost (hour, count) VALUES (:hour, :count)"
    " ON CONFLICT (hour) DO UPDATE SET count = access_lost.count + excluded.count"
)


def add(connection: Connection, records: Sequence[Mapping[str, Any]]) -> None:
    """Add records to those of the same reader, subject and hour."""
    if records:
        connection.execute(_ADD, records)


def add_lost(connection: Connection, hours: Mapping[int, int]) -> None:
    """Add to the count of what could not be recorded, by hour."""
    if hours:
        rows = [{"hour": hour, "count": count} for hour, count in hours.items()]
        connection.execute(_LOSE, rows)


def page(
    connection: Connection, subjects: Sequence[int], *, skip: int, limit: int
) -> list[RowMapping]:
    """Records about these, the last showing first."""
    columns = access.c
    newest = (columns.last.desc(), columns.hour, columns.reader, columns.what, columns.purpose)
    query = select(access).where(columns.subject.in_(subjects))
    return list(connection.execute(query.order_by(*newest).offset(skip).limit(limit)).mappings())


def lost(connection: Connection) -> int:
    """How many showings could not be recorded."""
    return int(connection.scalar(select(func.coalesce(func.sum(access_lost.c.count), 0))) or 0)
