# SPDX-License-Identifier: Apache-2.0
"""What marketplaces ask of listings (docs/listings.md): one, a catalogue, changes."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Stream

from nguon.listings import sellers, service, subscribing
from nguon.listings.model import Asked, Signed
from nguon.listings.sellers import Registered
from nguon.listings.subscribing import Subscription
from nguon.web import listing_batches
from nguon.web.auth import needs, principal_of
from nguon.web.languages import header
from nguon.web.services import services

BASE = "/api/v1/listings"
_MOST_JSON = 4 * 1024 * 1024
_LINES = "application/x-ndjson"
Requested = Request[Any, Any, Any]


class Check(msgspec.Struct, frozen=True):
    """A seller and the codes that it offers."""

    seller: str
    codes: tuple[str, ...]


class Catalogue(msgspec.Struct, frozen=True):
    """Many listings, of whatever sellers."""

    listings: tuple[Asked, ...]


class Sellers(msgspec.Struct, frozen=True):
    """Which parties sellers are."""

    sellers: tuple[Registered, ...]


class MadeKey(msgspec.Struct, frozen=True):
    """A key for looking sellers up, in hexadecimal; told this once."""

    key: str


class Address(msgspec.Struct, frozen=True):
    """Where changes are told."""

    url: str


class Watched(msgspec.Struct, frozen=True):
    """How many listings a subscription watches."""

    watched: int


@get(f"{BASE}/check", opt=dict(needs("market")), tags=["listings"], summary="Check a listing")
async def check_one(request: Requested, seller: FromQuery[str], code: FromQuery[str]) -> Any:
    """The same as by POST, for one code; `If-None-Match` is answered 304 while nothing changed."""
    return await _checked(request, (Asked(seller, code),))


@post(
    f"{BASE}/check",
    opt=dict(needs("market")),
    status_code=200,
    tags=["listings"],
    summary="Check a seller's listings",
)
async def check(request: Requested, data: JSONBody[Check]) -> Any:
    """Up to 500 codes of one seller, signed by the platform (`jws`); good until `expires`."""
    return await _checked(request, tuple(Asked(data.seller, code) for code in data.codes))


@post(
    f"{BASE}/catalogue",
    opt=dict(needs("market")),
    status_code=200,
    request_max_body_size=_MOST_JSON,
    tags=["listings"],
    summary="Check a catalogue",
)
async def check_catalogue(request: Requested, data: JSONBody[Catalogue]) -> Stream:
    """Up to 10,000 listings; a line of JSON for every 500, each signed by itself."""
    store, by = services(request.scope).store, principal_of(request.scope)
    found = service.catalogue(store, by, data.listings, datetime.now(UTC))
    first = await asyncio.to_thread(next, found)
    return Stream(_lines(first, found), media_type=_LINES)


@post(
    f"{BASE}/sellers",
    opt=dict(needs("market")),
    status_code=200,
    tags=["listings"],
    summary="Say which parties your sellers are",
)
async def register_sellers(request: Requested, data: JSONBody[Sellers]) -> Sellers:
    """Under names that you make up; up to 1,000 at once, each in the place of one before."""
    store, by = services(request.scope).store, principal_of(request.scope)
    await asyncio.to_thread(sellers.register, store, by, by.audience, data.sellers)
    return data


@post(f"{BASE}/key", opt=dict(needs("market")), tags=["listings"], summary="Make a look-up key")
async def make_key(request: Requested) -> MadeKey:
    """For looking sellers up by `hmac:` + HMAC-SHA-256 of their tax code; the one before ends."""
    store, by = services(request.scope).store, principal_of(request.scope)
    secret = await asyncio.to_thread(sellers.make_key, store, by)
    return MadeKey(secret.hex())


@get(
    f"{BASE}/subscriptions",
    opt=dict(needs("market")),
    tags=["listings"],
    summary="Your subscriptions",
)
async def list_subscriptions(request: Requested) -> list[Subscription]:
    """With the newest messages of each and what came of them."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(subscribing.of, store, by)


@post(
    f"{BASE}/subscriptions",
    opt=dict(needs("market")),
    tags=["listings"],
    summary="Be told of changes",
)
async def subscribe(request: Requested, data: JSONBody[Address]) -> Subscription:
    """By messages to an address of yours, signed by the platform (RFC 9421)."""
    parts, by = services(request.scope), principal_of(request.scope)
    return await asyncio.to_thread(
        subscribing.subscribe, parts.store, by, data.url, private=parts.webhooks_private
    )


@post(
    f"{BASE}/subscriptions/{{subscription_id:str}}/end",
    opt=dict(needs("market")),
    status_code=204,
    tags=["listings"],
    summary="Be told no more",
)
async def end_subscription(request: Requested, subscription_id: FromPath[str]) -> None:
    """What waits to be sent is not sent any more."""
    store, by = services(request.scope).store, principal_of(request.scope)
    await asyncio.to_thread(subscribing.end, store, by, subscription_id)


@post(
    f"{BASE}/subscriptions/{{subscription_id:str}}/watch",
    opt=dict(needs("market")),
    status_code=200,
    request_max_body_size=_MOST_JSON,
    tags=["listings"],
    summary="Watch listings",
)
async def watch(
    request: Requested, subscription_id: FromPath[str], data: JSONBody[Catalogue]
) -> Watched:
    """Up to 10,000 at once and 100,000 in all; changes from now on are told."""
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(subscribing.watch, store, by, subscription_id, data.listings)
    return Watched(found)


@post(
    f"{BASE}/subscriptions/{{subscription_id:str}}/unwatch",
    opt=dict(needs("market")),
    status_code=200,
    request_max_body_size=_MOST_JSON,
    tags=["listings"],
    summary="Watch listings no longer",
)
async def unwatch(
    request: Requested, subscription_id: FromPath[str], data: JSONBody[Catalogue]
) -> Watched:
    """Those that are not watched are passed over."""
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(subscribing.unwatch, store, by, subscription_id, data.listings)
    return Watched(found)


async def _checked(request: Requested, asked: tuple[Asked, ...]) -> Response[Any]:
    store, by = services(request.scope).store, principal_of(request.scope)
    service.bounded(asked, service.AT_ONCE)
    answers = await listing_batches.answered(store, by.organisation, asked)
    now = datetime.now(UTC)
    found = await asyncio.to_thread(service.signed, store, by.organisation, answers, now)
    left = max(int((found.expires - now).total_seconds()), 0)
    headers = {
        "etag": f'"{found.tag}"',
        "cache-control": f"private, max-age={left}",
        "expires": found.expires.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "vary": "authorization, cookie",
    }
    if header(request.scope, b"if-none-match") == headers["etag"]:
        return Response(b"", status_code=304, headers=headers)
    return Response(found, headers=headers)


def _lines(first: Signed, others: Iterator[Signed]) -> Iterator[bytes]:
    yield msgspec.json.encode(first) + b"\n"
    for one in others:
        yield msgspec.json.encode(one) + b"\n"


ROUTES = (
    *(check_one, check, check_catalogue, register_sellers, make_key, list_subscriptions),
    *(subscribe, end_subscription, watch, unwatch),
)
