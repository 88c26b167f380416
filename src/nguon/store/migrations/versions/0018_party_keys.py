# SPDX-License-Identifier: Apache-2.0
"""Keys that parties sign with, what became of them, and the sealed secrets of those kept here."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "party_key",
        sa.Column("kid", sa.Text, primary_key=True, nullable=False),
        sa.Column("organisation", INT64, nullable=False, index=True),
        sa.Column("party", sa.Text, nullable=False, index=True),
        sa.Column("algorithm", sa.Text, nullable=False),
        sa.Column("public", sa.LargeBinary, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in _WORDS),
        sa.Column("valid_from", INT64, nullable=False),
        sa.Column("valid_to", INT64),
        sqlite_strict=True,
    )
    op.create_table(
        "party_key_step",
        sa.Column("kid", sa.Text, primary_key=True, nullable=False),
        sa.Column("number", INT64, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("at", INT64, nullable=False),
        sa.Column("seq", INT64, nullable=False),
        sa.Column("until", INT64),
        sa.Column("organisation", INT64, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "party_key_secret",
        sa.Column("kid", sa.Text, primary_key=True, nullable=False),
        sa.Column("master", INT64, nullable=False),
        sa.Column("nonce", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )


_WORDS = ("custody", "name", "prefixes", "places")
