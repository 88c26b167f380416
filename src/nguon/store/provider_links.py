# SPDX-License-Identifier: Apache-2.0
"""The statements on accounts at OpenID Connect providers."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from nguon.store.security_tables import provider_link as table


def add(connection: Connection, **values: Any) -> None:
    """Write a link."""
    connection.execute(insert(table).values(**values))


def find(connection: Connection, issuer: str, subject: str) -> RowMapping | None:
    """The link of an account at an issuer."""
    query = select(table).where(table.c.issuer == issuer, table.c.subject == subject)
    return connection.execute(query).mappings().one_or_none()


def of_person(connection: Connection, person: int) -> Sequence[RowMapping]:
    """A person's links, oldest first."""
    query = select(table).where(table.c.person == person)
    return connection.execute(query.order_by(table.c.created, table.c.subject)).mappings().all()


def touch(connection: Connection, issuer: str, subject: str, now: int) -> None:
    """Note when a link was last used."""
    own = (table.c.issuer == issuer) & (table.c.subject == subject)
    connection.execute(update(table).where(own).values(last_used=now))


def drop(connection: Connection, person: int, issuer: str) -> None:
    """Remove a person's links to an issuer."""
    own = (table.c.person == person) & (table.c.issuer == issuer)
    connection.execute(delete(table).where(own))
