# SPDX-License-Identifier: Apache-2.0
"""API keys and the first registers: organisations, places, products, certificates."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")
DEGREES: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL, "sqlite")


def upgrade() -> None:
    _keys()
    _organisations()
    _places()
    _products()
    _certificates()
    op.execute("INSERT INTO id_block (name, next) VALUES ('organisation', 1)")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text) for name in names]


def _common() -> tuple[sa.Column[int], sa.Column[int]]:
    return sa.Column("registrar", INT64), sa.Column("updated", INT64, nullable=False)


def _keys() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("organisation", INT64, nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("strict", INT16, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary, nullable=False),
        sa.Column("created", INT64, nullable=False),
        sa.Column("last_used", INT64),
        sa.Column("expires", INT64),
        sa.Column("revoked", INT64),
        sqlite_strict=True,
    )


def _organisations() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", INT64, primary_key=True, autoincrement=False),
        sa.Column("code", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name_vi", sa.Text, nullable=False),
        *_texts("name_en", "public_name", "address", "commune", "tax_code"),
        sa.Column("gln", sa.Text, unique=True),
        sa.Column("member_of", INT64, index=True),
        *_common(),
        sqlite_strict=True,
    )


def _places() -> None:
    op.create_table(
        "place",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name_vi", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text),
        sa.Column("holder", INT64, nullable=False, index=True),
        *_texts("address", "commune"),
        sa.Column("latitude", DEGREES),
        sa.Column("longitude", DEGREES),
        sa.Column("national_code", sa.Text),
        sa.Column("national_key", sa.Text, index=True),
        *_common(),
        sqlite_strict=True,
    )


def _products() -> None:
    op.create_table(
        "product",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("name_vi", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text),
        sa.Column("maker", INT64, nullable=False, index=True),
        *_texts("image", "brand", "model", "variety", "description_vi", "description_en"),
        *_texts("net_content", "net_unit", "hs_code", "origin", "standards"),
        *_texts("storage_vi", "storage_en", "warnings_vi", "warnings_en"),
        *_texts("shelf_life_vi", "shelf_life_en"),
        *_common(),
        sqlite_strict=True,
    )


def _certificates() -> None:
    op.create_table(
        "certificate",
        sa.Column("scheme", sa.Text, primary_key=True),
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("title", sa.Text),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("organisation", INT64, index=True),
        sa.Column("place", sa.Text, index=True),
        sa.Column("product", sa.Text, index=True),
        *_texts("valid_from", "valid_to", "url"),
        *_common(),
        sqlite_strict=True,
    )
