# SPDX-License-Identifier: Apache-2.0
"""Scans of codes."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _scans()
    _counts()
    _running()


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, INT64, primary_key=True, autoincrement=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, INT64, nullable=False)


def _scans() -> None:
    op.create_table(
        "scan",
        _key("item"),
        _key("time"),
        _key("number"),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("way", INT16, nullable=False),
        sa.Column("client", INT16, nullable=False),
        sa.Column("language", sa.Text),
        sa.Column("place", sa.Text),
        sa.Column("device", sa.LargeBinary),
        sqlite_strict=True,
    )
    op.create_index("scan_by_time", "scan", ["time"])


def _counts() -> None:
    op.create_table(
        "scan_sum",
        _key("item"),
        _number("scans"),
        _number("views"),
        sa.Column("first", INT64),
        sa.Column("last", INT64),
        sqlite_strict=True,
    )
    op.create_table(
        "scan_day",
        _key("item"),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("place", sa.Text, primary_key=True),
        _number("scans"),
        _number("views"),
        sqlite_strict=True,
    )


def _running() -> None:
    op.create_table(
        "scan_secret",
        _key("period"),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "scan_source",
        sa.Column("name", sa.Text, primary_key=True),
        _number("batch"),
        _number("time"),
        sqlite_strict=True,
    )
    op.create_table(
        "scan_lost",
        sa.Column("day", sa.Text, primary_key=True),
        _number("count"),
        sqlite_strict=True,
    )
