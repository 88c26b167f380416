# SPDX-License-Identifier: Apache-2.0
"""The tables of issued codes: licences, numbers given to products, lots, blocks and what became
of their ranges.

No table has a row for each serial. Rows are only ever added, but for
``issuing_secret``, the count of checks of one hidden part, and
``issuing_block``, of which exporting moves a mark. Times are microseconds UTC,
days ISO 8601 text; ``province`` is where the organisation had its seat.
"""

from sqlalchemy import Column, Index, Table, Text, UniqueConstraint

from nguon.store.schema import INT16, INT64, metadata


def _who() -> tuple[Column[int], Column[str]]:
    return Column("recorded", INT64, nullable=False), Column("actor", Text, nullable=False)


licence = Table(
    "issuing_licence",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organisation", INT64, nullable=False, index=True),
    Column("province", Text),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False, index=True),
    Column("valid_from", Text, nullable=False),
    Column("valid_to", Text),
    Column("source", Text, nullable=False),
    *_who(),
)
"""Company prefixes and single keys: ``kind`` is ``prefix``, ``gtin`` or ``gln``."""

licence_step = Table(
    "issuing_licence_step",
    metadata,
    Column("licence", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False),
    Column("effective", Text, nullable=False),
    Column("organisation", INT64, nullable=False),
    Column("reason", Text, nullable=False),
    *_who(),
)
"""What was said of a licence: declared, checked, refused, withdrawn; in force since a day."""

quota = Table(
    "issuing_quota",
    metadata,
    Column("organisation", INT64, primary_key=True, autoincrement=False),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("pieces", INT64, nullable=False),
    Column("reason", Text, nullable=False),
    *_who(),
)
"""How many pieces an organisation may have serials for, in all; the last one counts."""

gtin = Table(
    "issuing_gtin",
    metadata,
    Column("gtin", Text, primary_key=True),
    Column("organisation", INT64, nullable=False),
    Column("licence", Text, nullable=False),
    Column("base", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("request", Text, nullable=False),
    *_who(),
    UniqueConstraint("organisation", "request", name="issuing_gtin_request"),
    Index("issuing_gtin_given", "recorded", "gtin"),
)
"""Numbers given to products; ``base`` is the one of the piece where this is of its carton."""

control = Table(
    "issuing_control",
    metadata,
    Column("gtin", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("organisation", INT64, nullable=False),
    Column("controlled", INT16, nullable=False),
    *_who(),
)
"""Which products are captured with issued serials alone; the last row of a product counts."""

lot = Table(
    "issuing_lot",
    metadata,
    Column("organisation", INT64, primary_key=True, autoincrement=False),
    Column("request", Text, primary_key=True),
    Column("gtin", Text, nullable=False),
    Column("lot", Text, nullable=False),
    Column("pattern", Text, nullable=False),
    *_who(),
    UniqueConstraint("gtin", "lot", name="issuing_lot_once"),
)
"""Lot numbers given out."""

block = Table(
    "issuing_block",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organisation", INT64, nullable=False),
    Column("province", Text),
    Column("gtin", Text, nullable=False),
    Column("lot", Text),
    Column("first", INT64, nullable=False),
    Column("quantity", INT64, nullable=False),
    Column("exported", INT64, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("hidden", INT16, nullable=False),
    Column("signed", INT16, nullable=False),
    Column("key_number", INT16, nullable=False),
    Column("request", Text, nullable=False),
    *_who(),
    UniqueConstraint("organisation", "request", name="issuing_block_request"),
    UniqueConstraint("gtin", "first", name="issuing_block_place"),
    Index("issuing_block_given", "recorded", "id"),
    Index("issuing_block_own", "organisation", "recorded"),
    Index("issuing_block_province", "province", "recorded"),
)
"""Serials ``first`` to ``first + quantity - 1`` of a product, of which the first ``exported``
were handed to printers."""

export = Table(
    "issuing_export",
    metadata,
    Column("id", Text, primary_key=True),
    Column("block", Text, nullable=False),
    Column("first", INT64, nullable=False),
    Column("quantity", INT64, nullable=False),
    Column("printer", Text, nullable=False),
    Column("request", Text, nullable=False),
    *_who(),
    UniqueConstraint("block", "request", name="issuing_export_request"),
    UniqueConstraint("block", "first", name="issuing_export_place"),
)
"""Ranges handed to a printer; ``first`` counts from 0 in the block."""

fetch = Table(
    "issuing_fetch",
    metadata,
    Column("id", Text, primary_key=True),
    Column("export", Text, nullable=False, index=True),
    Column("part", Text, nullable=False),
    *_who(),
)
"""Each time that a range's file was taken: its ``public`` or its ``hidden`` part."""

mark = Table(
    "issuing_mark",
    metadata,
    Column("block", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("first", INT64, nullable=False),
    Column("quantity", INT64, nullable=False),
    Column("reason", Text, nullable=False),
    *_who(),
)
"""What became of ranges: ``printed`` or ``void``; no two of a block overlap."""

secret = Table(
    "issuing_secret",
    metadata,
    Column("item", Text, primary_key=True),
    Column("first", INT64, nullable=False),
    Column("last", INT64, nullable=False),
    Column("times", INT64, nullable=False),
)
"""Pieces whose hidden part was uncovered and sent to us: when first, when last, how often."""
