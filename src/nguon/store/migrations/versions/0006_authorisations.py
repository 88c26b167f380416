# SPDX-License-Identifier: Apache-2.0
"""The ledger of authorisations and uses of area and packing-house codes."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _grants()
    _uses()
    _ceilings()


def _grants() -> None:
    op.create_table(
        "code_account",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("writes", INT64, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "authorisation",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("number", sa.Text, nullable=False, unique=True),
        sa.Column("code", sa.Text, nullable=False, index=True),
        sa.Column("holder", INT64, nullable=False, index=True),
        sa.Column("grantee", INT64, nullable=False, index=True),
        sa.Column("crop", sa.Text, nullable=False),
        sa.Column("market", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Text, nullable=False),
        sa.Column("valid_to", sa.Text, nullable=False),
        sa.Column("quantity", sa.Text, nullable=False),
        sa.Column("recorded", INT64, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("request", sa.Text),
        sa.Column("notices", sa.Text, nullable=False),
        sa.Column("arithmetic", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "authorisation_change",
        sa.Column("authorisation", sa.Text, primary_key=True),
        sa.Column("number", INT64, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("effective", INT64, nullable=False),
        sa.Column("recorded", INT64, nullable=False),
        sa.Column("quantity", sa.Text),
        sa.Column("valid_to", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sqlite_strict=True,
    )


def _uses() -> None:
    op.create_table(
        "code_use",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("user", INT64, nullable=False),
        sa.Column("holder", INT64),
        sa.Column("province", sa.Text),
        sa.Column("consignment", sa.Text, nullable=False),
        sa.Column("lots", sa.Text, nullable=False),
        sa.Column("crop", sa.Text, nullable=False),
        sa.Column("market", sa.Text, nullable=False),
        sa.Column("quantity", sa.Text, nullable=False),
        sa.Column("used_at", INT64, nullable=False),
        sa.Column("recorded", INT64, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("authorisation", sa.Text, index=True),
        sa.Column("shown", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sa.Column("arithmetic", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("code_use_code", "code_use", ["code", "used_at"])
    op.create_index("code_use_user", "code_use", ["user", "recorded"])
    op.create_index("code_use_holder", "code_use", ["holder", "recorded"])
    op.create_index("code_use_province", "code_use", ["province", "recorded"])
    op.create_index("code_use_recorded", "code_use", ["recorded", "id"])
    op.create_index("code_use_verdict", "code_use", ["verdict", "recorded"])
    op.create_index("code_use_consignment", "code_use", ["consignment", "user"])
    op.create_table(
        "code_use_answer",
        sa.Column("use", sa.Text, primary_key=True),
        sa.Column("number", INT64, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("recorded", INT64, nullable=False),
        sa.Column("organisation", INT64, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sqlite_strict=True,
    )


def _ceilings() -> None:
    op.create_table(
        "code_ceiling",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("number", INT64, primary_key=True, autoincrement=False),
        sa.Column("rate", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Text, nullable=False),
        sa.Column("valid_to", sa.Text),
        sa.Column("recorded", INT64, nullable=False),
        sa.Column("organisation", INT64, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sqlite_strict=True,
    )
