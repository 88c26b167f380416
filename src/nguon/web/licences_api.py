# SPDX-License-Identifier: Apache-2.0
"""Licences, product numbers, lots and quotas for programs: ``/api/v1/codes/…``."""

import asyncio
from datetime import date
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody

from nguon.codes import blocks, gtins, licences, lot_numbers
from nguon.codes.errors import IssuingUnknownError
from nguon.codes.model import (
    Given,
    Licence,
    LicenceAsked,
    LicenceKind,
    LicenceStatus,
    LotGiven,
    Quota,
    Room,
)
from nguon.registry.ledger.registers import party
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.services import services

BASE = "/api/v1/codes"
MOST_OCTETS = 64 * 1024
_ANY = Request[Any, Any, Any]


class LicenceSent(msgspec.Struct, kw_only=True):
    """A licence to record; ``organisation`` (code or GLN) is for operators and authorities."""

    kind: LicenceKind
    value: str
    valid_from: date
    source: str
    valid_to: date | None = None
    organisation: str | None = None


class Judgement(msgspec.Struct, kw_only=True):
    """What is said of a licence, since when, and why."""

    status: LicenceStatus
    reason: str
    effective: date | None = None


class NumberSent(msgspec.Struct, kw_only=True):
    """A product that needs a number; ``request`` is a mark of yours, for the same number again."""

    name: str
    request: str
    licence: str | None = None


class CartonSent(msgspec.Struct, kw_only=True):
    """A carton that needs a number."""

    request: str
    name: str = ""


class ControlSent(msgspec.Struct, kw_only=True):
    """Whether serials of a product are captured only where they were issued here."""

    controlled: bool


class LotSent(msgspec.Struct, kw_only=True):
    """A lot that needs a number, by a pattern such as ``{house}-{yyMMdd}-{n}``."""

    gtin: str
    pattern: str
    request: str
    day: date | None = None
    house: str = ""


class QuotaSent(msgspec.Struct, kw_only=True):
    """How many pieces an organisation may have serials for, in all."""

    organisation: str
    pieces: int
    reason: str


class Numbers(msgspec.Struct, kw_only=True):
    """Numbers given out, and how full prefixes are."""

    given: list[Given]
    prefixes: list[Room]


@get(f"{BASE}/licences", opt=dict(needs("read")), tags=["codes"], summary="Licences")
async def list_licences(request: _ANY) -> list[Licence]:
    """Prefixes and single numbers of yours, or of whom you are in charge of."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(licences.licences, store, by.audience)


@post(
    f"{BASE}/licences",
    opt=dict(needs("read")),
    request_max_body_size=MOST_OCTETS,
    tags=["codes"],
    summary="Record a licence",
)
async def add_licence(request: _ANY, data: JSONBody[LicenceSent]) -> Licence:
    """Declared by a manager; checked at once where an operator or the authority records it."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def add() -> Licence:
        holder = None if data.organisation is None else _party(store, data.organisation)
        names = LicenceAsked.__struct_fields__
        asked = LicenceAsked(**{name: getattr(data, name) for name in names})
        return licences.declare(store, by, asked, organisation=holder)

    return await asyncio.to_thread(add)


@post(
    f"{BASE}/licences/{{licence_id:str}}/judgement",
    opt=dict(needs("supervise")),
    request_max_body_size=MOST_OCTETS,
    tags=["codes"],
    summary="Say whether a licence is right",
)
async def judge_licence(
    request: _ANY, licence_id: FromPath[str], data: JSONBody[Judgement]
) -> Licence:
    """Checked, refused or withdrawn, with a reason; for the operator or the authority in charge."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(
        licences.judge, store, by, licence_id, data.status, data.reason, data.effective
    )


@get(f"{BASE}/gtins", opt=dict(needs("read")), tags=["codes"], summary="Product numbers")
async def list_gtins(request: _ANY) -> Numbers:
    """The numbers that your organisation was given."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> Numbers:
        given = gtins.given(store, by.audience, by.organisation)
        with store.reading() as connection:
            held = licences.of(connection, "organisation", [by.organisation])
            return Numbers(given=given, prefixes=gtins.rooms(connection, held))

    return await asyncio.to_thread(read)


@post(
    f"{BASE}/gtins",
    opt=dict(needs("registry")),
    request_max_body_size=MOST_OCTETS,
    tags=["codes"],
    summary="A number for a product",
)
async def give_gtin(request: _ANY, data: JSONBody[NumberSent]) -> Given:
    """The next free one of your prefix."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(
        gtins.allocate, store, by, data.name, data.request, licence=data.licence
    )


@post(
    f"{BASE}/gtins/{{gtin:str}}/cartons",
    opt=dict(needs("registry")),
    request_max_body_size=MOST_OCTETS,
    tags=["codes"],
    summary="A number for a carton",
)
async def give_carton(request: _ANY, gtin: FromPath[str], data: JSONBody[CartonSent]) -> Given:
    """The piece's number with the next indicator digit, 1 to 8."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(gtins.carton, store, by, gtin, data.request, name=data.name)


@post(
    f"{BASE}/gtins/{{gtin:str}}/control",
    opt=dict(needs("registry")),
    request_max_body_size=MOST_OCTETS,
    tags=["codes"],
    summary="Put a product under control",
)
async def control_gtin(
    request: _ANY, gtin: FromPath[str], data: JSONBody[ControlSent]
) -> ControlSent:
    """From now on, events that name a serial of it which was never issued are refused."""
    store, by = services(request.scope).store, principal_of(request.scope)
    await asyncio.to_thread(gtins.set_control, store, by, gtin, data.controlled)
    return data


@post(
    f"{BASE}/lots",
    opt=dict(needs("capture")),
    request_max_body_size=MOST_OCTETS,
    tags=["codes"],
    summary="A lot number",
)
async def give_lot(request: _ANY, data: JSONBody[LotSent]) -> LotGiven:
    """The next one of a pattern; ``changed`` where letters had to be written anew."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def give() -> LotGiven:
        return lot_numbers.following(
            store,
            by,
            data.gtin,
            data.pattern,
            data.request,
            day=data.day or licences.today(),
            house=data.house,
        )

    return await asyncio.to_thread(give)


@get(f"{BASE}/quota", opt=dict(needs("read")), tags=["codes"], summary="What may be ordered")
async def show_quota(request: _ANY) -> Quota:
    """Pieces that your organisation may have serials for, and has."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> Quota:
        with store.reading() as connection:
            return blocks.quota(connection, by.organisation)

    return await asyncio.to_thread(read)


@post(
    f"{BASE}/quota",
    opt=dict(needs("admin")),
    request_max_body_size=MOST_OCTETS,
    tags=["codes"],
    summary="Set a quota",
)
async def give_quota(request: _ANY, data: JSONBody[QuotaSent]) -> Quota:
    """For the operator."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def give() -> Quota:
        number = _party(store, data.organisation)
        return blocks.set_quota(store, by, number, data.pieces, data.reason)

    return await asyncio.to_thread(give)


def _party(store: Store, written: str) -> int:
    with store.reading() as connection:
        found = party(connection, written)
    if found is None:
        raise IssuingUnknownError("codes.unknown-organisation")
    return found


ROUTES = (
    *(list_licences, add_licence, judge_licence, list_gtins, give_gtin, give_carton),
    *(control_gtin, give_lot, show_quota, give_quota),
)
