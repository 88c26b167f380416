# SPDX-License-Identifier: Apache-2.0
"""Hand-overs and what everyday entries remember."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _entries()
    _handovers()
    op.create_table(
        "running_number",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("next", INT64, nullable=False),
        sqlite_strict=True,
    )


def _entries() -> None:
    op.create_table(
        "entry",
        sa.Column("organisation", INT64, primary_key=True, autoincrement=False),
        sa.Column("receipt", INT64, primary_key=True, autoincrement=False),
        sa.Column("idempotency", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("happened", INT64, nullable=False),
        sa.Column("recorded", INT64, nullable=False),
        sa.Column("done", INT16, nullable=False),
        sa.UniqueConstraint("organisation", "idempotency", name="entry_idempotency"),
        sqlite_strict=True,
    )
    op.create_index("entry_by_kind", "entry", ["organisation", "kind", "receipt"])
    op.create_index("entry_by_time", "entry", ["organisation", "happened"])
    op.create_index("entry_pending", "entry", ["organisation", "done", "recorded"])


def _handovers() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("giver", INT64, nullable=False),
        sa.Column("receiver", INT64, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("offered", INT64, nullable=False),
        sa.Column("changed", INT64, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("handover_by_giver", "handover", ["giver", "state", "changed"])
    op.create_index("handover_by_receiver", "handover", ["receiver", "state", "changed"])
    op.create_table(
        "handover_item",
        sa.Column("item", sa.Text, primary_key=True),
        sa.Column("handover", sa.Text, primary_key=True),
        sqlite_strict=True,
    )
