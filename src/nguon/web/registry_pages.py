# SPDX-License-Identifier: Apache-2.0
"""The public pages of the registers: an organisation, a place, a product."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get
from litestar.params import FromPath
from markupsafe import Markup

from nguon.base.messages import Language, catalogue, text
from nguon.gs1 import item_key
from nguon.identity.visibility import PUBLIC as EVERYBODY
from nguon.passport.naming import Naming, amount, image_address
from nguon.registry import queries
from nguon.registry.lookup import approvals
from nguon.registry.model import PRIVATE_KINDS, Certificate, Organisation, Place, Product, Words
from nguon.store import Store
from nguon.vn.dotted import dotted_map
from nguon.web.auth import PUBLIC
from nguon.web.code_standing import approval_rows, proves
from nguon.web.errors import NotFoundError
from nguon.web.formats import element_string, opening
from nguon.web.languages import negotiate
from nguon.web.pages import render
from nguon.web.passport_view import helpers
from nguon.web.register_search import state_words
from nguon.web.services import services

_MAP = (172, 190)
_MOST = 50

Rows = list[tuple[str, str | None]]
Links = list[tuple[str, str]]
Build = Callable[[Store, Language], dict[str, Any] | None]


@get("/r/organisation/{code:str}", opt=dict(PUBLIC), include_in_schema=False)
async def organisation_page(
    request: Request[Any, Any, Any], code: FromPath[str]
) -> Response[bytes]:
    """An organisation or household with its products and places."""
    return await _page(request, lambda store, language: _organisation(store, code, language))


@get("/r/place/{key:path}", opt=dict(PUBLIC), include_in_schema=False)
async def place_page(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[bytes]:
    """A place: farm, pond, packing house, shop."""
    return await _page(request, lambda store, language: _place(store, key.strip("/"), language))


@get("/r/product/{gtin:str}", opt=dict(PUBLIC), include_in_schema=False)
async def product_page(request: Request[Any, Any, Any], gtin: FromPath[str]) -> Response[bytes]:
    """A product as its maker declares it."""
    key = item_key(f"01/{gtin.zfill(14)}")
    return await _page(request, lambda store, language: _product(store, key, language))


async def _page(request: Request[Any, Any, Any], build: Build) -> Response[bytes]:
    language = negotiate(request.scope)
    context = await asyncio.to_thread(build, services(request.scope).store, language)
    if context is None:
        raise NotFoundError("pages.unknown-entry")
    return render(request, "registry/entry.html", **{**helpers(language), **context})


def _organisation(store: Store, code: str, language: Language) -> dict[str, Any] | None:
    found = queries.organisation_by_code(store, EVERYBODY, code)
    if found is None:
        return None
    products = queries.products_of(store, EVERYBODY, found.id)[:_MOST]
    places = queries.places_of(store, EVERYBODY, found.id)[:_MOST]
    private = found.kind in PRIVATE_KINDS
    return {
        "kind": text("pages.household" if private else "pages.organisation", language),
        "title": found.name.in_language(language),
        "image": None,
        "note": text("pages.household-note" if private else "pages.register-note", language),
        "rows": _organisation_rows(found, language),
        "map": _map(found, language),
        "lists": [
            (text("pages.products", language), _product_links(products, language)),
            (text("pages.places", language), _place_links(places, language)),
        ],
        "papers": _papers(
            store, queries.certificates(store, EVERYBODY, organisations=[found.id]), language
        ),
        "passport": None,
    }


def _place(store: Store, key: str, language: Language) -> dict[str, Any] | None:
    found = queries.place(store, EVERYBODY, key)
    if found is None:
        return None
    holder = queries.organisation(store, EVERYBODY, found.holder)
    approval = approvals(store, EVERYBODY, [found], datetime.now(UTC))[found.key]
    return {
        "kind": text(f"registry.place-{found.kind}", language),
        "title": found.name.in_language(language),
        "image": None,
        "note": text("pages.household-note" if found.reduced else "pages.register-note", language),
        "rows": _rows(
            language,
            ("pages.national-code", found.national_code),
            ("search.status", state_words(approval.told, language)),
            *approval_rows(found, approval, language),
            ("pages.area", _area(found, language)),
            ("pages.address", found.address),
            ("pages.code", None if found.key[:3] == "vn-" else element_string(found.key)),
        ),
        "map": _map(found, language),
        "lists": [(text("pages.holder", language), _organisation_links([holder], language))],
        "papers": _papers(
            store, queries.certificates(store, EVERYBODY, places=[found.key]), language
        ),
        "passport": None,
        "proves": proves(found, approval, language),
    }


def _product(store: Store, key: str, language: Language) -> dict[str, Any] | None:
    found = queries.product(store, EVERYBODY, key)
    if found is None:
        return None
    maker = queries.organisation(store, EVERYBODY, found.maker)
    return {
        "kind": found.brand or text("pages.product", language),
        "title": found.name.in_language(language),
        "image": image_address(found.image),
        "note": text("pages.register-note", language),
        "rows": _product_rows(found, language),
        "map": None,
        "lists": [(text("pages.maker", language), _organisation_links([maker], language))],
        "papers": _papers(store, queries.certificates(store, EVERYBODY, products=[key]), language),
        "passport": f"/p/{key}",
    }


def _organisation_rows(found: Organisation, language: Language) -> Rows:
    return _rows(
        language,
        ("pages.area", _area(found, language)),
        ("pages.address", found.address),
        ("pages.tax-code", found.tax_code),
        ("pages.gln", found.gln),
        ("pages.code", found.code),
    )


def _product_rows(found: Product, language: Language) -> Rows:
    def said(words: Words | None) -> str | None:
        return words.in_language(language) if words else None

    return _rows(
        language,
        ("pages.description", said(found.description)),
        ("passport.net-content", amount(found, language)),
        ("passport.declared-model", found.model),
        ("pages.variety", found.variety),
        ("passport.standards", "; ".join(found.standards)),
        ("pages.storage", said(found.storage)),
        ("passport.declared-shelf-life", said(found.shelf_life)),
        ("passport.declared-warning", said(found.warnings)),
        ("pages.origin-country", _country(found.origin, language)),
        ("pages.hs-code", _tariff(found.hs_code)),
        ("passport.ai-01", found.gtin),
    )


def _country(code: str | None, language: Language) -> str | None:
    """A country's name; the code of one that has no name here."""
    named = f"pages.country-{code}"
    return text(named, language) if named in catalogue(language) else code


def _tariff(code: str | None) -> str | None:
    """An HS code as tariffs print it: ``0810.90``."""
    return code and ".".join(filter(None, (code[:4], code[4:6], code[6:8], code[8:])))


def _area(found: Organisation | Place, language: Language) -> str | None:
    return opening(found.unit.label(language)) if found.unit else None


def _rows(language: Language, *entries: tuple[str, str | None]) -> Rows:
    return [(text(code, language), value) for code, value in entries if value]


def _map(found: Organisation | Place, language: Language) -> Markup | None:
    unit = found.unit
    if unit is None or found.map_point is None:
        return None
    title = text("passport.map-title", language, places=unit.label(language))
    return Markup(dotted_map(*_MAP, found.map_point, title=title))  # noqa: S704 - drawn by us


def _papers(store: Store, papers: Sequence[Certificate], language: Language) -> list[Any]:
    naming = Naming(store, EVERYBODY, language)
    return [naming.certificate(paper) for paper in papers]


def _product_links(products: Sequence[Product], language: Language) -> Links:
    return [(f"/r/product/{p.gtin}", p.name.in_language(language)) for p in products]


def _place_links(places: Sequence[Place], language: Language) -> Links:
    return [(f"/r/place/{quote(p.key)}", p.name.in_language(language)) for p in places]


def _organisation_links(parties: Sequence[Organisation | None], language: Language) -> Links:
    return [
        (f"/r/organisation/{quote(p.code, safe='')}", p.name.in_language(language))
        for p in parties
        if p is not None
    ]


ROUTES = (organisation_page, place_page, product_page)
