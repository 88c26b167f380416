# SPDX-License-Identifier: Apache-2.0
"""The tables of log entries that are about no event."""

from sqlalchemy import Column, LargeBinary, Table, Text

from nguon.store.schema import INT64, metadata

log_statement = Table(
    "log_statement",
    metadata,
    Column("seq", INT64, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("body", LargeBinary),
)
"""What statements say; ``body`` is null where it was erased."""

log_about = Table(
    "log_about",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("seq", INT64, primary_key=True, autoincrement=False),
)
"""Which statements concern a person, an organisation or an entry of a register."""

log_mark = Table(
    "log_mark",
    metadata,
    Column("mark", Text, primary_key=True),
    Column("seq", INT64, primary_key=True, autoincrement=False),
)
"""The marks (`nguon.store.leaf`) in statements, and in entries whose event this database has
not."""
