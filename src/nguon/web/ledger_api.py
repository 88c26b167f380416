# SPDX-License-Identifier: Apache-2.0
"""The ledger for programs: ``/api/v1/authorisations`` and ``/api/v1/code-uses``."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from nguon.base.messages import Language
from nguon.registry.ledger import queries, registers, service
from nguon.registry.ledger.errors import LedgerError
from nguon.registry.ledger.model import Authorisation, Drawn, Grant, Use, Verdict
from nguon.registry.ledger.queries import Balance, Wanted
from nguon.store import Store
from nguon.web import code_words
from nguon.web.auth import needs, principal_of
from nguon.web.languages import negotiate
from nguon.web.services import services

_GRANTS = "/api/v1/authorisations"
_USES = "/api/v1/code-uses"
_MOST_OCTETS = 64 * 1024
_PAGE = 100
_ANY = Request[Any, Any, Any]


class GrantAsked(msgspec.Struct, kw_only=True):
    """A grant to give; ``grantee`` is the party's code or GLN, ``quantity`` kilograms.

    ``request`` is a mark of your own: sent again, it gives the same grant.
    """

    code: str
    grantee: str
    crop: str
    market: str
    valid_from: date
    valid_to: date
    quantity: Decimal
    request: str | None = None


class Withdrawal(msgspec.Struct, kw_only=True):
    """Why a grant is taken back, and from when (now where nothing is said)."""

    reason: str
    effective: datetime | None = None


class Narrowing(msgspec.Struct, kw_only=True):
    """Why a grant is lessened, to what, and from when."""

    reason: str
    quantity: Decimal | None = None
    valid_to: date | None = None
    effective: datetime | None = None


class AnswerGiven(msgspec.Struct, kw_only=True):
    """What the body in charge says of a use."""

    answer: Literal["accept", "refuse", "reverse"]
    reason: str


class Reversal(msgspec.Struct, kw_only=True):
    """Why a consignment's quantity is given back."""

    reason: str


class GrantShown(msgspec.Struct, kw_only=True):
    """A grant with its balance in kilograms; ``live``: it can be drawn on."""

    authorisation: Authorisation
    live: bool
    granted: Decimal
    used: Decimal
    waiting: Decimal
    left: Decimal


class UseShown(msgspec.Struct, kw_only=True):
    """A use with its answer; ``reasons`` are the findings in the language asked for."""

    use: Drawn
    state: str
    reasons: list[str]


@get(_GRANTS, opt=dict(needs("read")), tags=["code use"], summary="Grants given and got")
async def list_grants(request: _ANY) -> list[GrantShown]:
    """The grants that your organisation gave or got, the newest first, with what is left."""
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(queries.grants, store, by.audience)
    return [_grant(one) for one in found]


@get(f"{_GRANTS}/{{grant_id:str}}", opt=dict(needs("read")), tags=["code use"], summary="A grant")
async def show_grant(request: _ANY, grant_id: FromPath[str]) -> GrantShown:
    """One grant with what is left of it; for holder, user and the body in charge."""
    return await _balance(request, grant_id)


@post(
    _GRANTS,
    opt=dict(needs("registry")),
    request_max_body_size=_MOST_OCTETS,
    tags=["code use"],
    summary="Grant the use of a code that you hold",
)
async def give_grant(request: _ANY, data: JSONBody[GrantAsked]) -> GrantShown:
    """More than the code can bear is no refusal: the answer's ``notices`` say so."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def give() -> str:
        wanted = {name: getattr(data, name) for name in data.__struct_fields__}
        wanted["grantee"] = _party(store, data.grantee)
        return service.grant(store, by, Grant(**wanted)).id

    return await _balance(request, await asyncio.to_thread(give))


@post(
    f"{_GRANTS}/{{grant_id:str}}/withdrawal",
    opt=dict(needs("registry")),
    request_max_body_size=_MOST_OCTETS,
    tags=["code use"],
    summary="Withdraw a grant",
)
async def withdraw_grant(
    request: _ANY, grant_id: FromPath[str], data: JSONBody[Withdrawal]
) -> GrantShown:
    """What was drawn stays drawn."""
    store, by = services(request.scope).store, principal_of(request.scope)
    effective = _moment(data.effective)
    await asyncio.to_thread(service.withdraw, store, by, grant_id, data.reason, effective=effective)
    return await _balance(request, grant_id)


@post(
    f"{_GRANTS}/{{grant_id:str}}/narrowing",
    opt=dict(needs("registry")),
    request_max_body_size=_MOST_OCTETS,
    tags=["code use"],
    summary="Lessen a grant",
)
async def narrow_grant(
    request: _ANY, grant_id: FromPath[str], data: JSONBody[Narrowing]
) -> GrantShown:
    """Its quantity, never below what was drawn, or its last day."""
    store, by = services(request.scope).store, principal_of(request.scope)
    await asyncio.to_thread(
        service.narrow,
        store,
        by,
        grant_id,
        data.reason,
        quantity=data.quantity,
        valid_to=data.valid_to,
        effective=_moment(data.effective),
    )
    return await _balance(request, grant_id)


@get(_USES, opt=dict(needs("read")), tags=["code use"], summary="Uses of codes and attempts")
async def list_uses(
    request: _ANY,
    code: FromQuery[str | None] = None,
    consignment: FromQuery[str | None] = None,
    province: FromQuery[str | None] = None,
    verdict: FromQuery[Verdict | None] = None,
    before: FromQuery[str | None] = None,
) -> list[UseShown]:
    """Those that you may see, the newest first, a hundred at a time; ``before`` is the id of the
    last one that you got.
    """
    store, by = services(request.scope).store, principal_of(request.scope)
    wanted = Wanted(
        code=code,
        consignment=consignment,
        province=province,
        verdicts=(verdict,) if verdict else (),
    )

    def read() -> Sequence[Drawn]:
        cursor = before and queries.cursor(queries.use(store, by.audience, before))
        return queries.uses(store, by.audience, wanted, before=cursor or None, limit=_PAGE)

    found = await asyncio.to_thread(read)
    return [_use(one, negotiate(request.scope)) for one in found]


@get(f"{_USES}/{{use_id:str}}", opt=dict(needs("read")), tags=["code use"], summary="A use")
async def show_use(request: _ANY, use_id: FromPath[str]) -> UseShown:
    """One use or attempt with its arithmetic and what was said of it."""
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(queries.use, store, by.audience, use_id)
    return _use(found, negotiate(request.scope))


@post(
    _USES,
    opt=dict(needs("capture")),
    request_max_body_size=_MOST_OCTETS,
    tags=["code use"],
    summary="Use a code for a consignment",
)
async def draw(request: _ANY, data: JSONBody[Use]) -> UseShown:
    """Answers with the verdict, its findings and arithmetic; a refusal is an answer, and kept.

    The same consignment, code and lots again give the same answer.
    """
    store, by = services(request.scope).store, principal_of(request.scope)
    if data.used_at.tzinfo is None:
        raise LedgerError("ledger.zone-missing")
    found = await asyncio.to_thread(service.draw, store, by, data)
    return _use(found, negotiate(request.scope))


@post(
    f"{_USES}/{{use_id:str}}/answer",
    opt=dict(needs("supervise")),
    request_max_body_size=_MOST_OCTETS,
    tags=["code use"],
    summary="Answer a use for the body in charge",
)
async def answer_use(request: _ANY, use_id: FromPath[str], data: JSONBody[AnswerGiven]) -> UseShown:
    """A held use is accepted or refused; a counted one can be given back."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def say() -> Drawn:
        if data.answer == "reverse":
            return service.reverse(store, by, use_id, data.reason)
        return service.answer(store, by, use_id, data.answer == "accept", data.reason)

    return _use(await asyncio.to_thread(say), negotiate(request.scope))


@post(
    f"{_USES}/{{use_id:str}}/reversal",
    opt=dict(needs("capture")),
    request_max_body_size=_MOST_OCTETS,
    tags=["code use"],
    summary="Give a cancelled consignment's quantity back",
)
async def reverse_use(request: _ANY, use_id: FromPath[str], data: JSONBody[Reversal]) -> UseShown:
    """By its user, before anything was shipped."""
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(service.reverse, store, by, use_id, data.reason)
    return _use(found, negotiate(request.scope))


async def _balance(request: _ANY, grant_id: str) -> GrantShown:
    store, by = services(request.scope).store, principal_of(request.scope)
    return _grant(await asyncio.to_thread(queries.balance, store, by.audience, grant_id))


def _grant(one: Balance) -> GrantShown:
    return GrantShown(
        authorisation=one.authorisation,
        live=one.live,
        **{name: getattr(one, name) for name in ("granted", "used", "waiting", "left")},
    )


def _use(one: Drawn, language: Language) -> UseShown:
    reasons = [said.text for said in code_words.said(one.findings, language)]
    return UseShown(use=one, state=one.state.value, reasons=reasons)


def _party(store: Store, written: str) -> int:
    with store.reading() as connection:
        found = registers.party(connection, written)
    if found is None:
        raise LedgerError("ledger.grantee-unknown")
    return found


def _moment(given: datetime | None) -> datetime | None:
    if given is not None and given.tzinfo is None:
        raise LedgerError("ledger.zone-missing")
    return given


ROUTES = (
    *(list_grants, show_grant, give_grant, withdraw_grant, narrow_grant),
    *(list_uses, show_use, draw, answer_use, reverse_use),
)
