# SPDX-License-Identifier: Apache-2.0
"""The tables of a recall's sites: who was told, which things, what they answered and did."""

from sqlalchemy import Column, Index, Table, Text

from nguon.store.schema import INT16, INT64, metadata

recall_site = Table(
    "recall_site",
    metadata,
    Column("recall", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("organisation", INT64),
    Column("party", Text),
    Column("place", Text),
    Column("province", Text),
    Column("state", Text, nullable=False),
    Column("things", INT64, nullable=False),
    Column("told", Text, nullable=False),
    Column("sold_before", Text, nullable=False),
    Column("found", Text, nullable=False),
    Column("held", Text, nullable=False),
    Column("sold", Text, nullable=False),
    Column("disposed", Text, nullable=False),
    Column("version", INT64, nullable=False),
    Column("told_at", INT64, nullable=False),
    Column("seen_at", INT64),
    Column("answered_at", INT64),
    Column("due", INT64),
    Column("reminded", INT64, nullable=False),
    Column("escalated", INT64),
    Column("released", INT64, nullable=False),
    Column("words", Text),
    Column("open_to_maker", INT16, nullable=False),
    Column("steps", INT64, nullable=False),
    Index("recall_site_organisation", "organisation", "recall"),
    Index("recall_site_state", "recall", "state"),
)
"""Who holds goods or sold them; quantities are JSON lists of product, amount and unit.

``open_to_maker``: the maker's own records show that it is there."""

recall_placed = Table(
    "recall_placed",
    metadata,
    Column("recall", Text, primary_key=True),
    Column("site", INT64, primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("version", INT64, nullable=False),
    Index("recall_placed_key", "recall", "key"),
)
"""Which affected thing was where when the site was told; the newest version is where it is."""

recall_site_step = Table(
    "recall_site_step",
    metadata,
    Column("recall", Text, primary_key=True),
    Column("site", INT64, primary_key=True, autoincrement=False),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("step", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", INT64, nullable=False),
    Column("organisation", INT64),
    Column("actor", Text),
    Column("words", Text),
    Column("content", Text),
)
"""What happened at a site, in order."""

recall_disposal = Table(
    "recall_disposal",
    metadata,
    Column("id", Text, primary_key=True),
    Column("recall", Text, nullable=False),
    Column("site", INT64, nullable=False),
    Column("open_as", Text, unique=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("quantity", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("at", INT64, nullable=False),
    Column("organisation", INT64),
    Column("actor", Text),
    Column("verified", INT64),
    Column("verified_by", Text),
    Column("verify_words", Text),
    Index("recall_disposal_site", "recall", "site"),
)
"""What was done with goods that a site held; ``open_as`` makes a repeated one the same."""

recall_told = Table(
    "recall_told",
    metadata,
    Column("recall", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("site", INT64, primary_key=True, autoincrement=False),
    Column("what", Text, nullable=False),
    Column("at", INT64, nullable=False),
    Column("organisation", INT64),
    Column("party", Text),
    Column("place", Text),
    Column("things", INT64, nullable=False),
    Column("digest", Text),
    Column("quantity", Text),
    Column("due", INT64),
    Index("recall_told_site", "recall", "site"),
)
"""What each step of a case said to which site; rows are never changed.

``number`` is the step, ``things`` how many things it was about, ``digest`` that of their keys in
order, ``quantity`` JSON. One statement of the log has the root over a step's rows."""
