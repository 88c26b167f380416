# SPDX-License-Identifier: Apache-2.0
"""What parties say of hand-overs, signed; the nonces of offers; what programs shipped."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("handover", sa.Column("offer", sa.Text))
    op.create_index("ix_handover_offer", "handover", ["offer"])
    op.create_table(
        "handover_step",
        sa.Column("handover", sa.Text, primary_key=True, nullable=False),
        sa.Column("number", INT64, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("organisation", INT64, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("at", INT64, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("kid", sa.Text),
        sa.Column("custodial", INT16, nullable=False),
        sa.Column("token", sa.Text),
        sqlite_strict=True,
    )
    op.create_table(
        "handover_seen",
        sa.Column("name", sa.Text, primary_key=True, nullable=False),
        sa.Column("seq", INT64, nullable=False),
        sqlite_strict=True,
    )
