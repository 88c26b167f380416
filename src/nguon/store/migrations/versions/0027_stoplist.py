# SPDX-License-Identifier: Apache-2.0
"""What may not be sold or moved now."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    head = op.create_table(
        "stop_head",
        sa.Column("id", INT16, primary_key=True, autoincrement=False, nullable=False),
        *(_number("version"), _number("standing"), _number("changed")),
        sqlite_strict=True,
    )
    op.bulk_insert(head, [{"id": 1, "version": 0, "standing": 0, "changed": 0}])
    op.create_table(
        "stop_cause",
        _key_number("number"),
        *(_text("source"), _text("reason"), sa.Column("level", INT16)),
        sa.Column("mandatory", INT16, nullable=False),
        *(_text("words_vi"), _text("words_en")),
        sa.Column("public", INT16, nullable=False),
        *(_number("since"), _number("made"), _text("actor")),
        sqlite_strict=True,
    )
    op.create_index("ix_stop_cause_source", "stop_cause", ["source"])
    op.create_table(
        "stop",
        *(_key_number("cause"), _key_number("number"), _number("item")),
        sa.Column("kind", INT16, nullable=False),
        *(_text("key"), sa.Column("last", sa.Text)),
        *(sa.Column("lifted", INT64), sa.Column("lifted_with", INT64), sa.Column("actor", sa.Text)),
        sqlite_strict=True,
    )
    op.create_index("ix_stop_item", "stop", ["item"])
    op.create_index("ix_stop_lifted_with", "stop", ["lifted_with"])


def _key_number(name: str) -> sa.Column[int]:
    return sa.Column(name, INT64, primary_key=True, autoincrement=False, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, INT64, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
