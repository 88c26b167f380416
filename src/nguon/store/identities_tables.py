# SPDX-License-Identifier: Apache-2.0
"""The tables of the identity bridge: other systems' names of a thing, and what was said of them.

Rows are only ever added. ``folded`` is the foreign name as it is looked for,
``item_hash`` the `nguon.gs1.key_hash` of ``item``. Times are microseconds UTC,
days ISO 8601 text.
"""

from sqlalchemy import Column, Index, Table, Text

from nguon.store.schema import INT16, INT64, metadata

foreign_identity = Table(
    "foreign_identity",
    metadata,
    Column("id", Text, primary_key=True),
    Column("system", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_folded", Text, nullable=False),
    Column("foreign_id", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("item_hash", INT64, nullable=False),
    Column("owner", INT64, nullable=False),
    Column("declarer", INT64, nullable=False),
    Column("foreign_owner", INT64),
    Column("public", INT16, nullable=False),
    Column("valid_from", Text, nullable=False),
    Column("valid_to", Text),
    Column("recorded", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Index("ix_foreign_identity_folded", "folded"),
    Index("ix_foreign_identity_item", "item_hash"),
    Index("ix_foreign_identity_owner", "owner", "id"),
    Index("ix_foreign_identity_declarer", "declarer", "id"),
    Index("ix_foreign_identity_foreign_owner", "foreign_owner", "id"),
)
"""Mappings as they were declared: ``id`` sorts by the time of recording."""

foreign_identity_step = Table(
    "foreign_identity_step",
    metadata,
    Column("identity", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False),
    Column("effective", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("organisation", INT64, nullable=False),
    Column("recorded", INT64, nullable=False),
    Column("actor", Text, nullable=False),
)
"""Confirmed, refused, ended: holds from the day ``effective``; the last one counts."""
