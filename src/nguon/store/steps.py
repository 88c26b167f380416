# SPDX-License-Identifier: Apache-2.0
"""The statements on what has begun in a browser and waits for its next step."""

from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from nguon.store.security_tables import sign_in_step as table


def add(connection: Connection, **values: Any) -> None:
    """Write a step."""
    connection.execute(insert(table).values(**values))


def find(connection: Connection, token_hash: bytes, kind: str) -> RowMapping | None:
    """A step by the hash of its token."""
    own = (table.c.token_hash == token_hash) & (table.c.kind == kind)
    return connection.execute(select(table).where(own)).mappings().one_or_none()


def take(connection: Connection, token_hash: bytes, kind: str) -> RowMapping | None:
    """As `find`, and nobody finds it again."""
    own = (table.c.token_hash == token_hash) & (table.c.kind == kind)
    done = connection.execute(delete(table).where(own).returning(*table.c))
    return done.mappings().one_or_none()


def take_of(connection: Connection, holder: bytes, kind: str) -> list[RowMapping]:
    """What waits in one browser, which nobody finds again."""
    own = (table.c.holder == holder) & (table.c.kind == kind)
    return list(connection.execute(delete(table).where(own).returning(*table.c)).mappings())


def drop_of(connection: Connection, person: int) -> None:
    """Remove what waits for a person."""
    connection.execute(delete(table).where(table.c.person == person))


def count(connection: Connection) -> int:
    """How many wait."""
    return int(connection.scalar(select(func.count()).select_from(table)) or 0)


def sweep(connection: Connection, now: int) -> None:
    """Remove what waited too long."""
    connection.execute(delete(table).where(table.c.expires <= now))
