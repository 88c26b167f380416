# SPDX-License-Identifier: Apache-2.0
"""Reads of the registers, each reduced to its audience; one or two statements a call."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, RowMapping

from nguon.base.audience import Audience
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
from nguon.registry.reduction import organisation_for, place_for
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import registry_tables as tables


def organisation(store: Store, audience: Audience, number: int) -> Organisation | None:
    """The organisation with this id."""
    return organisations(store, audience, [number]).get(number)


def organisations(
    store: Store, audience: Audience, numbers: Iterable[int]
) -> dict[int, Organisation]:
    """Organisations by id; unknown ids are absent."""
    with store.reading() as connection:
        found = rows.rows(connection, tables.organisation, "id", list(numbers))
        return {o.id: o for o in _organisations(connection, audience, found)}


def organisation_by_code(store: Store, audience: Audience, code: str) -> Organisation | None:
    """The organisation with this code."""
    with store.reading() as connection:
        found = rows.rows(connection, tables.organisation, "code", [code])
        return next(iter(_organisations(connection, audience, found)), None)


def list_organisations(
    store: Store, audience: Audience, *, after: str | None = None, limit: int = 50
) -> list[Organisation]:
    """Organisations in the order of their codes, those after a code."""
    with store.reading() as connection:
        found = rows.page(connection, tables.organisation, "code", after=after, limit=limit)
        return _organisations(connection, audience, found)


def place(store: Store, audience: Audience, key: str) -> Place | None:
    """The place with this key, or with this national code (``vn-area:…``, ``vn-pack:…``)."""
    return places(store, audience, [key]).get(key)


def places(store: Store, audience: Audience, keys: Iterable[str]) -> dict[str, Place]:
    """Places by the keys asked for; unknown keys are absent.

    A location with an extension (``414/…/254/…``) that is not registered itself
    is found as its GLN. Of several places with one national code the one that
    bears the code as its own key is meant, else the first by key.
    """
    asked = list(keys)
    whole = {key: key.partition("/254/")[0] for key in asked}
    with store.reading() as connection:
        wanted = [*asked, *whole.values()]
        by_key = {r["key"]: r for r in rows.rows(connection, tables.place, "key", wanted)}
        national = [key for key in asked if key.startswith("vn-") and key not in by_key]
        for row in rows.rows(connection, tables.place, "national_key", national):
            by_key.setdefault(row["national_key"], row)
        chosen = {key: by_key.get(key) or by_key.get(whole[key]) for key in asked}
        found = {key: row for key, row in chosen.items() if row is not None}
        seen = _places(connection, audience, list(found.values()))
        return dict(zip(found, seen, strict=True))


def places_of(store: Store, audience: Audience, holder: int) -> list[Place]:
    """The places that an organisation holds, by key."""
    with store.reading() as connection:
        found = rows.rows(connection, tables.place, "holder", [holder])
        return _places(connection, audience, found)


def product(store: Store, audience: Audience, key: str) -> Product | None:
    """The product with this key (``01/…``); products are public."""
    return products(store, audience, [key]).get(key)


def products(store: Store, _: Audience, keys: Iterable[str]) -> dict[str, Product]:
    """Products by key; unknown keys are absent."""
    with store.reading() as connection:
        found = rows.rows(connection, tables.product, "key", list(keys))
        return {row["key"]: _product(row) for row in found}


def products_of(store: Store, _: Audience, maker: int) -> list[Product]:
    """The products that an organisation makes, by key."""
    with store.reading() as connection:
        return [_product(row) for row in rows.rows(connection, tables.product, "maker", [maker])]


def list_products(
    store: Store, _: Audience, *, after: str | None = None, limit: int = 50
) -> list[Product]:
    """Products in the order of their keys, those after a key."""
    with store.reading() as connection:
        found = rows.page(connection, tables.product, "key", after=after, limit=limit)
        return [_product(row) for row in found]


def certificates(
    store: Store,
    _: Audience,
    *,
    organisations: Iterable[int] = (),
    places: Iterable[str] = (),
    products: Iterable[str] = (),
) -> list[Certificate]:
    """Certificates held by any of these, by scheme and number; certificates are public."""
    asked: Sequence[tuple[str, list[Any]]] = (
        ("organisation", list(organisations)),
        ("place", list(places)),
        ("product", list(products)),
    )
    with store.reading() as connection:
        found = {
            (row["scheme"], row["number"]): row
            for column, keys in asked
            for row in rows.rows(connection, tables.certificate, column, keys)
        }
    return [_certificate(found[key]) for key in sorted(found)]


def named_organisations(store: Store, keys: Iterable[str]) -> dict[str, int]:
    """The organisations behind keys of parties, places and products: by PGLN, by place, by GLN;
    a product's is its registered maker.
    """
    asked = list(keys)
    gln = {key: key.split("/")[1] for key in asked if key.startswith(("414/", "417/"))}
    locations = {key: f"414/{number}" for key, number in gln.items()}
    with store.reading() as connection:
        holders = rows.holders(connection, [*asked, *locations.values()])
        parties = rows.organisations_by_gln(connection, list(gln.values()))
        found = rows.makers(connection, [key for key in asked if key.startswith("01/")])
    for key in asked:
        party = parties.get(gln.get(key, ""))
        held = holders.get(key, holders.get(locations.get(key, "")))
        named = (party, held) if key.startswith("417/") else (held, party)
        number = next((one for one in named if one is not None), None)
        if number is not None:
            found[key] = number
    return found


def _organisations(
    connection: Connection, audience: Audience, found: Sequence[RowMapping]
) -> list[Organisation]:
    parents = [row["member_of"] for row in found if row["member_of"] is not None]
    named = {
        row["id"]: Words(row["name_vi"], row["name_en"])
        for row in rows.rows(connection, tables.organisation, "id", parents)
    }
    return [
        organisation_for(
            audience,
            _organisation(row),
            public_name=row["public_name"],
            cooperative=named.get(row["member_of"]),
            registrar=row["registrar"],
        )
        for row in found
    ]


def _places(connection: Connection, audience: Audience, found: Sequence[RowMapping]) -> list[Place]:
    numbers = [row["holder"] for row in found]
    holders = {r["id"]: r for r in rows.rows(connection, tables.organisation, "id", numbers)}
    return [
        place_for(
            audience,
            _place(row),
            holder_kind=OrganisationKind(holders[row["holder"]]["kind"]),
            cooperative=holders[row["holder"]]["member_of"],
            registrar=row["registrar"],
        )
        for row in found
    ]


def _organisation(row: RowMapping) -> Organisation:
    return Organisation(
        **_same(row, "id", "code", "address", "commune", "tax_code", "gln", "member_of"),
        **_same(row, "phone", "email", "representative", "ministry"),
        joined=_day(row["joined"]),
        kind=OrganisationKind(row["kind"]),
        name=Words(row["name_vi"], row["name_en"]),
    )


def _place(row: RowMapping) -> Place:
    return Place(
        **_same(row, "key", "holder", "address", "commune"),
        **_same(row, "latitude", "longitude", "national_code", "parent", "extension"),
        **_same(row, "crop", "capacity_unit"),
        area_ha=_decimal(row["area_ha"]),
        capacity=_decimal(row["capacity"]),
        kind=PlaceKind(row["kind"]),
        name=Words(row["name_vi"], row["name_en"]),
    )


def _product(row: RowMapping) -> Product:
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


def _certificate(row: RowMapping) -> Certificate:
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
