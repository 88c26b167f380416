# SPDX-License-Identifier: Apache-2.0
"""The tables of inspections: minutes, their photographs, and officers' holds.

Times are microseconds UTC, days ISO dates. ``body`` is JSON of `nguon.inspections.model`.
"""

from sqlalchemy import Column, Index, Table, Text

from nguon.store.schema import INT64, metadata

inspection = Table(
    "inspection",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", INT64, nullable=False),
    Column("organisation", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("begun", INT64, nullable=False),
    Column("recorded", INT64, nullable=False),
    Column("body", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Index("ix_inspection_nonce", "organisation", "nonce", unique=True),
    Index("ix_inspection_digest", "digest"),
)
"""Minutes; ``nonce`` is the form's, so that it is recorded once however often it is sent."""

inspection_photo = Table(
    "inspection_photo",
    metadata,
    Column("inspection", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", INT64, nullable=False),
    Column("digest", Text, nullable=False),
)
"""Photographs by the SHA-256 of their octets."""

officer_hold = Table(
    "officer_hold",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organisation", INT64, nullable=False),
    Column("inspection", Text),
    Column("keys", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("until", Text, nullable=False),
    Column("begun", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("signed", Text, nullable=False),
    Column("lifted", INT64),
    Column("released_by", Text),
    Column("lift_reason", Text),
    Index("ix_officer_hold_inspection", "inspection"),
    Index("ix_officer_hold_organisation", "organisation"),
)
"""Goods held by an officer's order; ``signed`` is a compact JWS of it."""
