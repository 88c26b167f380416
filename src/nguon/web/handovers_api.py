# SPDX-License-Identifier: Apache-2.0
"""Hand-overs for programs: ``/api/v1/handovers``.

Goods are sent and received by their events (``/epcis/events``), which name the secret of the
offer; here is what waits, and what needs no event: a dispute, and the giver's agreement.
"""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody

from nguon.base.audience import Audience
from nguon.entries import answers, handovers, nonces
from nguon.entries.answers import Said, Signer
from nguon.entries.handover import HandOver, State, Step
from nguon.entries.model import AnswerLine, Line
from nguon.registry import queries as registers
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.services import services

BASE = "/api/v1/handovers"
_MOST_OCTETS = 16 * 1024
_NOTE = 500
_ANY = Request[Any, Any, Any]


class LineTold(msgspec.Struct, kw_only=True):
    """So much of a thing; a single piece or pallet has no amount."""

    item: str
    amount: Decimal | None = None
    unit: str | None = None
    reason: str | None = None


class StepTold(msgspec.Struct, kw_only=True):
    """What a party said; ``signature`` is its detached JWS over ``payload``, if it signed."""

    by: str
    state: str
    payload: str
    signature: str | None
    key: str | None
    custodial: bool


class HandOverTold(msgspec.Struct, kw_only=True):
    """A hand-over; ``nonce`` is its secret, which the receiver echoes."""

    id: str
    state: str
    giver: str
    receiver: str
    offered: list[LineTold]
    found: list[LineTold]
    invoice: str | None
    nonce: str | None
    echoed: bool
    since: datetime
    changed: datetime
    steps: list[StepTold]


class StepSent(msgspec.Struct, kw_only=True):
    """A receiver's dispute, or a giver's agreement to what was found.

    ``signature``: a detached JWS (``typ`` ``nguon-handover+jws``, ``iat``) of a key of yours over
    the JCS of ``handover``, ``state`` (``disputed`` or ``settled``), ``v`` 1, and, where they are
    sent, ``note`` (SHA-256 of the reason, base64url) and ``nonce``.
    """

    answer: Literal["dispute", "agree"]
    reason: str | None = None
    nonce: str | None = None
    signature: str | None = None


@get(BASE, opt=dict(needs("read")), tags=["hand-overs"], summary="Hand-overs of your organisation")
async def list_handovers(request: _ANY) -> list[HandOverTold]:
    """Those that are open on either side, and the latest that are closed."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> list[HandOverTold]:
        found = handovers.lists(store, by.organisation)
        groups = (found.to_me, found.by_me, found.unmatched, found.differing, found.closed)
        return _told(store, by.audience, [one for group in groups for one in group])

    return await asyncio.to_thread(read)


@get(f"{BASE}/{{number:str}}", opt=dict(needs("read")), tags=["hand-overs"], summary="A hand-over")
async def show_handover(request: _ANY, number: FromPath[str]) -> HandOverTold:
    """One hand-over, for its two parties."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> HandOverTold:
        return _told(store, by.audience, [handovers.one(store, by.organisation, number)])[0]

    return await asyncio.to_thread(read)


@post(
    f"{BASE}/{{number:str}}/answer",
    opt=dict(needs("capture")),
    request_max_body_size=_MOST_OCTETS,
    tags=["hand-overs"],
    summary="Dispute an offer, or agree to what was found",
)
async def answer_handover(
    request: _ANY, number: FromPath[str], data: JSONBody[StepSent]
) -> HandOverTold:
    """What is received is recorded as an event, with the offer's secret in `nguon:nonce`."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def write() -> HandOverTold:
        state = State.DISPUTED if data.answer == "dispute" else State.SETTLED
        note = (data.reason or "").strip()[:_NOTE] or None
        nonce = (data.nonce or "")[: nonces.MOST] or None
        given = None
        if data.signature is not None:
            words = answers.own_words(number, state.value, note, nonce)
            given = answers.given(store, by.organisation, data.signature, words)
        step = Step(by.organisation, datetime.now(UTC), state, note)
        signer = Signer(store, by, given)
        after = handovers.change(store, by.organisation, number, step, signer, nonce)
        return _told(store, by.audience, [after])[0]

    return await asyncio.to_thread(write)


def _told(store: Store, audience: Audience, some: list[HandOver]) -> list[HandOverTold]:
    numbers = {number for one in some for number in (one.giver, one.receiver)}
    known = registers.organisations(store, audience, numbers)
    codes = {number: one.code for number, one in known.items()}
    said = answers.said(store, [one.id for one in some]) if some else {}
    return [
        HandOverTold(
            id=one.id,
            state=one.state.value,
            giver=codes.get(one.giver, ""),
            receiver=codes.get(one.receiver, ""),
            offered=[_line(line) for line in one.body.offered],
            found=[_line(line) for line in one.body.found],
            invoice=one.body.invoice,
            nonce=one.body.nonce,
            echoed=one.body.echoed,
            since=one.since,
            changed=one.changed,
            steps=[_step(each, codes) for each in said[one.id]],
        )
        for one in some
    ]


def _line(line: Line | AnswerLine) -> LineTold:
    quantity = line.quantity
    return LineTold(
        item=line.item,
        amount=None if quantity is None else quantity.amount,
        unit=None if quantity is None else quantity.unit,
        reason=line.reason if isinstance(line, AnswerLine) else None,
    )


def _step(one: Said, codes: dict[int, str]) -> StepTold:
    return StepTold(
        by=codes.get(one.organisation, ""),
        state=one.state,
        payload=one.payload,
        signature=one.token,
        key=one.kid,
        custodial=one.custodial,
    )


ROUTES = (list_handovers, show_handover, answer_handover)
