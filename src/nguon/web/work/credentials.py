# SPDX-License-Identifier: Apache-2.0
"""Credentials in the workspace: the list, issuing one, one with its steps."""

import asyncio
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from nguon.attesting import changing, issuing, lists, queries, subjects
from nguon.attesting.errors import AttestingError, AttestingUnknownError
from nguon.attesting.model import KINDS, IssueAsked, Issued, Kind
from nguon.attesting.signing import kept
from nguon.base.errors import NguonError
from nguon.identity.model import Principal, Scope
from nguon.registry.ledger.registers import party
from nguon.store import Store
from nguon.tables.cells import day
from nguon.tables.errors import TableError
from nguon.web.auth import needs, principal_of
from nguon.web.forms import Form, submitted
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

PAGE = "/w/credentials"
HERE = "credentials"
_FIELDS = ("request", "kind", "title", "scheme", "number", "holder", "about", "scope")
_DAYS = ("first_day", "last_day")
_ANY = Request[Any, Any, Any]
Errors = list[tuple[str, str]]


@get(PAGE, opt=dict(needs("capture")), include_in_schema=False)
async def overview(request: _ANY) -> Response[bytes]:
    """What the organisation issued, what was issued to it, what it received."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> dict[str, Any]:
        issued = queries.issued_by(store, by.organisation)
        held = queries.held_by(store, by.organisation)
        received = queries.received(store, by.organisation)
        return {"issued": issued, "held": held, "received": received}

    found = await asyncio.to_thread(read)
    return work(
        request,
        "work/credentials/all.html",
        here=HERE,
        may_issue=by.may(Scope.REGISTRY),
        **found,
    )


@get(f"{PAGE}/new", opt=dict(needs("registry")), include_in_schema=False)
async def before(
    request: _ANY, about: FromQuery[str] = "", holder: FromQuery[str] = ""
) -> Response[bytes]:
    """The form for a new one; a lot, a place or a supplier may be filled in by the link."""
    typed = {"request": secrets.token_hex(8), "about": about[:200], "holder": holder[:80]}
    return await _form(request, typed, [])


@post(f"{PAGE}/new", opt=dict(needs("registry")), include_in_schema=False)
async def issue(request: _ANY) -> Response[bytes]:
    """Issue it: once, whatever is pressed twice."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    typed = {name: form.text(name) for name in (*_FIELDS, *_DAYS)}
    try:
        made = await asyncio.to_thread(_issue, store, by, form)
    except NguonError as error:
        return await _form(request, typed, [(_field(error), told(request, error))])
    return go_to(f"{PAGE}/{made.id}")


@get(f"{PAGE}/{{number:str}}", opt=dict(needs("capture")), include_in_schema=False)
async def one(request: _ANY, number: FromPath[str]) -> Response[bytes]:
    """One credential with what became of it."""
    return await _one(request, number, "", "", [])


@post(f"{PAGE}/{{number:str}}/{{step:str}}", opt=dict(needs("registry")), include_in_schema=False)
async def take(request: _ANY, number: FromPath[str], step: FromPath[str]) -> Response[bytes]:
    """Suspend, resume or revoke it."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    reason = form.text("reason")
    try:
        await asyncio.to_thread(changing.change, store, by, number, step, reason)
    except AttestingError as error:
        field = error.params.get("field")
        if field is None:
            raise
        return await _one(
            request, number, step, reason, [(f"{step}-{field}", told(request, error))]
        )
    return go_to(f"{PAGE}/{number}")


def _issue(store: Store, by: Principal, form: Form) -> Issued:
    days = {name: _day(form, name) for name in _DAYS}
    first = days["first_day"]
    if first is None:
        raise AttestingError("attesting.day", field="first_day", value="")
    if form.text("kind") not in KINDS:
        raise AttestingError("attesting.kind", field="kind")
    with store.reading() as connection:
        holder = party(connection, form.text("holder"))
    if holder is None:
        raise AttestingError("attesting.unknown-party", field="holder")
    asked = IssueAsked(
        request=form.text("request"),
        kind=Kind(form.text("kind")),
        title=form.text("title"),
        scheme=form.text("scheme"),
        number=form.text("number"),
        holder=holder,
        about=tuple(form.text("about").splitlines()),
        scope=form.text("scope"),
        first_day=first,
        last_day=days["last_day"],
    )
    return issuing.issue(store, by, asked, kept(store))


def _day(form: Form, name: str) -> date | None:
    text = form.text(name)
    try:
        return day(text) if text else None
    except TableError as error:
        raise AttestingError("attesting.day", field=name, value=text[:40]) from error


def _is_party(key: str) -> bool:
    return key.startswith("organisation/")


def _field(error: NguonError) -> str:
    return str(error.params.get("field", ""))


async def _form(request: _ANY, typed: Mapping[str, str], errors: Errors) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    signs = await asyncio.to_thread(lambda: kept(store)(by.organisation) is not None)
    return work(
        request,
        "work/credentials/new.html",
        here=HERE,
        status_code=400 if errors else 200,
        kinds=list(Kind),
        signs=signs,
        typed={**dict.fromkeys((*_FIELDS, *_DAYS), ""), **typed},
        errors=errors,
        wrong=dict(errors),
    )


async def _one(
    request: _ANY, number: str, step: str, reason: str, errors: Errors
) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> dict[str, Any]:
        found = changing.one(store, number)
        if by.organisation not in (found.issuer, found.holder) and not by.may(Scope.ADMIN):
            raise AttestingUnknownError("attesting.unknown")
        names = {
            each: subjects.party(store, subjects.organisation(store, each)).name
            for each in {found.issuer, found.holder} - {None, 0}
            if each is not None
        }
        about = [key for key in queries.about(store, number) if not _is_party(key)]
        return {"one": found, "names": names, "about": about}

    found = await asyncio.to_thread(read)
    return work(
        request,
        "work/credentials/one.html",
        here=HERE,
        status_code=400 if errors else 200,
        mine=found["one"].issuer == by.organisation and by.may(Scope.REGISTRY),
        status_address=lists.address(store, found["one"].list),
        can_suspend=found["one"].kind == changing.CONFORMITY,
        page=PAGE,
        at=step,
        typed={"reason": reason},
        errors=errors,
        wrong=dict(errors),
        **found,
    )


ROUTES = (overview, before, issue, one, take)
