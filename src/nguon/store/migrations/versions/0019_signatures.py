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


def _text(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, nullable=nullable)


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, INT64, nullable=False)


def _octets(name: str, *, nullable: bool = False) -> "sa.Column[bytes]":
    return sa.Column(name, sa.LargeBinary, nullable=nullable)
