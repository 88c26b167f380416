# SPDX-License-Identifier: Apache-2.0
"""Boundaries of plots; the words by which register entries are found."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")
DEGREES: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL, "sqlite")


def upgrade() -> None:
    _boundaries()
    _search()


def _boundaries() -> None:
    op.create_table(
        "plot_boundary",
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("version", INT64, primary_key=True, autoincrement=False),
        sa.Column("current", INT16, nullable=False),
        sa.Column("sent", sa.Text, nullable=False),
        sa.Column("epsg", INT64, nullable=False),
        sa.Column("geometry", sa.Text, nullable=False),
        sa.Column("area_ha", sa.Text),
        sa.Column("declared_ha", sa.Text),
        *(sa.Column(name, DEGREES, nullable=False) for name in ("south", "north", "west", "east")),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("accuracy", sa.Text),
        sa.Column("confirmed", sa.Text),
        sa.Column("organisation", INT64),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("recorded", INT64, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "plot_cell",
        sa.Column("cell", INT64, primary_key=True, autoincrement=False),
        sa.Column("place", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )
    op.create_index("ix_plot_cell_place", "plot_cell", ["place"])


def _search() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", INT64, primary_key=True, autoincrement=False),
        sa.Column("register", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("province", sa.Text),
        sa.Column("owners", sa.Text, nullable=False),
        sa.Column("open_words", sa.Text, nullable=False),
        sa.Column("own_words", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    # The words of one reader lie together: 0 is everybody, -1 who sees all.
    op.create_table(
        "search_word",
        sa.Column("reader", INT64, primary_key=True, autoincrement=False),
        sa.Column(
            "word", sa.Text(collation="C").with_variant(sa.Text(), "sqlite"), primary_key=True
        ),
        sa.Column("entry", INT64, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )
    op.create_index("ix_search_word_entry", "search_word", ["entry"])
