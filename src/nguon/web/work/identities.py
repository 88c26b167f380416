# SPDX-License-Identifier: Apache-2.0
"""Codes of other systems in the workspace: the list, adding one or a table, ending, answering."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.base.errors import Fault
from nguon.registry.bridge import queries, service
from nguon.registry.bridge.errors import BridgeError, BridgeTableError
from nguon.registry.bridge.model import Claim, Status, System
from nguon.tables.cells import day
from nguon.tables.errors import TableError
from nguon.web.auth import needs, principal_of
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.problems import advice, words
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work import identity_rows
from nguon.web.work.pages import go_to, work

PAGE = "/w/identities"
_HERE = "identities"
_FIELDS = ("system", "source", "foreign_id", "item", "valid_from", "valid_to", "public")
_PUBLIC = {"yes": True, "no": False}
_MOST_FAULTS = 20
Errors = list[tuple[str, str]]
_ANY = Request[Any, Any, Any]


@get(PAGE, opt=dict(needs("registry")), include_in_schema=False)
async def overview(request: _ANY) -> Response[bytes]:
    """What other systems call one's goods, and forms to add more."""
    return await _page(request, {}, [])


@post(PAGE, opt=dict(needs("registry")), include_in_schema=False)
async def add(request: _ANY) -> Response[bytes]:
    """Keep one mapping."""
    form = await submitted(request)
    typed = {name: form.text(name) for name in _FIELDS}
    store, by = services(request.scope).store, principal_of(request.scope)
    claim, errors = _claim(request, form)
    if claim is None:
        return await _page(request, typed, errors)
    try:
        await asyncio.to_thread(service.put, store, by, [claim])
    except BridgeTableError as error:
        return await _page(request, typed, [_on_form(request, one) for one in error.faults])
    return go_to(PAGE)


@post(f"{PAGE}/table", opt=dict(needs("registry")), include_in_schema=False)
async def add_table(request: _ANY) -> Response[bytes]:
    """Keep the rows of a pasted table or a file, all or none."""
    form = await submitted(request)
    text, file = form.text("rows"), form.file("file")
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        if file is not None and file.content:
            given = await asyncio.to_thread(identity_rows.filed, file.content)
        else:
            given = identity_rows.pasted(text)
        lines, faults = identity_rows.read(given)
        if lines and not faults:
            await asyncio.to_thread(service.put, store, by, [claim for _, claim in lines])
            return go_to(PAGE)
    except BridgeTableError as error:
        faults = identity_rows.placed(error.faults, lines)
    except (BridgeError, TableError) as error:
        return await _page(request, {"rows": text}, [("rows", told(request, error))])
    if not faults:
        faults = [(1, Fault("", "bridge.row-shape", {"count": 0}))]
    said = [("rows", _of_row(request, number, fault)) for number, fault in faults[:_MOST_FAULTS]]
    return await _page(request, {"rows": text}, said)


@get(f"{PAGE}/{{identity:str}}", opt=dict(needs("registry")), include_in_schema=False)
async def before_ending(request: _ANY, identity: FromPath[str]) -> Response[bytes]:
    """One mapping with what was said of it; ending it, or answering for the other system."""
    return await _one(request, identity, {}, [])


@post(f"{PAGE}/{{identity:str}}/end", opt=dict(needs("registry")), include_in_schema=False)
async def end(request: _ANY, identity: FromPath[str]) -> Response[bytes]:
    """End a mapping."""
    form = await submitted(request)
    typed = {name: form.text(name) for name in ("reason", "effective")}
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        since = day(typed["effective"]) if typed["effective"] else None
        await asyncio.to_thread(service.end, store, by, identity, typed["reason"], effective=since)
    except TableError as error:
        return await _one(request, identity, typed, [("effective", told(request, error))])
    except BridgeError as error:
        if error.code != "bridge.reason":
            raise
        return await _one(request, identity, typed, [("reason", told(request, error))])
    return go_to(PAGE)


@post(f"{PAGE}/{{identity:str}}/answer", opt=dict(needs("registry")), include_in_schema=False)
async def answer(request: _ANY, identity: FromPath[str]) -> Response[bytes]:
    """Confirm or refuse a mapping for the system that gave the code."""
    form = await submitted(request)
    reason, confirmed = form.text("said"), form.text("answer") == "confirm"
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        await asyncio.to_thread(
            service.answer, store, by, identity, confirmed=confirmed, reason=reason
        )
    except BridgeError as error:
        if error.code != "bridge.reason":
            raise
        return await _one(request, identity, {"said": reason}, [("said", told(request, error))])
    return go_to(PAGE)


def _claim(request: _ANY, form: Form) -> tuple[Claim | None, Errors]:
    days: dict[str, Any] = {}
    errors = Errors()
    for name in ("valid_from", "valid_to"):
        try:
            days[name] = day(form.text(name)) if form.text(name) else None
        except TableError as error:
            errors.append((name, told(request, error)))
    kind = form.text("system")
    if errors:
        return None, errors
    claim = Claim(
        system=System(kind) if kind in set(System) else System.MINISTRY,
        source=form.text("source"),
        foreign_id=form.text("foreign_id"),
        item=form.text("item"),
        public=_PUBLIC.get(form.text("public")),
        **days,
    )
    return claim, []


def _on_form(request: _ANY, fault: Fault) -> tuple[str, str]:
    return fault.pointer.rpartition("/")[2], _said(request, fault)


def _of_row(request: _ANY, number: int, fault: Fault) -> str:
    what = _said(request, fault)
    return words("bridge.row", negotiate(request.scope), {"row": number, "what": what})


def _said(request: _ANY, fault: Fault) -> str:
    language = negotiate(request.scope)
    hint = advice(fault.code, language, fault.params) or ""
    return f"{words(fault.code, language, fault.params)} {hint}".strip()


async def _page(request: _ANY, typed: dict[str, str], errors: Errors) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    before = request.query_params.get("before") or None
    found = await asyncio.to_thread(queries.page, store, by.audience, before=before)
    return work(
        request,
        "work/identities.html",
        here=_HERE,
        status_code=400 if errors else 200,
        found=found,
        older=found[-1].id if len(found) == queries.PAGE else None,
        systems=list(System),
        typed={**dict.fromkeys((*_FIELDS, "rows"), ""), **typed},
        errors=errors,
        wrong=dict(errors),
    )


async def _one(
    request: _ANY, identity: str, typed: dict[str, str], errors: Errors
) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    kept = await asyncio.to_thread(queries.one, store, by.audience, identity)
    return work(
        request,
        "work/identity.html",
        here=_HERE,
        status_code=400 if errors else 200,
        kept=kept,
        open=kept.status not in {Status.ENDED, Status.REFUSED},
        answers=kept.foreign_owner == by.organisation and kept.owner != by.organisation,
        typed={"reason": "", "effective": "", "said": "", **typed},
        errors=errors,
        wrong=dict(errors),
    )


ROUTES = (overview, add, add_table, before_ending, end, answer)
