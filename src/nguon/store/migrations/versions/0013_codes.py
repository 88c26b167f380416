# SPDX-License-Identifier: Apache-2.0
"""Licences, orders and blocks of codes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _licences()
    _numbers()
    _blocks()
    _ranges()


def _text(name: str, *, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, primary_key=primary_key)


def _number(name: str, *, primary_key: bool = False) -> sa.Column[int]:
    return sa.Column(name, INT64, nullable=False, primary_key=primary_key, autoincrement=False)


def _flag(name: str) -> sa.Column[int]:
    return sa.Column(name, INT16, nullable=False)


def _table(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, _number("recorded"), _text("actor"), sqlite_strict=True)


def _licences() -> None:
    _table(
        "issuing_licence",
        _text("id", primary_key=True),
        _number("organisation"),
        sa.Column("province", sa.Text),
        _text("kind"),
        _text("value"),
        _text("valid_from"),
        sa.Column("valid_to", sa.Text),
        _text("source"),
    )
    op.create_index("ix_issuing_licence_organisation", "issuing_licence", ["organisation"])
    op.create_index("ix_issuing_licence_value", "issuing_licence", ["value"])
    _table(
        "issuing_licence_step",
        _text("licence", primary_key=True),
        _number("number", primary_key=True),
        _text("status"),
        _text("effective"),
        _number("organisation"),
        _text("reason"),
    )
    _table(
        "issuing_quota",
        _number("organisation", primary_key=True),
        _number("number", primary_key=True),
        _number("pieces"),
        _text("reason"),
    )


def _numbers() -> None:
    _table(
        "issuing_gtin",
        _text("gtin", primary_key=True),
        _number("organisation"),
        _text("licence"),
        _text("base"),
        _text("name"),
        _text("request"),
        sa.UniqueConstraint("organisation", "request", name="issuing_gtin_request"),
    )
    op.create_index("ix_issuing_gtin_base", "issuing_gtin", ["base"])
    op.create_index("issuing_gtin_given", "issuing_gtin", ["recorded", "gtin"])
    _table(
        "issuing_control",
        _text("gtin", primary_key=True),
        _number("number", primary_key=True),
        _number("organisation"),
        _flag("controlled"),
    )
    _table(
        "issuing_lot",
        _number("organisation", primary_key=True),
        _text("request", primary_key=True),
        _text("gtin"),
        _text("lot"),
        _text("pattern"),
        sa.UniqueConstraint("gtin", "lot", name="issuing_lot_once"),
    )


def _blocks() -> None:
    _table(
        "issuing_block",
        _text("id", primary_key=True),
        _number("organisation"),
        sa.Column("province", sa.Text),
        _text("gtin"),
        sa.Column("lot", sa.Text),
        _number("first"),
        _number("quantity"),
        _number("exported"),
        _text("purpose"),
        _flag("hidden"),
        _flag("signed"),
        _flag("key_number"),
        _text("request"),
        sa.UniqueConstraint("organisation", "request", name="issuing_block_request"),
        sa.UniqueConstraint("gtin", "first", name="issuing_block_place"),
    )
    op.create_index("issuing_block_given", "issuing_block", ["recorded", "id"])
    op.create_index("issuing_block_own", "issuing_block", ["organisation", "recorded"])
    op.create_index("issuing_block_province", "issuing_block", ["province", "recorded"])


def _ranges() -> None:
    _table(
        "issuing_export",
        _text("id", primary_key=True),
        _text("block"),
        _number("first"),
        _number("quantity"),
        _text("printer"),
        _text("request"),
        sa.UniqueConstraint("block", "request", name="issuing_export_request"),
        sa.UniqueConstraint("block", "first", name="issuing_export_place"),
    )
    _table(
        "issuing_fetch",
        _text("id", primary_key=True),
        _text("export"),
        _text("part"),
    )
    op.create_index("ix_issuing_fetch_export", "issuing_fetch", ["export"])
    _table(
        "issuing_mark",
        _text("block", primary_key=True),
        _number("number", primary_key=True),
        _text("kind"),
        _number("first"),
        _number("quantity"),
        _text("reason"),
    )
    op.create_table(
        "issuing_secret",
        _text("item", primary_key=True),
        _number("first"),
        _number("last"),
        _number("times"),
        sqlite_strict=True,
    )
