# SPDX-License-Identifier: Apache-2.0
"""The statements on versions of register entries: added, read by key list."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, tuple_

from nguon.store.history_tables import register_version
from nguon.store.portions import batches
from nguon.store.stated import stated


def add(connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that have values for the same columns."""
    if values:
        connection.execute(insert(register_version), list(values))
        stated(connection, register_version, values)


def last(connection: Connection, register: str, keys: Sequence[str]) -> dict[str, RowMapping]:
    """The newest version of each entry, applied or not; entries without one are absent."""
    table, found = register_version, dict[str, RowMapping]()
    for some in batches(keys):
        newest = (
            select(table.c.register, table.c.key, func.max(table.c.version))
            .where(table.c.register == register, table.c.key.in_(some))
            .group_by(table.c.register, table.c.key)
        )
        query = select(table).where(
            tuple_(table.c.register, table.c.key, table.c.version).in_(newest)
        )
        found.update((row["key"], row) for row in connection.execute(query).mappings())
    return found


def of_entry(connection: Connection, register: str, key: str) -> list[RowMapping]:
    """All versions of an entry, oldest first."""
    table = register_version
    query = select(table).where(table.c.register == register, table.c.key == key)
    return list(connection.execute(query.order_by(table.c.version)).mappings())
