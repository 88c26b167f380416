# SPDX-License-Identifier: Apache-2.0
"""Statements: log entries that are about no event, and what they state."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "log_statement",
        _number("seq"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary),
        sqlite_strict=True,
    )
    for table, column in (("log_about", "subject"), ("log_mark", "mark")):
        op.create_table(
            table,
            sa.Column(column, sa.Text, primary_key=True, nullable=False),
            _number("seq"),
            sqlite_strict=True,
            sqlite_with_rowid=False,
        )


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, INT64, nullable=False, primary_key=True, autoincrement=False)
