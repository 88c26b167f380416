# SPDX-License-Identifier: Apache-2.0
"""The statements of the registers' memory: standings added and read, by key list."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from nguon.store.history_tables import register_status
from nguon.store.portions import batches
from nguon.store.schema import id_block
from nguon.store.stated import stated

Values = Mapping[str, Any]


def numbers(connection: Connection, count: int) -> range:
    """Numbers for so many rows; other writers of standings wait until the transaction ends."""
    own = update(id_block).where(id_block.c.name == "register_status")
    taking = own.values(next=id_block.c.next + count).returning(id_block.c.next)
    end = connection.execute(taking).scalar_one()
    return range(end - count, end)


def add(connection: Connection, values: Sequence[Values]) -> None:
    """Insert rows that have values for the same columns."""
    if values:
        connection.execute(insert(register_status), list(values))
        stated(connection, register_status, values)


def latest(connection: Connection, register: str, keys: Sequence[str]) -> dict[str, int]:
    """When the last row of each entry was recorded; entries without rows are absent."""
    table, found = register_status, dict[str, int]()
    for some in batches(keys):
        query = (
            select(table.c.key, func.max(table.c.recorded))
            .where(table.c.register == register, table.c.key.in_(some))
            .group_by(table.c.key)
        )
        found.update((key, recorded) for key, recorded in connection.execute(query))
    return found


def covering(
    connection: Connection, register: str, keys: Sequence[str], at: int, known: int | None
) -> list[RowMapping]:
    """Rows that hold at a time and were recorded by another, in the order of recording."""
    table, found = register_status, list[RowMapping]()
    for some in batches(keys):
        query = select(table).where(
            table.c.register == register,
            table.c.key.in_(some),
            table.c.valid_from <= at,
            (table.c.valid_to.is_(None)) | (table.c.valid_to > at),
        )
        if known is not None:
            query = query.where(table.c.recorded <= known)
        query = query.order_by(table.c.recorded, table.c.number)
        found += connection.execute(query).mappings()
    return found


def rows(connection: Connection, register: str, keys: Sequence[str]) -> list[RowMapping]:
    """All rows of some entries, in the order of recording."""
    table, found = register_status, list[RowMapping]()
    for some in batches(keys):
        query = select(table).where(table.c.register == register, table.c.key.in_(some))
        query = query.order_by(table.c.recorded, table.c.number)
        found += connection.execute(query).mappings()
    return found
