# SPDX-License-Identifier: Apache-2.0
"""The tables of links: what a key leads to, which of it is its default, and who answers elsewhere.

Times are microseconds UTC, days ISO 8601 text, lists one entry a line. Rows are
never deleted: what is over has ``ended``.
"""

from sqlalchemy import Column, Index, Table, Text

from nguon.store.schema import INT16, INT64, metadata


def _made() -> list[Column[str] | Column[int]]:
    return [
        Column("created", INT64, nullable=False),
        Column("actor", Text, nullable=False),
        Column("ended", INT64),
        Column("ended_by", Text),
    ]


link = Table(
    "link",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("organisation", INT64, nullable=False),
    Column("type", Text, nullable=False),
    Column("href", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("hreflang", Text, nullable=False),
    Column("media_type", Text),
    Column("context", Text, nullable=False),
    Column("fwqs", INT16, nullable=False),
    Column("public", INT16, nullable=False),
    Column("valid_from", Text),
    Column("valid_to", Text),
    Column("position", INT16, nullable=False),
    *_made(),
    Index("link_key", "key"),
    Index("link_organisation", "organisation", "created"),
)

link_default = Table(
    "link_default",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("organisation", INT64, nullable=False),
    Column("type", Text, nullable=False),
    *_made(),
    Index("link_default_key", "key"),
)
"""The link type that a key leads to by default; none: the passport."""

link_delegation = Table(
    "link_delegation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("prefix", Text, nullable=False),
    Column("resolver", Text, nullable=False),
    Column("title", Text, nullable=False),
    *_made(),
)
"""Prefixes of keys that another resolver answers for."""
