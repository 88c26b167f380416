# SPDX-License-Identifier: Apache-2.0
"""The statements on what happened to accounts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select

from nguon.store.accounts_tables import person
from nguon.store.security_tables import security_event as table


def add(connection: Connection, **values: Any) -> None:
    """Write an event."""
    connection.execute(insert(table).values(**values))


def of_person(
    connection: Connection, number: int, before: int | None, most: int
) -> Sequence[RowMapping]:
    """A person's events, newest first, with the name of whoever else did it."""
    return _page(connection, table.c.person == number, before, most)


def of_organisation(
    connection: Connection, number: int, before: int | None, most: int
) -> Sequence[RowMapping]:
    """The events about an organisation's API keys, newest first."""
    return _page(connection, table.c.organisation == number, before, most)


def sweep(connection: Connection, until: int) -> None:
    """Remove the events before a moment."""
    connection.execute(delete(table).where(table.c.time < until))


def _page(
    connection: Connection, whose: Any, before: int | None, most: int
) -> Sequence[RowMapping]:
    query = (
        select(table, person.c.name.label("actor_name"))
        .outerjoin(person, person.c.id == table.c.actor)
        .where(whose)
        .order_by(table.c.time.desc(), table.c.id)
        .limit(most)
    )
    if before is not None:
        query = query.where(table.c.time < before)
    return connection.execute(query).mappings().all()
