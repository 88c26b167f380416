# SPDX-License-Identifier: Apache-2.0
"""The statements of parties' keys; nothing is decided here."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from nguon.store import entries
from nguon.store.party_keys_tables import party_key, party_key_secret, party_key_step
from nguon.store.portions import rows_by
from nguon.store.registry_tables import organisation

Values = Mapping[str, Any]


def hold(connection: Connection) -> None:
    """Let one transaction at a time change keys, until it ends."""
    entries.numbers(connection, "party-keys", 1)


def add(connection: Connection, values: Values) -> None:
    """A key that is bound."""
    connection.execute(insert(party_key), [dict(values)])


def add_step(connection: Connection, values: Values) -> None:
    """Something that became of a key; it takes the key's next number."""
    table = party_key_step
    of_key = select(func.count()).where(table.c.kid == values["kid"])
    number = int(connection.execute(of_key).scalar_one()) + 1
    connection.execute(insert(table), [{**values, "number": number}])


def keys(connection: Connection, column: str, wanted: Sequence[Any]) -> list[RowMapping]:
    """Keys by kid, organisation or party, the first bound first."""
    table = party_key
    return rows_by(
        connection, select(table), table.c[column], wanted, table.c.valid_from, table.c.kid
    )


def steps(connection: Connection, kids: Sequence[str]) -> list[RowMapping]:
    """What became of keys, in order."""
    table = party_key_step
    return rows_by(connection, select(table), table.c.kid, kids, table.c.number)


def registered(connection: Connection, number: int) -> RowMapping | None:
    """What kind of party an organisation is, and its code in the register."""
    query = select(organisation.c.code, organisation.c.kind).where(organisation.c.id == number)
    return connection.execute(query).mappings().one_or_none()


def seal(connection: Connection, values: Values) -> None:
    """The sealed secret of a key."""
    connection.execute(insert(party_key_secret), [dict(values)])


def sealed(connection: Connection, kids: Sequence[str]) -> list[RowMapping]:
    """The sealed secrets of these keys, those that are kept here."""
    table = party_key_secret
    return rows_by(connection, select(table), table.c.kid, kids, table.c.kid)


def all_sealed(connection: Connection) -> list[RowMapping]:
    """Every sealed secret."""
    return list(connection.execute(select(party_key_secret)).mappings())


def one_of_each_master(connection: Connection) -> list[RowMapping]:
    """Of each master key one secret that it seals."""
    table = party_key_secret
    first = select(func.min(table.c.kid)).group_by(table.c.master)
    return list(connection.execute(select(table).where(table.c.kid.in_(first))).mappings())


def seal_again(connection: Connection, values: Values) -> None:
    """The secret of a key sealed under another master key."""
    own = party_key_secret.c.kid == values["kid"]
    connection.execute(update(party_key_secret).where(own).values(**values))
