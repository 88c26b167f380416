# SPDX-License-Identifier: Apache-2.0
"""What each step of a recall said to which site."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "recall_told",
        sa.Column("recall", sa.Text, primary_key=True, nullable=False),
        *(
            sa.Column(name, INT64, primary_key=True, autoincrement=False, nullable=False)
            for name in ("number", "site")
        ),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("at", INT64, nullable=False),
        sa.Column("organisation", INT64),
        sa.Column("party", sa.Text),
        sa.Column("place", sa.Text),
        sa.Column("things", INT64, nullable=False),
        sa.Column("digest", sa.Text),
        sa.Column("quantity", sa.Text),
        sa.Column("due", INT64),
        sqlite_strict=True,
    )
    op.create_index("recall_told_site", "recall_told", ["recall", "site"])
