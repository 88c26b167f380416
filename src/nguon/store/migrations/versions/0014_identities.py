# SPDX-License-Identifier: Apache-2.0
"""Other systems' names of the same thing."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "foreign_identity",
        _text("id", primary_key=True),
        *map(_text, ("system", "source", "source_folded", "foreign_id", "folded", "item")),
        *map(_number, ("item_hash", "owner", "declarer")),
        sa.Column("foreign_owner", INT64),
        sa.Column("public", INT16, nullable=False),
        _text("valid_from"),
        sa.Column("valid_to", sa.Text),
        _number("recorded"),
        _text("actor"),
        sqlite_strict=True,
    )
    op.create_index("ix_foreign_identity_folded", "foreign_identity", ["folded"])
    op.create_index("ix_foreign_identity_item", "foreign_identity", ["item_hash"])
    for column in ("owner", "declarer", "foreign_owner"):
        op.create_index(f"ix_foreign_identity_{column}", "foreign_identity", [column, "id"])
    op.create_table(
        "foreign_identity_step",
        _text("identity", primary_key=True),
        _number("number", primary_key=True),
        *map(_text, ("status", "effective", "reason")),
        *map(_number, ("organisation", "recorded")),
        _text("actor"),
        sqlite_strict=True,
    )


def _text(name: str, *, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, primary_key=primary_key)


def _number(name: str, *, primary_key: bool = False) -> sa.Column[int]:
    return sa.Column(name, INT64, nullable=False, primary_key=primary_key, autoincrement=False)
