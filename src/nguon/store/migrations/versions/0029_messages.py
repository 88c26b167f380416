# SPDX-License-Identifier: Apache-2.0
"""What parties are told, and by which ways."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "message",
        *(_key("id"), _number("organisation"), _text("kind"), _text("params")),
        *(sa.Column("link", sa.Text), sa.Column("about", sa.Text), sa.Column("due", INT64)),
        sa.Column("important", INT16, nullable=False),
        *(_number("made"), sa.Column("seen", INT64)),
        *(sa.Column("acknowledged", INT64), sa.Column("acknowledged_by", sa.Text)),
        sqlite_strict=True,
    )
    op.create_index("ix_message_organisation", "message", ["organisation", "made"])
    op.create_index("ix_message_about", "message", ["about"])
    op.create_table(
        "message_address",
        *(_key("id"), _number("organisation"), _text("channel"), _text("address")),
        sa.Column("all", INT16, nullable=False),
        *(_number("created"), _text("actor")),
        *(sa.Column("confirmed", INT64), sa.Column("ended", INT64), sa.Column("ended_by", sa.Text)),
        sqlite_strict=True,
    )
    op.create_index("ix_message_address_organisation", "message_address", ["organisation"])
    op.create_table(
        "message_delivery",
        *(_key("message"), _key("address"), _text("channel"), _number("made")),
        *(_number("attempts"), sa.Column("due", INT64), sa.Column("delivered", INT64)),
        *(sa.Column("status", INT64), sa.Column("trouble", sa.Text)),
        sqlite_strict=True,
    )
    op.create_index("ix_message_delivery_due", "message_delivery", ["channel", "due"])


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, INT64, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
