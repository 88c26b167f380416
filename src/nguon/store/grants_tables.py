# SPDX-License-Identifier: Apache-2.0
"""The tables of grants: who may speak for whom, how far, and what was drawn from each.

Times are microseconds UTC, days ISO 8601 text, amounts decimal text, lists separated by
blanks.
"""

from sqlalchemy import Column, Index, Table, Text

from nguon.store.schema import INT16, INT64, metadata

party_grant = Table(
    "party_grant",
    metadata,
    Column("id", Text, primary_key=True),
    Column("giver", INT64, nullable=False),
    Column("taker", INT64, nullable=False),
    Column("prefixes", Text, nullable=False),
    Column("places", Text, nullable=False),
    Column("season_from", Text, nullable=False),
    Column("season_to", Text, nullable=False),
    Column("amount", Text),
    Column("unit", Text),
    Column("drawn", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("given", INT64, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("kid", Text, nullable=False),
    Column("custodial", INT16, nullable=False),
    Column("payload", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("answered", INT64),
    Column("accepted", INT16),
    Column("answered_by", Text),
    Column("revoked", INT64),
    Column("revoked_by", Text),
    Column("reason", Text),
    Index("party_grant_by_giver", "giver", "given"),
    Index("party_grant_by_taker", "taker", "given"),
)
"""``token`` is the giver's detached JWS over ``payload``; ``drawn`` is how much was used."""

party_grant_use = Table(
    "party_grant_use",
    metadata,
    Column("grant_id", Text, primary_key=True),
    Column("event", INT64, primary_key=True, autoincrement=False),
    Column("organisation", INT64, nullable=False),
    Column("event_id", Text),
    Column("amount", Text, nullable=False),
    Column("happened", INT64, nullable=False),
    Column("drawn", INT64, nullable=False),
    Column("returned", INT64),
    Index("party_grant_use_by_event_id", "event_id"),
)
"""What each event drew; ``returned`` once it was declared erroneous."""
