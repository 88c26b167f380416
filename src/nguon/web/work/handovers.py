# SPDX-License-Identifier: Apache-2.0
"""Hand-overs: what is offered to me and by me, one of them, the answer; receiving by one scan."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from nguon.base.errors import NguonError
from nguon.base.quantity import Quantity
from nguon.entries import answering, answers, handovers, nonces, service, taking_back
from nguon.entries.errors import FaultyEntryError, FieldFault
from nguon.entries.fields import Fields
from nguon.entries.hand import lot_of, product_of
from nguon.entries.handover import HandOver, State
from nguon.entries.model import AnswerLine, HandOverAnswer, Line, Receive, Verdict
from nguon.entries.scanning import scanned
from nguon.entries.stock import contents
from nguon.labels.symbols import symbol
from nguon.registry import queries
from nguon.registry.model import LAND
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.forms import submitted
from nguon.web.languages import negotiate
from nguon.web.receipt_symbols import drawn
from nguon.web.services import services
from nguon.web.work.entries_flow import FORM, sending, texts_of
from nguon.web.work.entries_words import helpers, said
from nguon.web.work.pages import go_to, work

_CAPTURE = needs("capture")


@get("/w/handovers", opt=dict(_CAPTURE), include_in_schema=False)
async def index(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Everything that waits, on either side."""
    store, principal = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(handovers.lists, store, principal.organisation)
    every = [
        one
        for group in (found.to_me, found.by_me, found.unmatched, found.differing, found.closed)
        for one in group
    ]
    named = await asyncio.to_thread(_names, request, every)
    return work(
        request, "work/entries/handovers.html", here="handovers", lists=found, **named,
        **helpers(negotiate(request.scope)),
    )  # fmt: skip


@get("/w/receive/scan", opt=dict(_CAPTURE), include_in_schema=False)
async def scan(request: Request[Any, Any, Any], code: FromQuery[str] = "") -> Response[bytes]:
    """The hand-over that a code belongs to."""
    store, principal = services(request.scope).store, principal_of(request.scope)
    offer = nonces.read_symbol(code)
    if offer is not None:
        return go_to(f"/w/handovers/{offer[0]}")
    try:
        item = scanned(code)
    except NguonError as error:
        fault = FieldFault("code", error.code, error.params)
        return _not_found(request, code, said(fault, negotiate(request.scope)))
    found = await asyncio.to_thread(handovers.waiting_with, store, principal.organisation, item)
    if len(found) == 1:
        return go_to(f"/w/handovers/{found[0].id}")
    if found:
        named = await asyncio.to_thread(_names, request, found)
        return work(
            request, "work/entries/choose.html", here="receive", found=found, **named,
            **helpers(negotiate(request.scope)),
        )  # fmt: skip
    return _not_found(request, code, None)


def _not_found(request: Request[Any, Any, Any], code: str, why: str | None) -> Response[bytes]:
    return work(
        request, "work/entries/scan.html", here="receive", status_code=404, code=code, why=why
    )


@get("/w/handovers/{number:str}", opt=dict(_CAPTURE), include_in_schema=False)
async def show(request: Request[Any, Any, Any], number: FromPath[str]) -> Response[bytes]:
    """One hand-over, with what its reader may do."""
    store, principal = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(handovers.one, store, principal.organisation, number)
    return await asyncio.to_thread(_page, request, found, {FORM: secrets.token_hex(12)}, [])


@post("/w/handovers/{number:str}", opt=dict(_CAPTURE), include_in_schema=False, status_code=200)
async def answered(request: Request[Any, Any, Any], number: FromPath[str]) -> Response[bytes]:
    """Accept, take part, dispute, agree, or take back."""
    form = await submitted(request)
    values = texts_of(form)
    values.setdefault(FORM, secrets.token_hex(12))
    return await asyncio.to_thread(_answered, request, number, form.text("_step"), values)


def _answered(
    request: Request[Any, Any, Any], number: str, step: str, values: dict[str, str]
) -> Response[bytes]:
    who = sending(request)
    known = handovers.one(who.store, who.principal.organisation, number)
    try:
        if step == "agree":
            answering.agree(who, number, values.get("note") or None)
            return go_to(f"/w/handovers/{number}")
        if step == "take-back":
            taking_back.take_back(who, number, values.get("note") or None)
            return go_to(f"/w/handovers/{number}")
        fields = Fields(values, datetime.now(UTC))
        inside = contents(who.store, known.pallets, known.giver, known.receiver)
        place = _place(request, values.get("place", ""), known.body.destination)
        given = _answer(fields, known, step, place, inside)
        if fields.faults or given is None:
            return _page(request, known, values, fields.faults)
        _, done = answering.answer(who, given, idempotency=values[FORM])
    except FaultyEntryError as error:
        return _page(request, known, values, list(error.faults))
    except NguonError as error:
        return _page(request, known, values, [FieldFault("note", error.code, error.params)])
    return go_to(f"/w/done/{done.receipt}" if done else f"/w/handovers/{number}")


def _place(request: Request[Any, Any, Any], chosen: str, offered: str | None) -> str | None:
    """The own place where goods come in: the chosen one, else that of the offer, else the last."""
    own = [place.key for place in _places(request)]
    if chosen in own or offered in own:
        return chosen if chosen in own else offered
    store, owner = services(request.scope).store, principal_of(request.scope).organisation
    received = [
        entry.place
        for form in service.latest(store, owner, "receive", "deliveries", limit=2)
        for entry in form.entries
        if isinstance(entry, Receive) and entry.place in own
    ]
    return next(iter([*received, *own]), None)


def _places(request: Request[Any, Any, Any]) -> list[Any]:
    store, principal = services(request.scope).store, principal_of(request.scope)
    found = queries.places_of(store, principal.audience, principal.organisation)
    return [place for place in found if place.kind not in LAND] or found


def _answer(
    fields: Fields,
    known: HandOver,
    step: str,
    place: str | None,
    inside: Mapping[str, Sequence[Line]],
) -> HandOverAnswer | None:
    if place is None:
        fields.fault("place", "entries.place-missing")
        return None
    if step not in set(Verdict):
        fields.fault("note", "entries.answer-missing")
        return None
    verdict = Verdict(step)
    lines = _lines(fields, known, inside) if verdict is Verdict.PART else ()
    return HandOverAnswer(
        handover=known.id,
        verdict=verdict,
        at=fields.now,
        place=place,
        lines=lines,
        reason=fields.text("note") or None,
        nonce=fields.text("nonce")[: nonces.MOST] or None,
    )


def _lines(
    fields: Fields, known: HandOver, inside: Mapping[str, Sequence[Line]]
) -> tuple[AnswerLine, ...]:
    """What was found of each line; zero or empty: nothing came."""
    found: dict[str, AnswerLine] = {}
    for position, line in enumerate(known.body.offered, 1):
        name = f"got-{position}"
        reason = fields.text(f"why-{position}") or None
        deep = _counted(inside.get(line.item, ()))
        if deep:
            for one in _pallet(fields, name, line, deep):
                found[one.item] = _together(found.get(one.item), one, reason)
        elif line.quantity is None:
            if fields.text(name):
                found[line.item] = AnswerLine(line.item, None, reason)
        elif fields.text(name) not in _NOTHING:
            quantity = fields.quantity(name, line.quantity.unit)
            found[line.item] = AnswerLine(line.item, quantity, reason)
    return tuple(found.values())


_NOTHING = frozenset({"", "0"})


def _pallet(fields: Fields, name: str, line: Line, deep: Sequence[Line]) -> list[Line]:
    """A pallet that came whole; else what came of the lots on it."""
    came = []
    for position, one in enumerate(deep, 1):
        field = f"{name}-{position}"
        if one.quantity is not None and fields.text(field) not in _NOTHING:
            came.append(Line(one.item, fields.quantity(field, one.quantity.unit)))
    return [line] if came == list(deep) else came


def _counted(lines: Sequence[Line]) -> list[Line]:
    """The lots on a pallet, where all that is on it is counted."""
    return list(lines) if all(line.quantity is not None for line in lines) else []


def _together(before: AnswerLine | None, one: Line, reason: str | None) -> AnswerLine:
    """The same lot from another pallet adds up."""
    quantity, reasons = one.quantity, [reason]
    if before is not None:
        reasons.insert(0, before.reason)
        if quantity is not None and before.quantity is not None:
            quantity = Quantity(quantity.amount + before.quantity.amount, quantity.unit)
    return AnswerLine(one.item, quantity, "; ".join(filter(None, reasons)) or None)


def _page(
    request: Request[Any, Any, Any],
    known: HandOver,
    values: dict[str, str],
    faults: Sequence[FieldFault],
) -> Response[bytes]:
    store, principal = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)
    told = [(fault.field, said(fault, language)) for fault in faults]
    inside = contents(store, known.pallets, known.giver, known.receiver)
    mine = known.receiver == principal.organisation
    place = _place(request, "", known.body.destination) if mine else None
    return work(
        request,
        "work/entries/handover.html",
        here="handovers",
        status_code=422 if faults else 200,
        one=known,
        mine=mine,
        v={"place": place or "", **values},
        places=_places(request) if mine else [],
        inside=inside,
        counted={item for item, lines in inside.items() if _counted(lines)},
        symbol=_symbol(known),
        signed=_signed(store, known),
        short=known.short(inside) if known.body.found and known.body.offered else [],
        quantity=Quantity,
        faults=told,
        wrong=dict(reversed(told)),
        open=known.state in (State.OFFERED, State.DISPUTED),
        **_names(request, [known], known.pallets),
        **helpers(language),
    )


def _symbol(known: HandOver) -> str | None:
    """The symbol of an offer, as drawing, while its receiver has not answered."""
    if known.body.nonce is None or known.state is not State.OFFERED:
        return None
    return drawn(symbol("qr", nonces.symbol_text(known.id, known.body.nonce), least="M"))


def _signed(store: Store, known: HandOver) -> dict[int, str]:
    """How each step was signed, by its place in the history."""
    said = answers.said(store, [known.id])[known.id]
    first = len(known.body.history) - len(said)
    kinds = {True: "entries.step-signed-custodial", False: "entries.step-signed"}
    return {
        first + at: kinds[one.custodial] if one.token else "entries.step-unsigned"
        for at, one in enumerate(said)
    }


def _names(
    request: Request[Any, Any, Any], some: Sequence[HandOver], pallets: Sequence[str] = ()
) -> dict[str, Any]:
    """The parties of hand-overs and the products in them, by name."""
    store, principal = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)
    numbers = {number for one in some for number in (one.giver, one.receiver)}
    people = queries.organisations(store, principal.audience, numbers)
    items = {item for one in some for item in one.items}
    items |= {line.item for lines in contents(store, pallets, *numbers).values() for line in lines}
    products = queries.products(store, principal.audience, {product_of(item) for item in items})

    def party(number: int) -> str:
        return people[number].name.in_language(language) if number in people else str(number)

    def goods(item: str) -> str:
        product = products.get(product_of(item))
        return product.name.in_language(language) if product else ""

    return {"party": party, "goods": goods, "me_id": principal.organisation, "code_of": lot_of}


ROUTES = (index, scan, show, answered)
