# SPDX-License-Identifier: Apache-2.0
"""Rows of shards, and that the log was begun at all: both in one transaction."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from nguon.store.schema import setting
from nguon.store.shard_tables import log_shard

_BEGUN = "log.begun"


class ShardRow(NamedTuple):
    """A shard as the database has it."""

    number: int
    name: str
    origin: str
    first: int
    last: int | None


def begun(connection: Connection) -> bool:
    """Whether the log was ever begun over this database."""
    query = select(setting.c.name).where(setting.c.name == _BEGUN)
    return connection.scalar(query) is not None


def begin(connection: Connection, first: ShardRow, now: int) -> None:
    """Add the first shard, and note for good that the log was begun."""
    connection.execute(insert(setting).values(name=_BEGUN, value=str(now).encode()))
    add(connection, first)


def add(connection: Connection, row: ShardRow) -> None:
    """Add a shard."""
    connection.execute(insert(log_shard).values(row._asdict()))


def end(connection: Connection, number: int, last: int) -> bool:
    """Let a shard end with an entry; False where it ended already."""
    grows = log_shard.c.number == number, log_shard.c.last.is_(None)
    return connection.execute(update(log_shard).where(*grows).values(last=last)).rowcount == 1


def shards(connection: Connection) -> Sequence[ShardRow]:
    """Every shard, in order."""
    query = select(log_shard).order_by(log_shard.c.number)
    return [ShardRow(*row) for row in connection.execute(query)]
