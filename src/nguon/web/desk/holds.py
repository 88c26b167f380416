# SPDX-License-Identifier: Apache-2.0
"""The desk of an authority: orders to keep records, placed and lifted with their reasons."""

import asyncio
from datetime import date, datetime
from typing import Any

from litestar import Request, Response, get, post

from nguon.base.errors import Fault, NguonError
from nguon.base.messages import Language, text
from nguon.base.time import HANOI
from nguon.compliance import holds
from nguon.compliance.errors import ComplianceError, HoldError
from nguon.compliance.holds import Hold, Kind, Order
from nguon.identity.model import Principal
from nguon.registry import queries
from nguon.registry.fields import day as day_of
from nguon.registry.model import Organisation
from nguon.store import Store
from nguon.store.erasure import held_organisation
from nguon.web.auth import needs, principal_of
from nguon.web.formats import element_string
from nguon.web.forms import submitted
from nguon.web.languages import negotiate
from nguon.web.problems import words
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

PAGE = "/s/holds"
_FIELDS = ("kind", "subject", "body", "order_number", "reason", "until")
Requested = Request[Any, Any, Any]


@get(PAGE, opt=dict(needs("supervise")), include_in_schema=False)
async def holds_page(request: Requested) -> Response[bytes]:
    """The form, then the holds of this authority; a page about a thing may fill the form in."""
    asked = {name: request.query_params.get(name, "") for name in ("kind", "subject")}
    return await _page(request, asked, [])


@post(PAGE, opt=dict(needs("supervise")), include_in_schema=False)
async def place(request: Requested) -> Response[bytes]:
    """Place a hold; a refusal comes back with the form as it was filled in."""
    form = await submitted(request)
    typed = {name: form.text(name) for name in _FIELDS}
    try:
        order = _order(typed)
        await asyncio.to_thread(holds.place, _store(request), principal_of(request.scope), order)
    except HoldError as error:
        return await _page(request, typed, _faults(error, negotiate(request.scope)))
    return go_to(PAGE)


@post(f"{PAGE}/release", opt=dict(needs("supervise")), include_in_schema=False)
async def release(request: Requested) -> Response[bytes]:
    """Lift a hold, with the reason."""
    form = await submitted(request)
    number, by = form.text("hold"), principal_of(request.scope)
    try:
        await asyncio.to_thread(
            holds.release, _store(request), by, number, form.text(f"release-{number}")
        )
    except ComplianceError as error:
        return await _page(request, {}, [(f"release-{number}", told(request, error))])
    return go_to(PAGE)


def _store(request: Requested) -> Store:
    return services(request.scope).store


def _order(typed: dict[str, str]) -> Order:
    until = None
    if typed["until"]:
        try:
            until = date.fromisoformat(day_of(typed["until"]))
        except NguonError as error:
            shape = Fault("/until", "compliance.day-shape", {"text": typed["until"][:60]})
            raise HoldError("compliance.hold-faults", [shape], count=1) from error
    return Order(
        kind=Kind(typed["kind"]) if typed["kind"] in set(Kind) else Kind.LOT,
        subject=typed["subject"],
        body=typed["body"],
        reason=typed["reason"],
        order_number=typed["order_number"],
        until=until,
    )


def _faults(error: HoldError, language: Language) -> list[tuple[str, str]]:
    return [(one.pointer.strip("/"), words(one.code, language, one.params)) for one in error.faults]


async def _page(
    request: Requested, typed: dict[str, str], errors: list[tuple[str, str]]
) -> Response[bytes]:
    by, language = principal_of(request.scope), negotiate(request.scope)
    placed, names = await asyncio.to_thread(_found, _store(request), by)
    mine = names.get(by.organisation)
    typed.setdefault("body", mine.name.in_language(language) if mine else "")
    today = datetime.now(HANOI).date()
    return work(
        request,
        "desk/holds.html",
        here="holds",
        status_code=400 if errors else 200,
        kinds=[(kind.value, text(f"compliance.hold-{kind}", language)) for kind in Kind],
        typed=typed,
        standing=[(one, _about(one, names, language)) for one in placed if one.stands(today)],
        ended=[(one, _about(one, names, language)) for one in placed if not one.stands(today)],
        errors=errors,
        wrong=dict(errors),
    )


def _found(store: Store, by: Principal) -> tuple[list[Hold], dict[int, Organisation]]:
    placed = holds.placed(store, by)
    numbers = {number for one in placed if (number := held_organisation(one.key)) is not None}
    return placed, queries.organisations(store, by.audience, {*numbers, by.organisation})


def _about(one: Hold, names: dict[int, Organisation], language: Language) -> str:
    number = held_organisation(one.key)
    if number is None:
        return element_string(one.key)
    return names[number].name.in_language(language) if number in names else one.key


ROUTES = (holds_page, place, release)
