# SPDX-License-Identifier: Apache-2.0
"""The statements on API keys: a key's secret is kept as its hash only."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, RowMapping, insert, select, update

from nguon.store.accounts_tables import api_key
from nguon.store.stated import stated


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
    rate: int | None = None
    networks: str | None = None


def _row(row: RowMapping) -> KeyRow:
    return KeyRow(**{**row, "strict": bool(row["strict"])})


def add(connection: Connection, key: KeyRow) -> None:
    """Write a new key."""
    values = {**msgspec.structs.asdict(key), "strict": int(key.strict)}
    connection.execute(insert(api_key).values(values))
    stated(connection, api_key, [values])


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
    done = connection.execute(change.values(revoked=moment).returning(*api_key.c)).mappings().all()
    stated(connection, api_key, done)
    return len(done) == 1


def touch(connection: Connection, key_id: str, moment: int) -> None:
    """Note when a key was last used."""
    connection.execute(update(api_key).where(api_key.c.id == key_id).values(last_used=moment))
