# SPDX-License-Identifier: Apache-2.0
"""The registers' statements: rows by natural key, written as given; nothing is decided here."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    and_,
    bindparam,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from nguon.store import registry_tables as tables
from nguon.store.dialects import dialect_of
from nguon.store.portions import batches
from nguon.store.schema import id_block
from nguon.store.stated import covered, stated

Values = Mapping[str, Any]

_AT_ONCE = 500


def rows(
    connection: Connection, table: Table, column: str, keys: Sequence[Any]
) -> list[RowMapping]:
    """The rows whose ``column`` is one of the keys, by primary key."""
    found: list[RowMapping] = []
    for some in batches(keys):
        query = select(table).where(table.c[column].in_(some)).order_by(*table.primary_key)
        found += connection.execute(query).mappings()
    return found


def by_any(
    connection: Connection, table: Table, wanted: Mapping[str, Sequence[Any]]
) -> list[RowMapping]:
    """The rows of which any of these columns is one of its keys, in no order.

    One statement, where keys are few: each page that shows papers asks.
    """
    asked = {column: list(dict.fromkeys(keys)) for column, keys in wanted.items() if keys}
    if sum(map(len, asked.values())) > _AT_ONCE:
        by_column = (rows(connection, table, column, keys) for column, keys in asked.items())
        return [row for found in by_column for row in found]
    if not asked:
        return []
    met = or_(*(table.c[column].in_(keys) for column, keys in asked.items()))
    return list(connection.execute(select(table).where(met)).mappings())


def by_keys(
    connection: Connection, table: Table, columns: Sequence[str], keys: Sequence[tuple[Any, ...]]
) -> dict[tuple[Any, ...], RowMapping]:
    """Rows by the values of several columns."""
    if len(columns) == 1:
        # A list of one-column rows is read without the index.
        [only] = columns
        return {(row[only],): row for row in rows(connection, table, only, [k for (k,) in keys])}
    names = [table.c[name] for name in columns]
    found: dict[tuple[Any, ...], RowMapping] = {}
    for some in batches(keys):
        query = select(table).where(tuple_(*names).in_(some))
        for row in connection.execute(query).mappings():
            found[tuple(row[name] for name in columns)] = row
    return found


def page(
    connection: Connection, table: Table, column: str, *, after: str | None, limit: int
) -> list[RowMapping]:
    """Rows in the order of a unique text column, those after a value."""
    query = select(table).order_by(table.c[column]).limit(limit)
    if after is not None:
        query = query.where(table.c[column] > after)
    return list(connection.execute(query).mappings())


def hold(connection: Connection) -> None:
    """Let one transaction at a time change the registers, until it ends."""
    dialect = dialect_of(connection.engine.url)
    assert dialect is not None
    dialect.plan_anew(connection)
    organisation_numbers(connection, 0)


def organisation_numbers(connection: Connection, count: int) -> range:
    """Ids for so many new organisations."""
    own = update(id_block).where(id_block.c.name == "organisation")
    taking = own.values(next=id_block.c.next + count).returning(id_block.c.next)
    end = connection.execute(taking).scalar_one()
    return range(end - count, end)


def add(connection: Connection, table: Table, values: Sequence[Values]) -> None:
    """Insert rows that have values for the same columns."""
    if values:
        connection.execute(insert(table), list(values))
        stated(connection, table, values)


def change(connection: Connection, table: Table, key: Values, values: Values) -> None:
    """Update one row, found by its natural key."""
    where: list[ColumnElement[bool]] = [table.c[name] == value for name, value in key.items()]
    connection.execute(update(table).where(and_(*where)).values(**values))
    _state_anew(connection, table, list(key), [tuple(key.values())])


def change_all(
    connection: Connection, table: Table, names: Sequence[str], changes: Sequence[Values]
) -> None:
    """Update rows found by the columns ``names``; rows of the same columns go together."""
    grouped: dict[frozenset[str], list[Values]] = {}
    for values in changes:
        grouped.setdefault(frozenset(values), []).append(values)
    for columns, some in grouped.items():
        where: list[ColumnElement[bool]] = [
            table.c[name] == bindparam(f"own_{name}") for name in names
        ]
        new: dict[str, Any] = {
            name: bindparam(f"new_{name}") for name in sorted(columns.difference(names))
        }
        rows = [
            {f"own_{n}" if n in names else f"new_{n}": value for n, value in values.items()}
            for values in some
        ]
        connection.execute(update(table).where(and_(*where)).values(**new), rows)
    keys = [tuple(values[name] for name in names) for values in changes]
    _state_anew(connection, table, names, keys)


def _state_anew(
    connection: Connection, table: Table, names: Sequence[str], keys: Sequence[tuple[Any, ...]]
) -> None:
    if covered(table):
        stated(connection, table, by_keys(connection, table, names, keys).values())


def organisation_ids(connection: Connection, codes: Sequence[str]) -> dict[str, int]:
    """The ids of organisations by their codes; unknown codes are absent."""
    return _lookup(connection, tables.organisation.c.code, tables.organisation.c.id, codes)


def organisations_by_gln(connection: Connection, glns: Sequence[str]) -> dict[str, int]:
    """The ids of organisations by their GLN."""
    return _lookup(connection, tables.organisation.c.gln, tables.organisation.c.id, glns)


def glns_of(connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """The GLN of organisations, of those that have one."""
    found = rows(connection, tables.organisation, "id", numbers)
    return {row["id"]: row["gln"] for row in found if row["gln"] is not None}


def makers(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    """The organisations that make products, by the products' keys."""
    return _lookup(connection, tables.product.c.key, tables.product.c.maker, keys)


def holders(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    """The organisations that hold places, by the places' keys."""
    return _lookup(connection, tables.place.c.key, tables.place.c.holder, keys)


def known_places(connection: Connection, keys: Sequence[str]) -> frozenset[str]:
    """Which of the keys are a place's own or its national code's."""
    own, national = tables.place.c.key, tables.place.c.national_key
    return _present(connection, own, keys) | _present(connection, national, keys)


def known_products(connection: Connection, keys: Sequence[str]) -> frozenset[str]:
    """Which of the keys are products."""
    return _present(connection, tables.product.c.key, keys)


def _present(connection: Connection, column: Column[str], keys: Sequence[str]) -> frozenset[str]:
    found: set[str] = set()
    for some in batches(keys):
        found.update(connection.execute(select(column).where(column.in_(some))).scalars())
    return frozenset(found)


def _lookup(
    connection: Connection, key: Column[str], value: Column[int], keys: Sequence[str]
) -> dict[str, int]:
    return {
        name: number
        for some in batches(keys)
        for name, number in connection.execute(select(key, value).where(key.in_(some)))
    }
