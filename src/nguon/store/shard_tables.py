# SPDX-License-Identifier: Apache-2.0
"""The table of shards: into which trees the log is cut."""

from sqlalchemy import Column, Table, Text

from nguon.store.schema import INT16, INT64, metadata

log_shard = Table(
    "log_shard",
    metadata,
    Column("number", INT16, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("first", INT64, nullable=False),
    Column("last", INT64),
)
"""Shards in order, from 1; ``last`` is null in the one that grows."""
