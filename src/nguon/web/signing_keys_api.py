# SPDX-License-Identifier: Apache-2.0
"""The keys that an organisation signs with, for programs: ``/api/v1/signing-keys/…``."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody

from nguon.identity.model import Principal
from nguon.parties.keys import handing, proving, queries, scopes, service
from nguon.parties.keys.model import PartyKey
from nguon.store import Store
from nguon.web import signing_keys_view as view
from nguon.web.auth import needs, principal_of
from nguon.web.services import services
from nguon.web.signing_keys_view import KeyTold

BASE = "/api/v1/signing-keys"
MOST_OCTETS = 64 * 1024
_ANY = Request[Any, Any, Any]


class Challenge(msgspec.Struct, kw_only=True):
    """What a key signs, as it stands, to be bound: a compact JWS of type ``typ`` over it."""

    challenge: str
    typ: str
    expires: datetime


class KeySent(msgspec.Struct, kw_only=True):
    """A key to bind: the proof that its secret half is yours, and what it is for."""

    proof: str
    name: str
    key: str = ""
    prefixes: list[str] = []
    places: list[str] = []
    first_day: date | None = None
    last_day: date | None = None


class ReplacementSent(msgspec.Struct, kw_only=True):
    """A key in the place of another: its own proof, and what the old key signed for it."""

    proof: str
    endorsement: str
    key: str = ""
    overlap_days: int = service.OVERLAP.days


class KeptSent(msgspec.Struct, kw_only=True):
    """A key to be kept here; the name is for your own list."""

    name: str


class ReasonSent(msgspec.Struct, kw_only=True):
    """Why."""

    reason: str


@get(BASE, opt=dict(needs("read")), tags=["signing keys"], summary="Your signing keys")
async def list_keys(request: _ANY) -> list[KeyTold]:
    """Every key your organisation ever had, the first bound first, with what became of it."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> list[KeyTold]:
        now = datetime.now(UTC)
        return [view.told(store, key, now) for key in queries.of(store, by.organisation)]

    return await asyncio.to_thread(read)


@get(f"{BASE}/{{kid:str}}", opt=dict(needs("read")), tags=["signing keys"], summary="A signing key")
async def one_key(request: _ANY, kid: FromPath[str]) -> KeyTold:
    """One of your keys; the operator may look at any."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> KeyTold:
        return view.told(store, handing.seen(store, by, kid), datetime.now(UTC))

    return await asyncio.to_thread(read)


@post(
    f"{BASE}/challenge",
    opt=dict(needs("registry")),
    status_code=200,
    tags=["signing keys"],
    summary="What a key must sign to be bound",
)
async def ask_challenge(request: _ANY) -> Challenge:
    """Good for an hour, and for your organisation alone."""
    store, by = services(request.scope).store, principal_of(request.scope)
    now = datetime.now(UTC)
    text = await asyncio.to_thread(handing.challenge, store, by)
    return Challenge(challenge=text, typ=proving.PROOF, expires=now + proving.LASTS)


@post(
    BASE,
    opt=dict(needs("registry")),
    request_max_body_size=MOST_OCTETS,
    tags=["signing keys"],
    summary="Bind a signing key",
)
async def bind_key(request: _ANY, data: JSONBody[KeySent]) -> KeyTold:
    """Bound to your organisation from now on; a key belongs to one party only."""
    wanted = handing.Wanted(
        name=data.name,
        scope=scopes.scope(data.prefixes, data.places),
        valid_from=view.begin_of(data.first_day),
        valid_to=view.end_of(data.last_day),
    )
    return await _changed(
        request, lambda store, by: handing.bind(store, by, data.proof, wanted, key=data.key)
    )


@post(
    f"{BASE}/custodial",
    opt=dict(needs("registry")),
    request_max_body_size=MOST_OCTETS,
    tags=["signing keys"],
    summary="Have the platform keep a key",
)
async def make_custodial(request: _ANY, data: JSONBody[KeptSent]) -> KeyTold:
    """A key whose secret half the platform keeps, and signs with when your people say so."""
    return await _changed(request, lambda store, by: handing.keep(store, by, data.name))


@post(
    f"{BASE}/{{kid:str}}/replacement",
    opt=dict(needs("registry")),
    request_max_body_size=MOST_OCTETS,
    tags=["signing keys"],
    summary="Replace a signing key",
)
async def replace_key(
    request: _ANY, kid: FromPath[str], data: JSONBody[ReplacementSent]
) -> KeyTold:
    """The new key takes the terms of the old one, which ends after the overlap."""
    asked = handing.Replacement(
        proof=data.proof,
        endorsement=data.endorsement,
        key=data.key,
        overlap=timedelta(days=max(0, min(data.overlap_days, service.MOST_OVERLAP.days))),
    )
    return await _changed(request, lambda store, by: handing.replace(store, by, kid, asked))


@post(
    f"{BASE}/{{kid:str}}/suspension",
    opt=dict(needs("registry")),
    request_max_body_size=MOST_OCTETS,
    tags=["signing keys"],
    summary="Suspend a signing key",
)
async def suspend_key(request: _ANY, kid: FromPath[str], data: JSONBody[ReasonSent]) -> KeyTold:
    """What it signs counts for nothing until it is resumed."""
    return await _changed(
        request, lambda store, by: service.suspend(store, kid, by=by, reason=data.reason)
    )


@post(
    f"{BASE}/{{kid:str}}/resumption",
    opt=dict(needs("registry")),
    request_max_body_size=MOST_OCTETS,
    tags=["signing keys"],
    summary="Resume a signing key",
)
async def resume_key(request: _ANY, kid: FromPath[str], data: JSONBody[ReasonSent]) -> KeyTold:
    """What the operator suspended the operator alone resumes."""
    return await _changed(
        request, lambda store, by: service.resume(store, kid, by=by, reason=data.reason)
    )


@post(
    f"{BASE}/{{kid:str}}/revocation",
    opt=dict(needs("registry")),
    request_max_body_size=MOST_OCTETS,
    tags=["signing keys"],
    summary="Revoke a signing key",
)
async def revoke_key(request: _ANY, kid: FromPath[str], data: JSONBody[ReasonSent]) -> KeyTold:
    """For good: it can never be bound again. What it signed before keeps its place in the log."""
    return await _changed(
        request, lambda store, by: service.revoke(store, kid, by=by, reason=data.reason)
    )


async def _changed(request: _ANY, change: Callable[[Store, Principal], PartyKey]) -> KeyTold:
    store, by = services(request.scope).store, principal_of(request.scope)

    def done() -> KeyTold:
        return view.told(store, change(store, by), datetime.now(UTC))

    return await asyncio.to_thread(done)


ROUTES = (
    *(list_keys, one_key, ask_challenge, bind_key, make_custodial, replace_key),
    *(suspend_key, resume_key, revoke_key),
)
