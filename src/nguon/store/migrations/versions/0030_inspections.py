# SPDX-License-Identifier: Apache-2.0
"""Visits of inspectors, their photographs, and officers' holds."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "inspection",
        _text("id", primary_key=True),
        *(_number("number"), _number("organisation"), _text("actor"), _text("nonce")),
        *(_number("begun"), _number("recorded"), _text("body"), _text("digest")),
        sqlite_strict=True,
    )
    op.create_index("ix_inspection_nonce", "inspection", ["organisation", "nonce"], unique=True)
    op.create_index("ix_inspection_digest", "inspection", ["digest"])
    op.create_table(
        "inspection_photo",
        _text("inspection", primary_key=True),
        sa.Column("number", INT64, primary_key=True, autoincrement=False, nullable=False),
        *(_text("name"), _text("media_type"), _number("size"), _text("digest")),
        sqlite_strict=True,
    )
    op.create_table(
        "officer_hold",
        *(_text("id", primary_key=True), _number("organisation"), sa.Column("inspection", sa.Text)),
        *(_text("keys"), _text("reason"), _text("until"), _number("begun"), _text("actor")),
        *(_text("signed"), sa.Column("lifted", INT64), sa.Column("released_by", sa.Text)),
        sa.Column("lift_reason", sa.Text),
        sqlite_strict=True,
    )
    op.create_index("ix_officer_hold_inspection", "officer_hold", ["inspection"])
    op.create_index("ix_officer_hold_organisation", "officer_hold", ["organisation"])


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, INT64, nullable=False)


def _text(name: str, *, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=primary_key, nullable=False)
