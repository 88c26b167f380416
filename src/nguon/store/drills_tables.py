# SPDX-License-Identifier: Apache-2.0
"""The tables of drills: what was tried out on real records, who answered, the signed reports.

Times are microseconds UTC, quantities and results JSON. Nothing here stops goods or is public.
"""

from sqlalchemy import Column, Index, Table, Text

from nguon.store.schema import INT16, INT64, metadata

drill = Table(
    "drill",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("organisation", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("start", Text, nullable=False),
    Column("notices", INT16, nullable=False),
    Column("started", INT64, nullable=False),
    Column("traced", INT64, nullable=False),
    Column("due", INT64),
    Column("ended", INT64),
    Column("ended_by", Text),
    Column("as_of", INT64, nullable=False),
    Column("result", Text, nullable=False),
    Index("ix_drill_organisation", "organisation", "started"),
)
"""A drill; ``start`` is what was typed, ``result`` what the records gave at the start."""

drill_site = Table(
    "drill_site",
    metadata,
    Column("drill", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("organisation", INT64),
    Column("party", Text),
    Column("place", Text),
    Column("shown", INT16, nullable=False),
    Column("told", Text, nullable=False),
    Column("sold", Text, nullable=False),
    Column("answered", INT64),
    Column("found", Text),
    Column("words", Text),
    Column("by_hand", INT16, nullable=False),
    Column("actor", Text),
    Index("ix_drill_site_organisation", "organisation"),
)
"""Who holds goods of a mock recall by the records, and what he answered; ``shown`` is whether the
organiser may know who it is, ``by_hand`` whether the organiser wrote the answer down.
"""

drill_report = Table(
    "drill_report",
    metadata,
    Column("drill", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("at", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("jws", Text, nullable=False),
)
"""Reports as they were signed; the log has the digest of the row."""
