# SPDX-License-Identifier: Apache-2.0
"""Signatures of submissions, the entries that each covers; grants and their use."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "capture_signature",
        sa.Column("id", INT64, primary_key=True, autoincrement=False, nullable=False),
        _text("kid"),
        _number("organisation"),
        _text("form"),
        sa.Column("custodial", INT16, nullable=False),
        _octets("base"),
        _octets("signature"),
        _text("nonce", nullable=True),
        sa.Column("once", sa.LargeBinary, nullable=False, unique=True),
        _octets("content"),
        *(_number(name) for name in ("created", "received", "count")),
        *(_octets(name, nullable=True) for name in ("leaves", "frame")),
        sqlite_strict=True,
    )
    op.create_table(
        "signature_span",
        sa.Column("first", INT64, primary_key=True, autoincrement=False, nullable=False),
        *(_number(name) for name in ("last", "signature", "position")),
        sqlite_strict=True,
    )
    op.create_index("ix_signature_span_signature", "signature_span", ["signature"])
    _grants()


def _grants() -> None:
    op.create_table(
        "party_grant",
        sa.Column("id", sa.Text, primary_key=True, nullable=False),
        *(_number(name) for name in ("giver", "taker")),
        *(_text(name) for name in ("prefixes", "places", "season_from", "season_to")),
        *(_text(name, nullable=True) for name in ("amount", "unit")),
        *(_text(name) for name in ("drawn", "note")),
        _number("given"),
        *(_text(name) for name in ("given_by", "kid")),
        sa.Column("custodial", INT16, nullable=False),
        *(_text(name) for name in ("payload", "token")),
        sa.Column("answered", INT64),
        sa.Column("accepted", INT16),
        _text("answered_by", nullable=True),
        sa.Column("revoked", INT64),
        *(_text(name, nullable=True) for name in ("revoked_by", "reason")),
        sqlite_strict=True,
    )
    for side in ("giver", "taker"):
        op.create_index(f"party_grant_by_{side}", "party_grant", [side, "given"])
    op.create_table(
        "party_grant_use",
        sa.Column("grant_id", sa.Text, primary_key=True, nullable=False),
        sa.Column("event", INT64, primary_key=True, autoincrement=False, nullable=False),
        _number("organisation"),
        _text("event_id", nullable=True),
        _text("amount"),
        *(_number(name) for name in ("happened", "drawn")),
        sa.Column("returned", INT64),
        sqlite_strict=True,
    )
    op.create_index("party_grant_use_by_event_id", "party_grant_use", ["event_id"])


def _text(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, nullable=nullable)


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, INT64, nullable=False)


def _octets(name: str, *, nullable: bool = False) -> "sa.Column[bytes]":
    return sa.Column(name, sa.LargeBinary, nullable=nullable)
