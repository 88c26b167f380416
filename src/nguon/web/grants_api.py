# SPDX-License-Identifier: Apache-2.0
"""Grants for programs: ``/api/v1/grants``."""

import asyncio
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody

from nguon.base.quantity import PIECE, Quantity
from nguon.parties.grants import queries, service
from nguon.parties.grants.errors import GrantError
from nguon.parties.grants.model import Grant, GrantAsked
from nguon.parties.keys.model import KeyScope
from nguon.registry import queries as registers
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.services import services

BASE = "/api/v1/grants"
_MOST_OCTETS = 64 * 1024
_ANY = Request[Any, Any, Any]


class GrantSent(msgspec.Struct, kw_only=True):
    """A grant to give: ``taker`` is the code of the organisation that shall record.

    ``prefixes`` and ``places`` bound it, empty ones do not. ``request`` is a mark of your own:
    sent again, it gives the same grant. ``signature`` is a detached JWS (``typ``
    ``nguon-grant+jws``) of a key of yours over the terms, as `GrantTold.terms` spells them; the
    key that the platform keeps for you signs without one.
    """

    taker: str
    request: str
    season_from: date
    season_to: date
    prefixes: list[str] = []
    places: list[str] = []
    amount: Decimal | None = None
    unit: str = PIECE
    note: str = ""
    signature: str | None = None


class Reason(msgspec.Struct, kw_only=True):
    """Why a grant ends."""

    reason: str


class GrantTold(msgspec.Struct, kw_only=True):
    """A grant; ``terms`` is what was signed, ``signature`` the giver's detached JWS over it."""

    id: str
    giver: str
    taker: str
    state: str
    prefixes: list[str]
    places: list[str]
    season_from: date
    season_to: date
    amount: Decimal | None
    unit: str | None
    used: Decimal
    left: Decimal | None
    note: str
    given: datetime
    key: str
    custodial: bool
    terms: str
    signature: str
    reason: str


class UseTold(msgspec.Struct, kw_only=True):
    """What a record drew; ``returned`` once it was declared erroneous."""

    amount: Decimal
    happened: datetime
    drawn: datetime
    returned: datetime | None


@get(BASE, opt=dict(needs("read")), tags=["grants"], summary="Grants given and taken")
async def list_grants(request: _ANY) -> list[GrantTold]:
    """The grants that your organisation gave or took, the newest first, with what is left."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> list[GrantTold]:
        return _told(store, by.audience, queries.of(store, by.organisation))

    return await asyncio.to_thread(read)


@get(f"{BASE}/{{number:str}}", opt=dict(needs("read")), tags=["grants"], summary="A grant")
async def show_grant(request: _ANY, number: FromPath[str]) -> GrantTold:
    """One grant with what is left of it; for its two parties."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> GrantTold:
        return _told(store, by.audience, [queries.one(store, by.organisation, number)])[0]

    return await asyncio.to_thread(read)


@get(f"{BASE}/{{number:str}}/uses", opt=dict(needs("read")), tags=["grants"], summary="Its use")
async def show_uses(request: _ANY, number: FromPath[str]) -> list[UseTold]:
    """What records drew from a grant, the latest first."""
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(queries.uses, store, by.organisation, number)
    return [
        UseTold(amount=one.amount, happened=one.happened, drawn=one.drawn, returned=one.returned)
        for one in found
    ]


@post(
    BASE,
    opt=dict(needs("registry")),
    request_max_body_size=_MOST_OCTETS,
    tags=["grants"],
    summary="Let another organisation record for you",
)
async def give_grant(request: _ANY, data: JSONBody[GrantSent]) -> GrantTold:
    """The grant counts once its taker accepts it."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def write() -> GrantTold:
        found = registers.organisation_by_code(store, by.audience, data.taker)
        if found is None:
            raise GrantError("grants.unknown-party", field="taker")
        asked = GrantAsked(
            taker=found.id,
            scope=KeyScope(tuple(data.prefixes), tuple(data.places)),
            season_from=data.season_from,
            season_to=data.season_to,
            quantity=None if data.amount is None else Quantity(data.amount, data.unit),
            note=data.note,
            request=data.request,
            signature=data.signature,
        )
        return _told(store, by.audience, [service.give(store, asked, by=by)])[0]

    return await asyncio.to_thread(write)


@post(
    f"{BASE}/{{number:str}}/acceptance",
    opt=dict(needs("registry")),
    tags=["grants"],
    summary="Accept a grant",
)
async def accept_grant(request: _ANY, number: FromPath[str]) -> GrantTold:
    """From now on your organisation may record under it."""
    return await _answered(request, number, accepted=True)


@post(
    f"{BASE}/{{number:str}}/refusal",
    opt=dict(needs("registry")),
    tags=["grants"],
    summary="Decline a grant",
)
async def decline_grant(request: _ANY, number: FromPath[str]) -> GrantTold:
    """The giver reads that it was declined."""
    return await _answered(request, number, accepted=False)


@post(
    f"{BASE}/{{number:str}}/revocation",
    opt=dict(needs("registry")),
    request_max_body_size=_MOST_OCTETS,
    tags=["grants"],
    summary="End a grant",
)
async def revoke_grant(request: _ANY, number: FromPath[str], data: JSONBody[Reason]) -> GrantTold:
    """By its giver or its taker; what was recorded under it stays."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def write() -> GrantTold:
        return _told(store, by.audience, [service.revoke(store, number, data.reason, by=by)])[0]

    return await asyncio.to_thread(write)


async def _answered(request: _ANY, number: str, *, accepted: bool) -> GrantTold:
    store, by = services(request.scope).store, principal_of(request.scope)

    def write() -> GrantTold:
        found = service.answer(store, number, accepted=accepted, by=by)
        return _told(store, by.audience, [found])[0]

    return await asyncio.to_thread(write)


def _told(store: Store, audience: Any, some: list[Grant]) -> list[GrantTold]:
    numbers = {number for one in some for number in (one.giver, one.taker)}
    known = registers.organisations(store, audience, numbers)
    codes = {number: one.code for number, one in known.items()}
    today = service.today()
    return [
        GrantTold(
            id=one.id,
            giver=codes.get(one.giver, ""),
            taker=codes.get(one.taker, ""),
            state=one.state(today).value,
            prefixes=list(one.scope.prefixes),
            places=list(one.scope.places),
            season_from=one.season_from,
            season_to=one.season_to,
            amount=None if one.quantity is None else one.quantity.amount,
            unit=None if one.quantity is None else one.quantity.unit,
            used=one.used,
            left=None if one.left is None else one.left.amount,
            note=one.note,
            given=one.given,
            key=one.kid,
            custodial=one.custodial,
            terms=one.payload,
            signature=one.token,
            reason=one.reason,
        )
        for one in some
    ]


ROUTES = (
    *(list_grants, show_grant, show_uses, give_grant),
    *(accept_grant, decline_grant, revoke_grant),
)
