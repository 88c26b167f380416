# SPDX-License-Identifier: Apache-2.0
"""The tables of everyday entries: what was sent, hand-overs with their goods, running numbers.

Times are microseconds UTC; entries and answers are JSON.
"""

from sqlalchemy import Column, Index, Table, Text, UniqueConstraint

from nguon.store.schema import INT16, INT64, metadata

entry = Table(
    "entry",
    metadata,
    Column("organisation", INT64, primary_key=True, autoincrement=False),
    Column("receipt", INT64, primary_key=True, autoincrement=False),
    Column("idempotency", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("happened", INT64, nullable=False),
    Column("recorded", INT64, nullable=False),
    Column("done", INT16, nullable=False),
    Column("job", Text),
    UniqueConstraint("organisation", "idempotency", name="entry_idempotency"),
    Index("entry_by_kind", "organisation", "kind", "receipt"),
    Index("entry_by_time", "organisation", "happened"),
    Index("entry_pending", "organisation", "done", "recorded"),
)
"""One row a form: ``body`` its entries, ``receipt`` its number in the organisation, ``done``
once its events are stored, ``job`` the capture job of these."""

handover = Table(
    "handover",
    metadata,
    Column("id", Text, primary_key=True),
    Column("giver", INT64, nullable=False),
    Column("receiver", INT64, nullable=False),
    Column("state", Text, nullable=False),
    Column("offered", INT64, nullable=False),
    Column("changed", INT64, nullable=False),
    Column("body", Text, nullable=False),
    Column("offer", Text, index=True),
    Index("handover_by_giver", "giver", "state", "changed"),
    Index("handover_by_receiver", "receiver", "state", "changed"),
)
"""Goods on their way from one organisation to another; ``body`` has lines and history,
``offer`` is the hash of the nonce that the receiver echoes."""

handover_step = Table(
    "handover_step",
    metadata,
    Column("handover", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("organisation", INT64, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", INT64, nullable=False),
    Column("payload", Text, nullable=False),
    Column("kid", Text),
    Column("custodial", INT16, nullable=False),
    Column("token", Text),
)
"""What a party said of a hand-over: ``token`` is its detached JWS over ``payload``, if signed."""

handover_seen = Table(
    "handover_seen",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seq", INT64, nullable=False),
)
"""Up to which entry of the log shipments and receipts of programs were matched."""

handover_item = Table(
    "handover_item",
    metadata,
    Column("item", Text, primary_key=True),
    Column("handover", Text, primary_key=True),
)
"""Which hand-overs name an item, also inside a pallet."""

running_number = Table(
    "running_number",
    metadata,
    Column("name", Text, primary_key=True),
    Column("next", INT64, nullable=False),
)
"""The first number that is not taken yet: receipts of an organisation, pallets of a prefix."""
