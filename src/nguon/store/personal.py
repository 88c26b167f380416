# SPDX-License-Identifier: Apache-2.0
"""The statements on personal numbers: read, added and removed by organisation."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select

from nguon.store.history_tables import personal_number
from nguon.store.portions import batches


def numbers(connection: Connection, organisations: Sequence[int]) -> dict[int, str]:
    """Stored numbers; organisations without one are absent."""
    table, found = personal_number, dict[int, str]()
    for some in batches(organisations):
        query = select(table.c.organisation, table.c.number)
        found.update(
            (own, number)
            for own, number in connection.execute(query.where(table.c.organisation.in_(some)))
        )
    return found


def add(connection: Connection, numbers: Mapping[int, str]) -> None:
    """Insert numbers where there are none."""
    if numbers:
        values = [{"organisation": own, "number": number} for own, number in numbers.items()]
        connection.execute(insert(personal_number), values)


def drop(connection: Connection, organisations: Sequence[int]) -> None:
    """Remove the numbers of some organisations."""
    table = personal_number
    for some in batches(organisations):
        connection.execute(delete(table).where(table.c.organisation.in_(some)))
