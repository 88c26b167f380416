# SPDX-License-Identifier: Apache-2.0
"""Looking up what is registered: one box for codes and names, and the same for programs."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response, get
from litestar.params import FromQuery

from nguon.base.audience import Audience
from nguon.base.messages import Language, text
from nguon.identity.visibility import PUBLIC as EVERYBODY
from nguon.registry import crops, search
from nguon.registry.lookup import Card, Told, cards
from nguon.registry.model import Certificate, Organisation, Place, Product, Register
from nguon.store import Store
from nguon.web.auth import PUBLIC
from nguon.web.code_words import market
from nguon.web.errors import RequestError
from nguon.web.formats import day, opening
from nguon.web.languages import negotiate
from nguon.web.pages import render
from nguon.web.services import services

_MOST = 30
_LONGEST = 200
TONES = {
    "approved": "good",
    "waiting": "gold",
    "not-yet": "gold",
    "expired": "danger",
    "suspended": "danger",
    "revoked": "danger",
    "refused": "danger",
}


class Line(msgspec.Struct, frozen=True):
    """A result as a page shows it."""

    address: str | None
    kind: str
    title: str
    code: str | None
    facts: list[str]
    state: str
    tone: str


class Found(msgspec.Struct, frozen=True, omit_defaults=True):
    """A result for programs."""

    register: Register
    key: str
    name: str
    state: str
    since: str | None = None
    kind: str | None = None
    code: str | None = None
    holder: str | None = None
    province: str | None = None
    page: str | None = None


class Answer(msgspec.Struct, frozen=True):
    """The entries found, best first."""

    query: str
    results: list[Found]


@get("/r", opt=dict(PUBLIC), include_in_schema=False)
async def search_page(
    request: Request[Any, Any, Any], q: FromQuery[str] = "", kind: FromQuery[str] = ""
) -> Response[bytes]:
    """What the registers have for a code or some words."""
    language, store = negotiate(request.scope), services(request.scope).store
    chosen = kind if kind in set(Register) else ""
    found = await asyncio.to_thread(_search, store, EVERYBODY, q, chosen)
    return render(
        request,
        "registry/search.html",
        asked=q.strip()[:_LONGEST],
        lines=[line(card, language) for card in found],
        kind=chosen,
        kinds=[(one.value, text(f"search.kind-{one}", language)) for one in Register],
        most=_MOST,
    )


@get("/api/v1/search", opt=dict(PUBLIC), summary="Search the registers")
async def search_json(
    request: Request[Any, Any, Any], q: FromQuery[str] = "", kind: FromQuery[str] = ""
) -> Answer:
    """Organisations, places, products and certificates by code or by the beginnings of words.

    ``kind`` narrows to one register. As the public sees them; at most 30.
    """
    if kind and kind not in set(Register):
        raise RequestError("search.kind", text=kind[:40], known=", ".join(Register))
    found = await asyncio.to_thread(_search, services(request.scope).store, EVERYBODY, q, kind)
    return Answer(q.strip()[:_LONGEST], [_found(card) for card in found])


def _search(store: Store, audience: Audience, asked: str, kind: str) -> list[Card]:
    kinds = [Register(kind)] if kind else []
    hits = search.find(store, audience, asked, kinds, _MOST)
    return cards(store, audience, hits, datetime.now(UTC)) if hits else []


def line(card: Card, language: Language) -> Line:
    """A result in words."""
    facts = [fact for fact in _facts(card, language) if fact]
    return Line(
        address_of(card),
        _kind(card, language),
        _title(card, language),
        _code(card),
        facts,
        state_words(card.told, language),
        TONES.get(card.told.state, ""),
    )


def state_words(told: Told, language: Language) -> str:
    """A state with the day since which it holds."""
    words = text(f"search.state-{told.state}", language)
    if told.since is None:
        return words
    return text("search.since", language, state=words, day=day(told.since, language))


def address_of(card: Card) -> str | None:
    """The public page of an entry; a certificate's is its holder's."""
    entry = card.entry
    match entry:
        case Organisation():
            return f"/r/organisation/{quote(entry.code, safe='')}"
        case Place():
            return f"/r/place/{quote(entry.key)}"
        case Product():
            return f"/r/product/{entry.gtin}"
        case Certificate():
            if entry.place:
                return f"/r/place/{quote(entry.place)}"
            return f"/r/product/{entry.product.partition('/')[2]}" if entry.product else None


def _kind(card: Card, language: Language) -> str:
    entry = card.entry
    if isinstance(entry, Place):
        return text(f"registry.place-{entry.kind}", language)
    if isinstance(entry, Organisation):
        return text(f"search.organisation-{entry.kind}", language)
    return text(f"search.kind-{card.hit.register}", language)


def _title(card: Card, language: Language) -> str:
    entry = card.entry
    if isinstance(entry, Certificate):
        return opening(entry.title or entry.scheme)
    return entry.name.in_language(language)


def _code(card: Card) -> str | None:
    match card.entry:
        case Place() as place:
            return place.national_code
        case Product() as product:
            return product.gtin
        case Certificate() as paper:
            return paper.number
        case Organisation() as organisation:
            return organisation.gln


def _facts(card: Card, language: Language) -> list[str | None]:
    entry = card.entry
    holder = card.holder.in_language(language) if card.holder else None
    if isinstance(entry, Certificate):
        markets = ", ".join(market(code, language) for code in entry.markets)
        return [entry.issuer, crops.name(entry.crop, language), markets, holder]
    if isinstance(entry, Product):
        return [entry.brand, holder]
    where = opening(entry.unit.label(language)) if entry.unit else None
    crop = crops.name(entry.crop, language) if isinstance(entry, Place) else None
    # People stand under their commune: it is said once.
    return (
        [crop]
        if entry.reduced and where and where[1:] in _title(card, language)
        else [
            crop,
            holder,
            where,
        ]
    )


def _found(card: Card) -> Found:
    entry = card.entry
    unit = entry.unit if isinstance(entry, Organisation | Place) else None
    return Found(
        card.hit.register,
        card.hit.key,
        _title(card, "vi"),
        card.told.state,
        card.told.since.isoformat() if card.told.since else None,
        entry.kind.value if isinstance(entry, Organisation | Place) else None,
        _code(card),
        card.holder.vi if card.holder else None,
        unit.province.name if unit else None,
        address_of(card),
    )


ROUTES = (search_page, search_json)
