# SPDX-License-Identifier: Apache-2.0
"""Links of keys and who answers for a prefix."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "link",
        sa.Column("id", sa.Text, primary_key=True),
        *_texts("key"),
        sa.Column("organisation", INT64, nullable=False),
        *_texts("type", "href", "title", "hreflang"),
        *_texts("media_type", nullable=True),
        *_texts("context"),
        sa.Column("fwqs", INT16, nullable=False),
        sa.Column("public", INT16, nullable=False),
        *_texts("valid_from", "valid_to", nullable=True),
        sa.Column("position", INT16, nullable=False),
        *_made(),
        sqlite_strict=True,
    )
    op.create_index("link_key", "link", ["key"])
    op.create_index("link_organisation", "link", ["organisation", "created"])
    op.create_table(
        "link_default",
        sa.Column("id", sa.Text, primary_key=True),
        *_texts("key"),
        sa.Column("organisation", INT64, nullable=False),
        *_texts("type"),
        *_made(),
        sqlite_strict=True,
    )
    op.create_index("link_default_key", "link_default", ["key"])
    op.create_table(
        "link_delegation",
        sa.Column("id", sa.Text, primary_key=True),
        *_texts("prefix", "resolver", "title"),
        *_made(),
        sqlite_strict=True,
    )


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=nullable) for name in names]


def _made() -> list[sa.Column[str] | sa.Column[int]]:
    return [
        sa.Column("created", INT64, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("ended", INT64),
        sa.Column("ended_by", sa.Text),
    ]
