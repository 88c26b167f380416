# SPDX-License-Identifier: Apache-2.0
"""Consignments for systems: list, enter, declare; each with what is ready and what is missing."""

import asyncio
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody

from nguon.base.errors import Fault
from nguon.base.messages import Language
from nguon.base.quantity import Quantity
from nguon.compliance import access
from nguon.compliance.consignments import queries, service
from nguon.compliance.consignments.model import (
    CodeShare,
    Consignment,
    ConsignmentState,
    Item,
    Load,
    Plan,
    Readiness,
)
from nguon.compliance.consignments.readiness import readiness
from nguon.compliance.errors import ConsignmentError
from nguon.compliance.model import Market, State
from nguon.identity.model import Principal
from nguon.registry.ledger import asked as ledger
from nguon.registry.ledger.errors import LedgerError
from nguon.registry.ledger.model import Verdict
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.languages import negotiate
from nguon.web.services import services

_PAGE = "/api/v1/consignments"
_MOST_OCTETS = 4 * 1024 * 1024
Text = Annotated[str, msgspec.Meta(max_length=200)]


class LoadBody(msgspec.Struct, frozen=True, rename="camel"):
    """So much of a lot; ``unit`` is a UN/ECE code."""

    lot: Text
    quantity: Decimal
    unit: Text = "KGM"


class CodeBody(msgspec.Struct, frozen=True, rename="camel"):
    """So many kilograms under an area or packing-house code."""

    code: Text
    kilograms: Decimal
    authorisation: Text | None = None
    reason: Text | None = None


class PlanBody(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A consignment as it is entered."""

    number: Text
    market: Market
    planned: date
    lots: Annotated[list[LoadBody], msgspec.Meta(max_length=200)]
    codes: Annotated[list[CodeBody], msgspec.Meta(max_length=100)] = []
    consignee: Text | None = None
    consignee_name: Text | None = None
    packing: Text | None = None
    vehicle: Text | None = None
    seal: Text | None = None


class GateAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A requirement that is not met, by its clause, and who owes it."""

    requirement: str
    clause: str
    state: State
    supplier: str
    reason: str | None
    lots: list[str]


class UseAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """What the ledger said of a code."""

    code: str
    verdict: Verdict
    use: str


class ConsignmentAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A consignment; with ``ready`` and what is missing where one was asked for.

    ``truncated``: of a lot more records exist than were judged; what is missing may be in those.
    """

    id: str
    number: str
    market: Market
    planned: date
    state: ConsignmentState
    lots: list[LoadBody]
    created: datetime
    ready: bool | None = None
    missing: list[GateAnswer] = []
    uses: list[UseAnswer] = []
    truncated: bool = False


@get(_PAGE, opt=dict(needs("read")), tags=["compliance"], summary="Your consignments")
async def list_consignments(request: Request[Any, Any, Any]) -> list[ConsignmentAnswer]:
    """The latest planned first, at most a hundred."""
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(queries.consignments, store, by)
    return [_answer(one) for one in found]


@post(
    _PAGE,
    opt=dict(needs("capture")),
    request_max_body_size=_MOST_OCTETS,
    tags=["compliance"],
    summary="Enter a consignment",
)
async def enter_consignment(
    request: Request[Any, Any, Any], data: JSONBody[PlanBody]
) -> ConsignmentAnswer:
    """A draft, with what is ready of it and what is missing."""
    store, by = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)
    return await asyncio.to_thread(_entered, store, by, data, language)


@get(
    f"{_PAGE}/{{number:str}}", opt=dict(needs("read")), tags=["compliance"], summary="A consignment"
)
async def one_consignment(
    request: Request[Any, Any, Any], number: FromPath[str]
) -> ConsignmentAnswer:
    """With what is ready, what is missing, by which clause, and who owes it."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(_ready, store, by, number, negotiate(request.scope))


@post(
    f"{_PAGE}/{{number:str}}/declaration",
    opt=dict(needs("capture")),
    tags=["compliance"],
    summary="Declare a consignment: its codes are drawn on",
)
async def declare_consignment(
    request: Request[Any, Any, Any], number: FromPath[str]
) -> ConsignmentAnswer:
    """A refused code does not undo the consignment."""
    store, by = services(request.scope).store, principal_of(request.scope)
    await asyncio.to_thread(service.declare, store, by, number)
    return await asyncio.to_thread(_ready, store, by, number, negotiate(request.scope))


def _entered(store: Store, by: Principal, body: PlanBody, language: Language) -> ConsignmentAnswer:
    made = service.plan(store, by, _plan(body))
    return _whole(readiness(store, by, made), language)


def _ready(store: Store, by: Principal, number: str, language: Language) -> ConsignmentAnswer:
    found = queries.consignment(store, by, number)
    return _whole(readiness(store, by, found), language)


def _plan(body: PlanBody) -> Plan:
    faults: list[Fault] = []
    loads = []
    for number, one in enumerate(body.lots):
        lot = access.lot_key(one.lot)
        if lot is None:
            params = {"text": one.lot[:60]}
            faults.append(Fault(f"/lots/{number}/lot", "compliance.lot-shape", params))
        else:
            loads.append(Load(lot, Quantity(one.quantity, one.unit)))
    codes = [_share(number, one, faults) for number, one in enumerate(body.codes)]
    if faults:
        raise ConsignmentError("compliance.consignment-faults", faults, count=len(faults))
    optional = ("consignee", "consignee_name", "packing", "vehicle", "seal")
    return Plan(
        number=body.number.strip(),
        market=body.market,
        planned=body.planned,
        loads=tuple(loads),
        codes=tuple(share for share in codes if share is not None),
        **{name: getattr(body, name) for name in optional},
    )


def _share(number: int, one: CodeBody, faults: list[Fault]) -> CodeShare | None:
    try:
        code = ledger.code(one.code)
    except LedgerError:
        params = {"text": one.code[:60]}
        faults.append(Fault(f"/codes/{number}/code", "compliance.code-shape", params))
        return None
    return CodeShare(
        code=code, quantity=one.kilograms, authorisation=one.authorisation, reason=one.reason
    )


def _whole(found: Readiness, language: Language) -> ConsignmentAnswer:
    missing = [
        _gate(item, language)
        for item in (*found.gates, *found.others)
        if item.judged.state in {State.MISSING, State.NOT_VISIBLE}
    ]
    uses = [UseAnswer(one.code, one.verdict, one.id) for one in found.drawn]
    bare = _answer(found.consignment)
    return msgspec.structs.replace(
        bare, ready=found.ready, missing=missing, uses=uses, truncated=found.truncated
    )


def _gate(item: Item, language: Language) -> GateAnswer:
    one = item.judged
    row = one.requirement
    clause = row.clause.in_language(language)
    return GateAnswer(row.id, clause, one.state, row.supplier.value, one.reason, list(item.lots))


def _answer(one: Consignment) -> ConsignmentAnswer:
    return ConsignmentAnswer(
        id=one.id,
        number=one.number,
        market=one.market,
        planned=one.planned,
        state=one.state,
        lots=[LoadBody(x.lot, x.quantity.amount, x.quantity.unit) for x in one.loads],
        created=one.created,
    )


ROUTES = (list_consignments, enter_consignment, one_consignment, declare_consignment)
