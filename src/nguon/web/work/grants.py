# SPDX-License-Identifier: Apache-2.0
"""Grants in the workspace: who speaks for whom, what is left; given, answered, ended."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.base.errors import NguonError
from nguon.base.messages import Language, text
from nguon.base.quantity import Quantity
from nguon.entries.fields import Fields
from nguon.identity.model import Principal, Scope
from nguon.parties.grants import queries, service
from nguon.parties.grants.errors import GrantUnknownError
from nguon.parties.grants.model import Grant, GrantAsked, GrantState, GrantUse
from nguon.parties.keys.model import KeyScope
from nguon.registry import queries as registers
from nguon.store import Store
from nguon.tables.cells import day as read_day
from nguon.tables.errors import TableError
from nguon.web.auth import needs, principal_of
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work import parties
from nguon.web.work.entries_words import amount, said
from nguon.web.work.pages import go_to, work

PAGE, GIVE = "/w/grants", "/w/give-grant"
_HERE = "grants"
_UNITS = ("KGM", "H87", "LTR")
_FIELDS = (
    *("party", "prefixes", "places", "season_from", "season_to", "amount", "unit", "note"),
    *("request", parties.CHOICE, parties.ASKED),
)
_MOST = 60
"""Own products and places to tick; others are typed."""
_ANY = Request[Any, Any, Any]
Errors = list[tuple[str, str]]


def _accept(store: Store, by: Principal, number: str, _: Form) -> Grant:
    return service.answer(store, number, accepted=True, by=by)


def _decline(store: Store, by: Principal, number: str, _: Form) -> Grant:
    return service.answer(store, number, accepted=False, by=by)


def _revoke(store: Store, by: Principal, number: str, form: Form) -> Grant:
    return service.revoke(store, number, form.text("reason"), by=by)


_STEPS: Mapping[str, Callable[[Store, Principal, str, Form], Grant]] = {
    "accept": _accept,
    "decline": _decline,
    "revoke": _revoke,
}


@get(PAGE, opt=dict(needs("capture")), include_in_schema=False)
async def overview(request: _ANY) -> Response[bytes]:
    """What waits for an answer, what the organisation may do for others, and they for it."""
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(queries.of, store, by.organisation)
    today, own = service.today(), by.organisation
    states = {one.id: one.state(today).value for one in found}
    offered = GrantState.OFFERED.value
    waiting = [one for one in found if one.taker == own and states[one.id] == offered]
    names = await asyncio.to_thread(_names, request, found)
    return work(
        request,
        "work/grants/all.html",
        here=_HERE,
        waiting=waiting,
        taken=[one for one in found if one.taker == own and one not in waiting],
        given=[one for one in found if one.giver == own],
        states=states,
        manages=by.may(Scope.REGISTRY),
        **names,
    )


@get(GIVE, opt=dict(needs("registry")), include_in_schema=False)
async def blank(request: _ANY) -> Response[bytes]:
    """A form for a new grant."""
    return await _form(request, {"request": secrets.token_hex(12), "unit": "KGM"}, [])


@post(GIVE, opt=dict(needs("registry")), include_in_schema=False)
async def give(request: _ANY) -> Response[bytes]:
    """Sign and give a grant."""
    form = await submitted(request)
    typed = {name: form.text(name) for name in _FIELDS}
    store, by = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)
    matches = await asyncio.to_thread(parties.matching, store, by.audience, parties.meant(typed))
    fields = Fields(typed, datetime.now(UTC))
    chosen = form.all("product")[:_MOST], form.all("place")[:_MOST]
    asked = _asked(fields, typed, chosen, None if matches.certain is None else matches.certain.id)
    errors = [(fault.field, said(fault, language)) for fault in fields.faults]
    if asked is None or errors:
        others = parties.options(matches.others, language)
        return await _form(request, typed, errors, others, chosen)
    try:
        made = await asyncio.to_thread(service.give, store, asked, by=by)
    except NguonError as error:
        return await _form(request, typed, [(_field(error), told(request, error))], (), chosen)
    return go_to(f"{PAGE}/{made.id}")


@get(f"{PAGE}/{{number:str}}", opt=dict(needs("capture")), include_in_schema=False)
async def one(request: _ANY, number: FromPath[str]) -> Response[bytes]:
    """A grant, what was drawn, and what its reader may do."""
    return await _one(request, number, "", [])


@post(f"{PAGE}/{{number:str}}/{{step:str}}", opt=dict(needs("registry")), include_in_schema=False)
async def take(request: _ANY, number: FromPath[str], step: FromPath[str]) -> Response[bytes]:
    """Accept, decline or end a grant."""
    form = await submitted(request)
    change = _STEPS.get(step)
    if change is None:
        raise GrantUnknownError("grants.unknown")
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        await asyncio.to_thread(change, store, by, number, form)
    except GrantUnknownError:
        raise
    except NguonError as error:
        found = [("reason", told(request, error))]
        return await _one(request, number, form.text("reason"), found)
    return go_to(f"{PAGE}/{number}")


def _asked(
    fields: Fields,
    typed: Mapping[str, str],
    chosen: tuple[list[str], list[str]],
    taker: int | None,
) -> GrantAsked | None:
    """The grant that a form asks for; None with the faults in the fields."""
    unit = typed["unit"] if typed["unit"] in _UNITS else _UNITS[0]
    quantity = fields.quantity("amount", unit)
    days = []
    for name in ("season_from", "season_to"):
        try:
            days.append(read_day(typed[name]))
        except TableError:
            fields.fault(name, "grants.day")
    if taker is None:
        fields.fault("party", "grants.unknown-party")
    if taker is None or fields.faults:
        return None
    return GrantAsked(
        taker=taker,
        scope=KeyScope(
            (*chosen[0], *typed["prefixes"].split()), (*chosen[1], *typed["places"].split())
        ),
        season_from=days[0],
        season_to=days[1],
        quantity=quantity,
        note=typed["note"],
        request=typed["request"],
    )


def _field(error: NguonError) -> str:
    field = str(error.params.get("field", "party"))
    return "party" if field == "taker" else field


async def _form(
    request: _ANY,
    typed: Mapping[str, str],
    errors: Errors,
    choice: Any = (),
    chosen: tuple[list[str], list[str]] = ([], []),
) -> Response[bytes]:
    language = negotiate(request.scope)
    store, by = services(request.scope).store, principal_of(request.scope)
    own = by.audience, by.organisation
    products = await asyncio.to_thread(registers.products_of, store, *own)
    places = await asyncio.to_thread(registers.places_of, store, *own)
    return work(
        request,
        "work/grants/new.html",
        here=_HERE,
        status_code=400 if errors else 200,
        typed={**dict.fromkeys(_FIELDS, ""), **typed},
        units=[(unit, _unit(unit, language)) for unit in _UNITS],
        parties=choice,
        products=products[:_MOST],
        own_places=places[:_MOST],
        chosen={*chosen[0], *chosen[1]},
        errors=errors,
        wrong=dict(errors),
    )


def _unit(unit: str, language: Language) -> str:
    return text(f"entries.unit-{unit}", language)


async def _one(request: _ANY, number: str, reason: str, errors: Errors) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)
    found = await asyncio.to_thread(queries.one, store, by.organisation, number)
    uses = await asyncio.to_thread(queries.uses, store, by.organisation, number)
    names = await asyncio.to_thread(_names, request, [found])

    def drawn(use: GrantUse) -> str:
        return amount(Quantity(use.amount, found.quantity.unit), language) if found.quantity else ""

    return work(
        request,
        "work/grants/one.html",
        here=_HERE,
        status_code=400 if errors else 200,
        one=found,
        uses=uses,
        drawn=drawn,
        state=found.state(service.today()).value,
        mine=found.taker == by.organisation,
        manages=by.may(Scope.REGISTRY),
        typed={"reason": reason},
        errors=errors,
        wrong=dict(errors),
        **names,
    )


def _names(request: _ANY, some: list[Grant]) -> dict[str, Any]:
    store, by = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)
    numbers = {number for each in some for number in (each.giver, each.taker)}
    people = registers.organisations(store, by.audience, numbers)

    def party(number: int) -> str:
        return people[number].name.in_language(language) if number in people else str(number)

    return {"party": party, "amount": lambda quantity: amount(quantity, language)}


ROUTES = (overview, blank, give, one, take)
