# SPDX-License-Identifier: Apache-2.0
"""The tables of the stop list: what is stopped, by whom and with what words.

Times are microseconds UTC. ``number`` of a cause is the list's version with which it
came; ``lifted_with`` the version with which a stop went.
"""

from sqlalchemy import Column, Index, Table, Text

from nguon.store.schema import INT16, INT64, metadata

stop_head = Table(
    "stop_head",
    metadata,
    Column("id", INT16, primary_key=True, autoincrement=False),
    Column("version", INT64, nullable=False),
    Column("standing", INT64, nullable=False),
    Column("changed", INT64, nullable=False),
)
"""One row: the list's version, how many stops stand. Whoever updates it holds the list."""

stop_cause = Table(
    "stop_cause",
    metadata,
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("level", INT16),
    Column("mandatory", INT16, nullable=False),
    Column("words_vi", Text, nullable=False),
    Column("words_en", Text, nullable=False),
    Column("public", INT16, nullable=False),
    Column("since", INT64, nullable=False),
    Column("made", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Index("ix_stop_cause_source", "source"),
)
"""What some stops have in common."""

stop = Table(
    "stop",
    metadata,
    Column("cause", INT64, primary_key=True, autoincrement=False),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("item", INT64, nullable=False),
    Column("kind", INT16, nullable=False),
    Column("key", Text, nullable=False),
    Column("last", Text),
    Column("lifted", INT64),
    Column("lifted_with", INT64),
    Column("actor", Text),
    Index("ix_stop_item", "item"),
    Index("ix_stop_lifted_with", "lifted_with"),
)
"""What is stopped; ``item`` is the hash that it is found by, of a run that of its product."""
