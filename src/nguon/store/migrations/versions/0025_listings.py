# SPDX-License-Identifier: Apache-2.0
"""What marketplaces ask: sellers, resales, watches, messages."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "listing_key",
        _key_number("market"),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        _number("made"),
        _text("actor"),
        sqlite_strict=True,
    )
    op.create_table(
        "listing_seller",
        _key_number("market"),
        sa.Column("seller", sa.Text, primary_key=True),
        *(_number("organisation"), _number("registered"), _text("actor")),
        sqlite_strict=True,
    )
    op.create_table(
        "listing_resale",
        _key_number("organisation"),
        sa.Column("key", sa.Text, primary_key=True),
        *(_number("declared"), _text("actor"), _text("signed")),
        sa.Column("withdrawn", INT64),
        sqlite_strict=True,
    )
    op.create_index("listing_resale_key", "listing_resale", ["key"])
    op.create_table(
        "listing_subscription",
        sa.Column("id", sa.Text, primary_key=True),
        *(_number("market"), _text("url"), _number("created"), _text("actor")),
        sa.Column("ended", INT64),
        sa.Column("ended_by", sa.Text),
        sqlite_strict=True,
    )
    op.create_index("ix_listing_subscription_market", "listing_subscription", ["market"])
    _messages()


def _messages() -> None:
    op.create_table(
        "listing_watch",
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("subscription", "seller", "key")),
        *(_text("digest"), _text("told"), _number("looked")),
        sqlite_strict=True,
    )
    op.create_index("listing_watch_looked", "listing_watch", ["looked"])
    op.create_table(
        "listing_outbox",
        sa.Column("id", sa.Text, primary_key=True),
        _text("subscription"),
        sa.Column("body", sa.LargeBinary, nullable=False),
        *(_number("made"), _number("attempts")),
        *(sa.Column(name, INT64) for name in ("due", "delivered", "status")),
        sa.Column("trouble", sa.Text),
        sqlite_strict=True,
    )
    op.create_index("listing_outbox_due", "listing_outbox", ["due"])
    op.create_index("listing_outbox_subscription", "listing_outbox", ["subscription", "made"])


def _key_number(name: str) -> sa.Column[int]:
    return sa.Column(name, INT64, primary_key=True, autoincrement=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, INT64, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
