# SPDX-License-Identifier: Apache-2.0
"""Consents of a cooperative's households: recorded by the sheet, withdrawn one by one."""

import asyncio
from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.identity import consents
from nguon.identity.consents import Consent, Means, Purpose, Sheet
from nguon.identity.errors import ConsentError
from nguon.identity.model import Principal
from nguon.registry import queries
from nguon.registry.erasure import unpublish
from nguon.registry.model import PRIVATE_KINDS, Organisation
from nguon.store import Store
from nguon.tables.cells import day
from nguon.tables.errors import TableError
from nguon.web.auth import needs, principal_of
from nguon.web.forms import Form, submitted, whole_number
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

PAGE = "/w/consents"
_FIELDS = {
    "access.consent-none": "agree",
    "access.consent-day": "given",
    "access.consent-evidence": "evidence",
}
Errors = list[tuple[str, str]]


def people(store: Store, principal: Principal) -> list[Organisation]:
    """The households and persons that an organisation may speak for: its members, and itself."""
    audience = principal.audience
    own = queries.organisation(store, audience, principal.organisation)
    members = queries.members_of(store, audience, principal.organisation)
    return [one for one in [*([own] if own else []), *members] if one.kind in PRIVATE_KINDS]


@get(PAGE, opt=dict(needs("registry")), include_in_schema=False)
async def sheet(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Households and purposes: what stands, and boxes for what is new."""
    return await _page(request, {}, [], [])


@post(PAGE, opt=dict(needs("registry")), include_in_schema=False)
async def record(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Record a sheet of consents."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        await asyncio.to_thread(_record, store, by, form)
    except (ConsentError, TableError) as error:
        field = "given" if isinstance(error, TableError) else _FIELDS.get(error.code, "agree")
        typed = {name: form.text(name) for name in ("given", "means", "evidence")}
        return await _page(request, typed, form.all("agree"), [(field, told(request, error))])
    return go_to(PAGE)


@get(f"{PAGE}/{{consent:str}}", opt=dict(needs("registry")), include_in_schema=False)
async def before_withdrawing(
    request: Request[Any, Any, Any], consent: FromPath[str]
) -> Response[bytes]:
    """One consent, and what follows when it is withdrawn."""
    store, by = services(request.scope).store, principal_of(request.scope)
    found, household = await asyncio.to_thread(_one, store, by, consent)
    return work(request, "work/consent.html", here="consents", consent=found, household=household)


@post(f"{PAGE}/{{consent:str}}/withdraw", opt=dict(needs("registry")), include_in_schema=False)
async def withdraw(request: Request[Any, Any, Any], consent: FromPath[str]) -> Response[bytes]:
    """Withdraw a consent; a published name goes at once."""
    await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    await asyncio.to_thread(_withdraw, store, by, consent)
    return go_to(PAGE)


def _record(store: Store, by: Principal, form: Form) -> None:
    known = {one.id for one in people(store, by)}
    agreed = [pair for sent in form.all("agree") if (pair := _pair(sent)) and pair[0] in known]
    means = form.text("means")
    wanted = Sheet(
        agreed,
        Means(means) if means in set(Means) else Means.PAPER,
        day(form.text("given")),
        form.text("evidence"),
    )
    consents.record(store, wanted, recorder=by.organisation, by=by.key_id)


def _pair(sent: str) -> tuple[int, Purpose] | None:
    number, _, purpose = sent.partition(".")
    if purpose not in set(Purpose):
        return None
    return whole_number(number), Purpose(purpose)


def _one(store: Store, by: Principal, number: str) -> tuple[Consent, Organisation]:
    known = {one.id: one for one in people(store, by)}
    found = consents.find(store, number, known)
    return found, known[found.subject]


def _withdraw(store: Store, by: Principal, number: str) -> None:
    found, household = _one(store, by, number)
    consents.withdraw(store, found, by=by.key_id)
    if found.purpose is Purpose.NAME:
        unpublish(store, household.id)


async def _page(
    request: Request[Any, Any, Any], typed: dict[str, str], ticked: Sequence[str], errors: Errors
) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    found, standing = await asyncio.to_thread(_found, store, by)
    return work(
        request,
        "work/consents.html",
        here="consents",
        status_code=400 if errors else 200,
        households=found,
        standing=standing,
        purposes=list(Purpose),
        means=list(Means),
        typed={"given": "", "means": Means.PAPER.value, "evidence": "", **typed},
        ticked=ticked,
        errors=errors,
        wrong=dict(errors),
    )


def _found(
    store: Store, by: Principal
) -> tuple[list[Organisation], dict[tuple[int, str], Consent]]:
    found = people(store, by)
    given = consents.of_subjects(store, [one.id for one in found])
    return found, {(one.subject, one.purpose.value): one for one in given if one.stands}


ROUTES = (sheet, record, before_withdrawing, withdraw)
