# SPDX-License-Identifier: Apache-2.0
"""The table of API keys and its statements: a key's secret is kept as its hash only."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    RowMapping,
    Table,
    Text,
    insert,
    select,
    update,
)

from nguon.store.schema import INT16, INT64, metadata

api_key = Table(
    "api_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organisation", INT64, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("strict", INT16, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("created", INT64, nullable=False),
    Column("last_used", INT64),
    Column("expires", INT64),
    Column("revoked", INT64),
)


class KeyRow(msgspec.Struct, frozen=True):
    """A stored key; times in microseconds UTC, scopes separated by spaces."""

    id: str
    organisation: int
    name: str
    kind: str
    scopes: str
    strict: bool
    secret_hash: bytes
    created: int
    last_used: int | None = None
    expires: int | None = None
    revoked: int | None = None


def _row(row: RowMapping) -> KeyRow:
    return KeyRow(**{**row, "strict": bool(row["strict"])})


def add(connection: Connection, key: KeyRow) -> None:
    """Write a new key."""
    values = {**msgspec.structs.asdict(key), "strict": int(key.strict)}
    connection.execute(insert(api_key).values(values))


def find(connection: Connection, key_id: str) -> KeyRow | None:
    """The key with this id, revoked and expired ones too."""
    found = connection.execute(select(api_key).where(api_key.c.id == key_id))
    row = found.mappings().one_or_none()
    return None if row is None else _row(row)


def of_organisation(connection: Connection, organisation: int | None) -> Sequence[KeyRow]:
    """An organisation's keys, or all keys for `None`, oldest first."""
    query = select(api_key).order_by(api_key.c.created, api_key.c.id)
    if organisation is not None:
        query = query.where(api_key.c.organisation == organisation)
    return [_row(row) for row in connection.execute(query).mappings()]


def revoke(connection: Connection, key_id: str, moment: int) -> bool:
    """Mark a key revoked; False when there is no such key or it was revoked before."""
    change = update(api_key).where(api_key.c.id == key_id, api_key.c.revoked.is_(None))
    return connection.execute(change.values(revoked=moment)).rowcount == 1


def touch(connection: Connection, key_id: str, moment: int) -> None:
    """Note when a key was last used."""
    connection.execute(update(api_key).where(api_key.c.id == key_id).values(last_used=moment))
