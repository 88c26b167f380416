# SPDX-License-Identifier: Apache-2.0
"""Recalls as everybody reads them: the list, one recall, the same as JSON and as an Atom feed.

A page says what the decision said and nothing of whoever made the goods.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape, quoteattr

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from nguon.base.messages import Language, text
from nguon.base.time import rfc3339
from nguon.identity.visibility import PUBLIC as EVERYONE
from nguon.recall import queries
from nguon.recall.model import Level, Manner, PublicRecall, State
from nguon.recall.parts import Part
from nguon.registry import queries as registry
from nguon.store import Store
from nguon.web.auth import PUBLIC
from nguon.web.formats import element_string
from nguon.web.languages import negotiate
from nguon.web.pages import complete, render
from nguon.web.recalls.faces import further
from nguon.web.services import services

PAGE = "/recalls"
_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
_CACHE = "public, max-age=2"
_ATOM = "application/atom+xml; charset=utf-8"
Requested = Request[Any, Any, Any]


class Shown(msgspec.Struct, frozen=True, rename="camel"):
    """A recall with the names that the reader's language has for it."""

    id: str
    page: str
    title: str
    state: State
    level: Level
    manner: Manner
    decided: datetime
    closed: datetime | None
    maker: str
    decided_by: str
    products: tuple[str, ...]
    lots: tuple[str, ...]
    released: tuple[str, ...]
    words: str


@get(PAGE, opt=PUBLIC, include_in_schema=False)
async def listing(request: Requested) -> Response[bytes]:
    """Recalls under way, then those that have ended."""
    found = await asyncio.to_thread(_shown, request)
    return render(
        request,
        "recalls/public-list.html",
        cache_control=_CACHE,
        running=[one for one in found if one.state is State.RUNNING],
        count=len(found),
        ways=further(request, found),
        ended=[one for one in found if one.state is State.CLOSED],
    )


@get(f"{PAGE}/all.json", opt=PUBLIC, include_in_schema=False)
async def listing_json(request: Requested) -> Response[bytes]:
    """The list for programs."""
    found = await asyncio.to_thread(_shown, request)
    return _json({"recalls": found, "after": found.after})


@get(f"{PAGE}/feed.atom", opt=PUBLIC, include_in_schema=False)
async def feed(request: Requested) -> Response[bytes]:
    """The list as an Atom feed (RFC 4287), the latest decision first."""
    found = await asyncio.to_thread(_shown, request)
    body = _atom(found, services(request.scope).base_url, negotiate(request.scope))
    headers = {"content-type": _ATOM, "cache-control": _CACHE, "vary": "Accept-Language"}
    return complete(200, headers, body.encode())


@get(f"{PAGE}/{{number:str}}", opt=PUBLIC, include_in_schema=False)
async def one(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """One recall: which goods, what to do now, where to ask; with ``.json`` for programs."""
    plain = number.removesuffix(".json")
    store, language = services(request.scope).store, negotiate(request.scope)

    def read() -> Shown:
        found = queries.public_recall(store, plain)
        return _named(store, [found], language, services(request.scope).base_url)[0]

    found = await asyncio.to_thread(read)
    if plain != number:
        return _json(found)
    released = set(found.released)
    return render(
        request,
        "recalls/public.html",
        cache_control=_CACHE,
        recall=found,
        standing=[_lot(key) for key in found.lots if key not in released],
        released=[_lot(key) for key in found.released],
    )


def _lot(key: str) -> tuple[str, str, str]:
    """A thing with its code, and its lot number where it is a whole lot."""
    product, _, lot = key.partition("/10/")
    return key, element_string(key), unquote(lot) if product and "/" not in lot else ""


def _goods(one: PublicRecall) -> list[str]:
    """The products, those of most lots first: what a shop sells before what went into it."""
    lots = Counter(key.partition("/10/")[0] for key in one.lots)
    return sorted(one.products, key=lambda key: -lots[key])


def _shown(request: Requested) -> Part[Shown]:
    store, base_url = services(request.scope).store, services(request.scope).base_url
    found = queries.public(store, after=request.query_params.get("after", ""))
    return Part(_named(store, found, negotiate(request.scope), base_url), found.after)


def _named(
    store: Store, some: Sequence[PublicRecall], language: Language, base_url: str
) -> list[Shown]:
    parties = {number for one in some for number in (one.maker, one.decided_by) if number}
    makers = registry.organisations(store, EVERYONE, parties)
    products = registry.products(store, EVERYONE, {key for one in some for key in one.products})
    names = {number: one.name.in_language(language) for number, one in makers.items()}
    goods = {key: one.name.in_language(language) for key, one in products.items()}
    return [
        Shown(
            id=one.id,
            page=f"{base_url}{PAGE}/{one.id}",
            title=", ".join(goods.get(key) or element_string(key) for key in _goods(one)[:3])
            or text("recalls.public-goods", language),
            state=one.state,
            level=one.level,
            manner=one.manner,
            decided=one.decided,
            closed=one.closed,
            maker=names.get(one.maker or 0, ""),
            decided_by=names.get(one.decided_by or 0, ""),
            products=one.products,
            lots=one.lots,
            released=one.released,
            words=(one.words_vi if language == "vi" else one.words_en) or one.words_vi,
        )
        for one in some
    ]


def _json(body: object) -> Response[bytes]:
    headers = {
        "content-type": "application/json",
        "cache-control": _CACHE,
        "vary": "Accept-Language",
    }
    return complete(200, headers, msgspec.json.encode(body))


def _atom(some: Sequence[Shown], base_url: str, language: Language) -> str:
    latest = max(
        (one.closed or one.decided for one in some), default=datetime(2026, 1, 1, tzinfo=UTC)
    )
    entries = "".join(
        f"<entry><id>{escape(one.page)}</id><title>{escape(one.title)}</title>"
        f"<link href={quoteattr(one.page)}/>"
        f"<published>{rfc3339(one.decided)}</published>"
        f"<updated>{rfc3339(one.closed or one.decided)}</updated>"
        f"<author><name>{escape(one.decided_by or one.maker or 'Nguồn')}</name></author>"
        f"<summary>{escape(one.words)}</summary></entry>"
        for one in some
    )
    here = f"{base_url}{PAGE}"
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">'
        f"<id>{escape(here)}</id><title>{escape(text('recalls.public-title', language))}</title>"
        f'<link rel="self" href={quoteattr(here + "/feed.atom")}/><link href={quoteattr(here)}/>'
        f"<updated>{rfc3339(latest)}</updated>{entries}</feed>\n"
    )


ROUTES = (listing, listing_json, feed, one)
