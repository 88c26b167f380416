# SPDX-License-Identifier: Apache-2.0
"""Reads of the registers, each reduced to its audience; one or two statements a call."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping

from nguon.base.audience import Audience
from nguon.registry import records
from nguon.registry.model import (
    Certificate,
    Organisation,
    OrganisationKind,
    Place,
    Product,
    Register,
    Words,
)
from nguon.registry.reduction import (
    certificate_for,
    organisation_for,
    place_for,
    seen_certificate,
    seen_organisation,
    seen_place,
)
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import registry_tables as tables


def organisation(store: Store, audience: Audience, number: int) -> Organisation | None:
    """The organisation with this id."""
    return organisations(store, audience, [number]).get(number)


def organisations(
    store: Store,
    audience: Audience,
    numbers: Iterable[int],
    *,
    partners: Collection[int] = frozenset(),
) -> dict[int, Organisation]:
    """Organisations by id; unknown ids are absent.

    ``partners`` are those that stand in events which the reader sees in full.
    """
    with store.reading() as connection:
        found = rows.rows(connection, tables.organisation, "id", list(numbers))
        seen = _organisations(store, connection, audience, found, partners)
        return {one.id: one for one in seen}


def organisation_by_code(store: Store, audience: Audience, code: str) -> Organisation | None:
    """The organisation with this code."""
    with store.reading() as connection:
        found = rows.rows(connection, tables.organisation, "code", [code])
        return next(iter(_organisations(store, connection, audience, found)), None)


def organisations_by_code(
    store: Store, audience: Audience, codes: Iterable[str]
) -> dict[str, Organisation]:
    """Organisations by code; unknown codes are absent."""
    with store.reading() as connection:
        found = rows.rows(connection, tables.organisation, "code", list(codes))
        return {o.code: o for o in _organisations(store, connection, audience, found)}


def list_organisations(
    store: Store, audience: Audience, *, after: str | None = None, limit: int = 50
) -> list[Organisation]:
    """Organisations in the order of their codes, those after a code."""
    with store.reading() as connection:
        found = rows.page(connection, tables.organisation, "code", after=after, limit=limit)
        return _organisations(store, connection, audience, found)


def members_of(store: Store, audience: Audience, cooperative: int) -> list[Organisation]:
    """The households and others that belong to a cooperative, by id."""
    with store.reading() as connection:
        found = rows.rows(connection, tables.organisation, "member_of", [cooperative])
        return _organisations(store, connection, audience, found)


def place(store: Store, audience: Audience, key: str) -> Place | None:
    """The place with this key, or with this national code (``vn-area:…``, ``vn-pack:…``)."""
    return places(store, audience, [key]).get(key)


def places(
    store: Store,
    audience: Audience,
    keys: Iterable[str],
    *,
    partners: Collection[int] = frozenset(),
) -> dict[str, Place]:
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
        seen = _places(store, connection, audience, list(found.values()), partners)
        return dict(zip(found, seen, strict=True))


def places_of(store: Store, audience: Audience, holder: int) -> list[Place]:
    """The places that an organisation holds, by key."""
    return places_held(store, audience, [holder])


def places_held(store: Store, audience: Audience, holders: Iterable[int]) -> list[Place]:
    """The places that any of these organisations hold."""
    with store.reading() as connection:
        found = rows.rows(connection, tables.place, "holder", list(holders))
        return _places(store, connection, audience, found)


def product(store: Store, audience: Audience, key: str) -> Product | None:
    """The product with this key (``01/…``); products are public."""
    return products(store, audience, [key]).get(key)


def products(store: Store, _: Audience, keys: Iterable[str]) -> dict[str, Product]:
    """Products by key; unknown keys are absent."""
    with store.reading() as connection:
        found = rows.rows(connection, tables.product, "key", list(keys))
        return {row["key"]: records.product(row) for row in found}


def products_of(store: Store, _: Audience, maker: int) -> list[Product]:
    """The products that an organisation makes, by key."""
    with store.reading() as connection:
        return [
            records.product(row) for row in rows.rows(connection, tables.product, "maker", [maker])
        ]


def list_products(
    store: Store, _: Audience, *, after: str | None = None, limit: int = 50
) -> list[Product]:
    """Products in the order of their keys, those after a key."""
    with store.reading() as connection:
        found = rows.page(connection, tables.product, "key", after=after, limit=limit)
        return [records.product(row) for row in found]


def certificates(
    store: Store,
    audience: Audience,
    *,
    organisations: Iterable[int] = (),
    places: Iterable[str] = (),
    products: Iterable[str] = (),
) -> list[Certificate]:
    """Certificates held by any of these, by scheme and number; public but for quantities."""
    asked: Mapping[str, list[Any]] = {
        "organisation": list(organisations),
        "place": list(places),
        "product": list(products),
    }
    with store.reading() as connection:
        found = {
            (row["scheme"], row["number"]): row
            for row in rows.by_any(connection, tables.certificate, asked)
        }
    return _certificates(store, audience, [found[key] for key in sorted(found)])


def certificates_by_key(
    store: Store, audience: Audience, keys: Iterable[str]
) -> dict[str, Certificate]:
    """Certificates by ``scheme/number``; unknown ones are absent."""
    pairs = {key: tuple(key.split("/", 1)) for key in keys if "/" in key}
    with store.reading() as connection:
        found = rows.by_keys(
            connection, tables.certificate, ("scheme", "number"), list(pairs.values())
        )
    known = {key: found[pair] for key, pair in pairs.items() if pair in found}
    return dict(zip(known, _certificates(store, audience, list(known.values())), strict=True))


def from_content(
    store: Store, audience: Audience, register: Register, content: Mapping[str, Any]
) -> Organisation | Place | Product | Certificate:
    """An entry from what a version kept of it, reduced as today's entry is."""
    row: Any = content
    with store.reading() as connection:
        match register:
            case Register.ORGANISATION:
                return _organisations(store, connection, audience, [row])[0]
            case Register.PLACE:
                return _places(store, connection, audience, [row])[0]
            case Register.PRODUCT:
                return records.product(row)
            case Register.CERTIFICATE:
                return _certificates(store, audience, [row])[0]


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
    store: Store,
    connection: Connection,
    audience: Audience,
    found: Sequence[RowMapping],
    partners: Collection[int] = frozenset(),
) -> list[Organisation]:
    parents = [row["member_of"] for row in found if row["member_of"] is not None]
    named = {
        row["id"]: Words(row["name_vi"], row["name_en"])
        for row in rows.rows(connection, tables.organisation, "id", parents)
    }
    shown, told = [], list[tuple[int, str]]()
    for row in found:
        whole, registrar, partner = (
            records.organisation(row),
            row["registrar"],
            row["id"] in partners,
        )
        if seen_organisation(audience, whole, registrar, partner=partner).tells(whole):
            told.append((whole.id, whole.code))
        left = organisation_for(
            audience,
            whole,
            public_name=row["public_name"],
            cooperative=named.get(row["member_of"]),
            registrar=registrar,
            partner=partner,
        )
        shown.append(left)
    _note(store, audience, "organisation", told)
    return shown


def _places(
    store: Store,
    connection: Connection,
    audience: Audience,
    found: Sequence[RowMapping],
    partners: Collection[int] = frozenset(),
) -> list[Place]:
    numbers = [row["holder"] for row in found]
    holders = {r["id"]: r for r in rows.rows(connection, tables.organisation, "id", numbers)}
    shown, told = [], list[tuple[int, str]]()
    for row in found:
        whole, holder = records.place(row), holders[row["holder"]]
        kind, partner = OrganisationKind(holder["kind"]), row["holder"] in partners
        owners = (holder["member_of"], row["registrar"])
        if seen_place(audience, whole, kind, owners, partner=partner).tells(whole):
            told.append((whole.holder, whole.key))
        left = place_for(
            audience,
            whole,
            holder_kind=kind,
            cooperative=holder["member_of"],
            registrar=row["registrar"],
            partner=partner,
        )
        shown.append(left)
    _note(store, audience, "place", told)
    return shown


def _certificates(
    store: Store, audience: Audience, found: Sequence[RowMapping]
) -> list[Certificate]:
    shown, told = [], list[tuple[int, str]]()
    for row in found:
        whole, registrar = records.certificate(row), row["registrar"]
        if whole.organisation and seen_certificate(audience, whole, (registrar,)).tells(whole):
            told.append((whole.organisation, f"{whole.scheme}/{whole.number}"))
        shown.append(certificate_for(audience, whole, registrar=registrar))
    _note(store, audience, "certificate", told)
    return shown


def _note(store: Store, audience: Audience, what: str, told: Iterable[tuple[int, str]]) -> None:
    if audience.reader:
        store.hooks.noted(audience, what, told)
