# SPDX-License-Identifier: Apache-2.0
"""The statements on cases: what waits for a body's decision, opened, moved and closed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from nguon.store.history_tables import register_case
from nguon.store.portions import batches


def add(connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
    """Open cases."""
    if values:
        connection.execute(insert(register_case), list(values))


def change(connection: Connection, case: str, **values: Any) -> None:
    """Move a case on."""
    table = register_case
    connection.execute(update(table).where(table.c.id == case).values(**values))


def close(
    connection: Connection, register: str, keys: Sequence[str], state: str, moment: int
) -> None:
    """Close what waits for these entries."""
    table = register_case
    for some in batches(keys):
        query = update(table).where(
            table.c.register == register, table.c.key.in_(some), table.c.closed.is_(None)
        )
        connection.execute(query.values(state=state, closed=moment))


def waiting(connection: Connection, register: str, keys: Sequence[str]) -> dict[str, RowMapping]:
    """The open case of each entry."""
    table, found = register_case, dict[str, RowMapping]()
    for some in batches(keys):
        query = select(table).where(
            table.c.register == register, table.c.key.in_(some), table.c.closed.is_(None)
        )
        found.update((row["key"], row) for row in connection.execute(query).mappings())
    return found


def queue(
    connection: Connection,
    *,
    provinces: Sequence[str] | None,
    sectors: Sequence[str] | None,
    limit: int,
    after: int = 0,
    due: int | None = None,
) -> list[RowMapping]:
    """Open cases of provinces and sectors (None: all), due before a time, the first on top."""
    table = register_case
    query = select(table).where(table.c.closed.is_(None)).order_by(table.c.due, table.c.id)
    if provinces is not None:
        query = query.where(table.c.province.in_(provinces))
    if sectors is not None:
        query = query.where(table.c.sector.in_(sectors))
    if due is not None:
        query = query.where(table.c.due < due)
    return list(connection.execute(query.limit(limit).offset(after)).mappings())
