# SPDX-License-Identifier: Apache-2.0
"""The statements on rate limits: when each bucket is empty again."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from nguon.store.accounts_tables import sign_in_attempt as table


def find(connection: Connection, buckets: Sequence[bytes]) -> dict[bytes, int]:
    """When these buckets are empty; those that are empty now have no row."""
    query = select(table).where(table.c.bucket.in_(buckets))
    return {bytes(row.bucket): row.free_at for row in connection.execute(query)}


def put(connection: Connection, known: Mapping[bytes, int], wanted: Mapping[bytes, int]) -> None:
    """Write when buckets are empty; ``known`` are the rows there are."""
    fresh = [{"bucket": name, "free_at": at} for name, at in wanted.items() if name not in known]
    changed = [{"own": name, "at": at} for name, at in wanted.items() if name in known]
    if fresh:
        connection.execute(insert(table), fresh)
    if changed:
        own = update(table).where(table.c.bucket == bindparam("own"))
        connection.execute(own.values(free_at=bindparam("at")), changed)


def sweep(connection: Connection, moment: int) -> None:
    """Remove buckets that are empty."""
    connection.execute(delete(table).where(table.c.free_at <= moment))
