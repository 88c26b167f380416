# SPDX-License-Identifier: Apache-2.0
"""Shards of the log: which entries each has."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "log_shard",
        sa.Column("number", INT16, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("first", INT64, nullable=False),
        sa.Column("last", INT64),
        sqlite_strict=True,
    )
