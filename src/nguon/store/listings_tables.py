# SPDX-License-Identifier: Apache-2.0
"""The tables of what marketplaces ask: their sellers, what they watch, what they are told.

Times are microseconds UTC. ``market`` is the marketplace's organisation. No table has a
personal number: sellers have the names that the marketplace made up.
"""

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from nguon.store.schema import INT64, metadata

listing_key = Table(
    "listing_key",
    metadata,
    Column("market", INT64, primary_key=True, autoincrement=False),
    Column("secret", LargeBinary, nullable=False),
    Column("made", INT64, nullable=False),
    Column("actor", Text, nullable=False),
)
"""The key that a marketplace looks sellers up with, sealed (`nguon.identity.accounts.sealing`)."""

listing_seller = Table(
    "listing_seller",
    metadata,
    Column("market", INT64, primary_key=True, autoincrement=False),
    Column("seller", Text, primary_key=True),
    Column("organisation", INT64, nullable=False),
    Column("registered", INT64, nullable=False),
    Column("actor", Text, nullable=False),
)
"""Which party a marketplace says one of its sellers is."""

listing_resale = Table(
    "listing_resale",
    metadata,
    Column("organisation", INT64, primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    Column("declared", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("signed", Text, nullable=False),
    Column("withdrawn", INT64),
    Index("listing_resale_key", "key"),
)
"""A seller's own declaration that it resells a thing; ``signed`` is a compact JWS."""

listing_subscription = Table(
    "listing_subscription",
    metadata,
    Column("id", Text, primary_key=True),
    Column("market", INT64, nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("created", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("ended", INT64),
    Column("ended_by", Text),
)
"""Where a marketplace wants to be told of changes."""

listing_watch = Table(
    "listing_watch",
    metadata,
    Column("subscription", Text, primary_key=True),
    Column("seller", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("told", Text, nullable=False),
    Column("looked", INT64, nullable=False),
    Index("listing_watch_looked", "looked"),
)
"""What is watched: ``seller`` as it was asked about; ``told`` are the answers told last."""

listing_outbox = Table(
    "listing_outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("subscription", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("made", INT64, nullable=False),
    Column("attempts", INT64, nullable=False),
    Column("due", INT64),
    Column("delivered", INT64),
    Column("status", INT64),
    Column("trouble", Text),
    Index("listing_outbox_due", "due"),
    Index("listing_outbox_subscription", "subscription", "made"),
)
"""Messages on their way; ``due`` is null for those delivered or given up."""
