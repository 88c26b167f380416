# SPDX-License-Identifier: Apache-2.0
"""Drills of recalls and traces."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "drill",
        sa.Column("id", sa.Text, primary_key=True, nullable=False),
        *(_text("kind"), _number("organisation"), _text("actor"), _text("title"), _text("start")),
        sa.Column("notices", INT16, nullable=False),
        *(_number("started"), _number("traced"), sa.Column("due", INT64)),
        *(sa.Column("ended", INT64), sa.Column("ended_by", sa.Text)),
        *(_number("as_of"), _text("result")),
        sqlite_strict=True,
    )
    op.create_index("ix_drill_organisation", "drill", ["organisation", "started"])
    op.create_table(
        "drill_site",
        *_place_of("drill"),
        *(sa.Column("organisation", INT64), sa.Column("party", sa.Text)),
        *(sa.Column("place", sa.Text), sa.Column("shown", INT16, nullable=False)),
        *(_text("told"), _text("sold"), sa.Column("answered", INT64)),
        *(sa.Column("found", sa.Text), sa.Column("words", sa.Text)),
        *(sa.Column("by_hand", INT16, nullable=False), sa.Column("actor", sa.Text)),
        sqlite_strict=True,
    )
    op.create_index("ix_drill_site_organisation", "drill_site", ["organisation"])
    op.create_table(
        "drill_report",
        *_place_of("drill"),
        *(_number("at"), _text("actor"), _text("digest"), _text("jws")),
        sqlite_strict=True,
    )


def _place_of(name: str) -> tuple[sa.Column[str], sa.Column[int]]:
    number = sa.Column("number", INT64, primary_key=True, autoincrement=False, nullable=False)
    return sa.Column(name, sa.Text, primary_key=True, nullable=False), number


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, INT64, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
