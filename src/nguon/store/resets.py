# SPDX-License-Identifier: Apache-2.0
"""The statements on links that set a new password."""

from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from nguon.store.security_tables import account_reset as table


def add(connection: Connection, **values: Any) -> None:
    """Write a link; those of the person before it are used up."""
    own = (table.c.person == values["person"]) & table.c.used.is_(None)
    connection.execute(update(table).where(own).values(used=values["created"]))
    connection.execute(insert(table).values(**values))


def find(connection: Connection, token_hash: bytes) -> RowMapping | None:
    """The link with this token."""
    query = select(table).where(table.c.token_hash == token_hash)
    return connection.execute(query).mappings().one_or_none()


def use(connection: Connection, number: str, now: int) -> bool:
    """Use a link up; False where it was."""
    own = (table.c.id == number) & table.c.used.is_(None)
    return connection.execute(update(table).where(own).values(used=now)).rowcount == 1
