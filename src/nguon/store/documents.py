# SPDX-License-Identifier: Apache-2.0
"""The statements on files of register entries: what is known of them, not their octets."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from nguon.store.history_tables import register_document


def add(connection: Connection, values: Mapping[str, Any]) -> None:
    """Note a file."""
    connection.execute(insert(register_document).values(**values))


def find(connection: Connection, number: str) -> RowMapping | None:
    """A file by its id."""
    query = select(register_document).where(register_document.c.id == number)
    return connection.execute(query).mappings().one_or_none()


def of_entry(connection: Connection, register: str, key: str) -> list[RowMapping]:
    """The files of an entry, oldest first."""
    table = register_document
    query = select(table).where(table.c.register == register, table.c.key == key)
    return list(connection.execute(query.order_by(table.c.recorded, table.c.id)).mappings())
