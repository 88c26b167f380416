# SPDX-License-Identifier: Apache-2.0
"""The tables of the registers: organisations, places, products, certificates.

Rows are addressed by their natural keys; ``registrar`` is the organisation
whose key registered the row (null: the operator). Times are microseconds UTC,
dates ISO 8601 text, amounts decimal text, lists one a line. Where a tax code is a
person's number, the column has its last four digits (see `nguon.store.history_tables`).
"""

from sqlalchemy import REAL, Column, Double, Table, Text
from sqlalchemy.types import TypeEngine

from nguon.store.schema import INT64, metadata

_DEGREES: TypeEngine[float] = Double().with_variant(REAL, "sqlite")


def _common() -> tuple[Column[int], Column[int]]:
    return Column("registrar", INT64), Column("updated", INT64, nullable=False)


def _texts(*names: str) -> tuple[Column[str | None], ...]:
    return tuple(Column(name, Text) for name in names)


organisation = Table(
    "organisation",
    metadata,
    Column("id", INT64, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("name_vi", Text, nullable=False),
    Column("name_en", Text),
    Column("public_name", Text),
    Column("address", Text),
    Column("commune", Text),
    Column("tax_code", Text),
    Column("gln", Text, unique=True),
    Column("member_of", INT64, index=True),
    *_common(),
    *_texts("phone", "email", "representative", "ministry", "joined"),
)

place = Table(
    "place",
    metadata,
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name_vi", Text, nullable=False),
    Column("name_en", Text),
    Column("holder", INT64, nullable=False, index=True),
    Column("address", Text),
    Column("commune", Text),
    Column("latitude", _DEGREES),
    Column("longitude", _DEGREES),
    Column("national_code", Text),
    Column("national_key", Text, index=True),
    *_common(),
    Column("parent", Text, index=True),
    *_texts("extension", "crop", "area_ha", "capacity", "capacity_unit"),
)

product = Table(
    "product",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name_vi", Text, nullable=False),
    Column("name_en", Text),
    Column("maker", INT64, nullable=False, index=True),
    Column("image", Text),
    Column("brand", Text),
    Column("model", Text),
    Column("variety", Text),
    Column("description_vi", Text),
    Column("description_en", Text),
    Column("net_content", Text),
    Column("net_unit", Text),
    Column("hs_code", Text),
    Column("origin", Text),
    Column("standards", Text),
    Column("storage_vi", Text),
    Column("storage_en", Text),
    Column("warnings_vi", Text),
    Column("warnings_en", Text),
    Column("shelf_life_vi", Text),
    Column("shelf_life_en", Text),
    *_common(),
    *_texts("crop", "risk_group", "ministry", "trade_unit", "markets"),
    *_texts("ingredients_vi", "ingredients_en", "usage_vi", "usage_en"),
)

certificate = Table(
    "certificate",
    metadata,
    Column("scheme", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("title", Text),
    Column("issuer", Text, nullable=False),
    Column("organisation", INT64, index=True),
    Column("place", Text, index=True),
    Column("product", Text, index=True),
    Column("valid_from", Text),
    Column("valid_to", Text),
    Column("url", Text),
    *_common(),
    *_texts("markets", "crop", "quantity", "unit", "scope"),
    Column("issuer_body", INT64, index=True),
)
