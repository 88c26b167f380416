# SPDX-License-Identifier: Apache-2.0
"""The identity bridge's statements: mappings by foreign name, item and party, and their steps."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, insert, or_, select

from nguon.store.identities_tables import foreign_identity, foreign_identity_step
from nguon.store.portions import batches
from nguon.store.stated import stated

Rows = list[RowMapping]

_MOST_PARTIES = 5000


def add(connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
    """Insert mappings."""
    if values:
        connection.execute(insert(foreign_identity), list(values))
        stated(connection, foreign_identity, values)


def add_steps(connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
    """Insert steps."""
    if values:
        connection.execute(insert(foreign_identity_step), list(values))
        stated(connection, foreign_identity_step, values)


def by_ids(connection: Connection, ids: Sequence[str]) -> Rows:
    """Mappings by id."""
    return _by(connection, foreign_identity.c.id, ids)


def by_foreign_ids(connection: Connection, folded: Sequence[str]) -> Rows:
    """Mappings of foreign names, in the order of recording."""
    return _by(connection, foreign_identity.c.folded, folded)


def by_items(connection: Connection, hashes: Sequence[int]) -> Rows:
    """Mappings of items by hash, in the order of recording."""
    return _by(connection, foreign_identity.c.item_hash, hashes)


def page(connection: Connection, parties: Sequence[int], *, before: str | None, limit: int) -> Rows:
    """Mappings that concern one of these parties (of 5,000 at most), newest first, before an id."""
    table, some = foreign_identity, list(parties)[:_MOST_PARTIES]
    concerned = or_(
        table.c.owner.in_(some), table.c.declarer.in_(some), table.c.foreign_owner.in_(some)
    )
    query = select(table).where(concerned).order_by(table.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(table.c.id < before)
    return list(connection.execute(query).mappings())


def steps(connection: Connection, ids: Sequence[str]) -> Rows:
    """What was said of these mappings, in order."""
    table, found = foreign_identity_step, Rows()
    for some in batches(ids):
        query = select(table).where(table.c.identity.in_(some))
        found += connection.execute(query.order_by(table.c.identity, table.c.number)).mappings()
    return found


def _by(connection: Connection, column: Column[Any], keys: Sequence[Any]) -> Rows:
    found = Rows()
    for some in batches(keys):
        query = select(foreign_identity).where(column.in_(some)).order_by(foreign_identity.c.id)
        found += connection.execute(query).mappings()
    return found
