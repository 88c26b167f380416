# SPDX-License-Identifier: Apache-2.0
"""More of the registers' columns; status and version history on two time axes; documents."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")

_COLUMNS: dict[str, tuple[str, ...]] = {
    "organisation": ("phone", "email", "representative", "ministry", "joined"),
    "place": ("parent", "extension", "crop", "area_ha", "capacity", "capacity_unit"),
    "product": (
        *("crop", "risk_group", "ministry", "trade_unit", "markets"),
        *("ingredients_vi", "ingredients_en", "usage_vi", "usage_en"),
    ),
    "certificate": ("markets", "crop", "quantity", "unit", "scope"),
}
_MASK = "\u2022" * 8


def upgrade() -> None:
    for table, names in _COLUMNS.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.Text))
    op.add_column("certificate", sa.Column("issuer_body", INT64))
    op.create_index("place_parent", "place", ["parent"])
    op.create_index("certificate_issuer_body", "certificate", ["issuer_body"])
    _statuses()
    _versions()
    _cases()
    _documents()
    _personal_numbers()
    op.execute("INSERT INTO id_block (name, next) VALUES ('register_status', 1)")


def _entry(primary: bool) -> tuple[sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("register", sa.Text, primary_key=primary, nullable=False),
        sa.Column("key", sa.Text, primary_key=primary, nullable=False),
    )


def _by() -> tuple[sa.Column[int], sa.Column[int], sa.Column[str]]:
    return (
        sa.Column("recorded", INT64, nullable=False),
        sa.Column("organisation", INT64),
        sa.Column("actor", sa.Text, nullable=False),
    )


def _statuses() -> None:
    op.create_table(
        "register_status",
        *_entry(True),
        sa.Column("number", INT64, primary_key=True, autoincrement=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("valid_from", INT64, nullable=False),
        sa.Column("valid_to", INT64),
        *_by(),
        sa.Column("reason", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("document", sa.Text),
        sa.Column("version", INT64),
        sqlite_strict=True,
    )


def _versions() -> None:
    op.create_table(
        "register_version",
        *_entry(True),
        sa.Column("version", INT64, primary_key=True, autoincrement=False),
        sa.Column("applied", INT16, nullable=False),
        *_by(),
        sa.Column("content", sa.Text, nullable=False),
        sqlite_strict=True,
    )


def _cases() -> None:
    op.create_table(
        "register_case",
        sa.Column("id", sa.Text, primary_key=True),
        *_entry(False),
        sa.Column("version", INT64, nullable=False),
        sa.Column("organisation", INT64, nullable=False),
        sa.Column("province", sa.Text),
        sa.Column("sector", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("opened", INT64, nullable=False),
        sa.Column("due", INT64, nullable=False),
        sa.Column("closed", INT64),
        sqlite_strict=True,
    )
    op.create_index("register_case_entry", "register_case", ["register", "key"])
    op.create_index("register_case_open", "register_case", ["closed", "due"])
    op.create_index("register_case_organisation", "register_case", ["organisation"])


def _documents() -> None:
    recorded, organisation, actor = _by()
    op.create_table(
        "register_document",
        sa.Column("id", sa.Text, primary_key=True),
        *_entry(False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("digest", "name", "media_type")),
        sa.Column("size", INT64, nullable=False),
        organisation,
        actor,
        recorded,
        sqlite_strict=True,
    )
    op.create_index("register_document_entry", "register_document", ["register", "key"])


def _personal_numbers() -> None:
    """Twelve digits are a person's number: out of the table that pages read."""
    op.create_table(
        "personal_number",
        sa.Column("organisation", INT64, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO personal_number (organisation, number)"
        " SELECT id, tax_code FROM organisation WHERE length(tax_code) = 12"
    )
    op.execute(
        f"UPDATE organisation SET tax_code = '{_MASK}' || substr(tax_code, 9)"  # noqa: S608 - a constant
        " WHERE length(tax_code) = 12"
    )
