# SPDX-License-Identifier: Apache-2.0
"""Mandates, access records, consents and erasures."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _mandates()
    _access()
    _consents()
    _erasures()
    _requests()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, INT64, nullable=False)


def _mandates() -> None:
    op.create_table(
        "mandate",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("granted", INT64, primary_key=True, autoincrement=False),
        sa.Column("provinces", sa.Text),
        sa.Column("sectors", sa.Text),
        sa.Column("valid_from", sa.Text),
        sa.Column("valid_to", sa.Text),
        _text("granted_by"),
        _text("reason"),
        sqlite_strict=True,
    )


def _access() -> None:
    op.create_table(
        "access",
        sa.Column("subject", INT64, primary_key=True, autoincrement=False),
        sa.Column("hour", INT64, primary_key=True, autoincrement=False),
        sa.Column("reader_organisation", INT64, primary_key=True, autoincrement=False),
        sa.Column("reader", sa.Text, primary_key=True),
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("purpose", sa.Text, primary_key=True),
        _text("reader_kind"),
        _number("first"),
        _number("last"),
        _number("count"),
        _text("keys"),
        sqlite_strict=True,
    )
    op.create_table(
        "access_lost",
        sa.Column("hour", INT64, primary_key=True, autoincrement=False),
        _number("count"),
        sqlite_strict=True,
    )


def _consents() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("subject", INT64, nullable=False, index=True),
        _text("purpose"),
        _text("means"),
        sa.Column("evidence", sa.Text),
        _text("given"),
        sa.Column("recorder", INT64, nullable=False),
        _text("recorded_by"),
        _number("recorded"),
        sa.Column("withdrawn", INT64),
        sa.Column("withdrawn_by", sa.Text),
        sqlite_strict=True,
    )


def _erasures() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.Text, primary_key=True),
        _text("kind"),
        sa.Column("subject", INT64),
        _text("reason"),
        _text("erased_by"),
        _number("erased"),
        sqlite_strict=True,
    )
    op.create_table(
        "erased_event",
        sa.Column("event", INT64, primary_key=True, autoincrement=False),
        sa.Column("erasure", sa.Text, nullable=False, index=True),
        _number("seq"),
        sqlite_strict=True,
    )
    op.create_table(
        "erased_mark",
        sa.Column("mark", sa.Text, primary_key=True),
        sa.Column("event", INT64, primary_key=True, autoincrement=False),
        sqlite_strict=True,
    )


def _requests() -> None:
    op.create_table(
        "erasure_request",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("subject", INT64, nullable=False, index=True),
        sa.Column("organisation", INT64, nullable=False, index=True),
        _text("asked_by"),
        _text("reason"),
        _number("created"),
        _text("due"),
        sa.Column("state", sa.Text, nullable=False, index=True),
        sa.Column("decided", INT64),
        sa.Column("decided_by", sa.Text),
        sa.Column("answer", sa.Text),
        sqlite_strict=True,
    )
