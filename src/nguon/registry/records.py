# SPDX-License-Identifier: Apache-2.0
"""Register entries as values, whole, from their rows."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping

from nguon.registry.model import (
    Certificate,
    Organisation,
    OrganisationKind,
    Place,
    PlaceKind,
    Product,
    Scheme,
    Words,
)


def organisation(row: RowMapping) -> Organisation:
    return Organisation(
        **_same(row, "id", "code", "address", "commune", "tax_code", "gln", "member_of"),
        **_same(row, "phone", "email", "representative", "ministry"),
        joined=_day(row["joined"]),
        kind=OrganisationKind(row["kind"]),
        name=Words(row["name_vi"], row["name_en"]),
    )


def place(row: RowMapping) -> Place:
    return Place(
        **_same(row, "key", "holder", "address", "commune"),
        **_same(row, "latitude", "longitude", "national_code", "parent", "extension"),
        **_same(row, "crop", "capacity_unit"),
        area_ha=_decimal(row["area_ha"]),
        capacity=_decimal(row["capacity"]),
        kind=PlaceKind(row["kind"]),
        name=Words(row["name_vi"], row["name_en"]),
    )


def product(row: RowMapping) -> Product:
    return Product(
        **_same(row, "key", "maker", "image", "brand", "model", "variety"),
        **_same(row, "net_content", "net_unit", "hs_code", "origin"),
        **_same(row, "crop", "risk_group", "ministry", "trade_unit"),
        markets=_lines(row["markets"]),
        ingredients=_words(row, "ingredients"),
        usage=_words(row, "usage"),
        name=Words(row["name_vi"], row["name_en"]),
        description=_words(row, "description"),
        standards=_lines(row["standards"]),
        storage=_words(row, "storage"),
        warnings=_words(row, "warnings"),
        shelf_life=_words(row, "shelf_life"),
    )


def certificate(row: RowMapping) -> Certificate:
    return Certificate(
        **_same(row, "number", "issuer", "title", "organisation", "place", "product", "url"),
        **_same(row, "crop", "unit", "scope", "issuer_body"),
        markets=_lines(row["markets"]),
        quantity=_decimal(row["quantity"]),
        scheme=Scheme(row["scheme"]),
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
    )


def _same(row: Mapping[Any, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _words(row: RowMapping, name: str) -> Words | None:
    vi, en = row[f"{name}_vi"], row[f"{name}_en"]
    return None if vi is None and en is None else Words(vi or en, en)


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple((text or "").splitlines())


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
