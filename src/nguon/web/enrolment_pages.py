# SPDX-License-Identifier: Apache-2.0
"""Enrolling one's organisation in the workspace: where it stands, and the three ways on."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.base.errors import NguonError
from nguon.identity.model import Scope
from nguon.identity.oidc import config
from nguon.identity.oidc.model import Purpose
from nguon.parties.enrolment import by_login, certified, officers, permitting, queries
from nguon.parties.enrolment.certified import OwnKey
from nguon.parties.enrolment.errors import EnrolmentConflictError, EnrolmentError
from nguon.parties.enrolment.model import Enrolment, State, Way
from nguon.parties.keys import handing, scopes
from nguon.tables.cells import day
from nguon.tables.errors import TableError
from nguon.web import enrolment_view as view
from nguon.web.account import identified
from nguon.web.account.oidc import named
from nguon.web.auth import needs, principal_of
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.pages import complete
from nguon.web.services import services
from nguon.web.signing_keys_view import end_of
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

PAGE = "/w/enrolment"
HERE = "enrolment"
_PAPERS = ("paper-1", "paper-2", "paper-3")
_TYPED = ("code", "proof", "key", "prefixes", "places", "last")
_ANY = Request[Any, Any, Any]
Errors = list[tuple[str, str]]


@get(PAGE, opt=dict(needs("read")), include_in_schema=False)
async def overview(request: _ANY) -> Response[bytes]:
    """Which legal entity the organisation is, how that was shown; managers go on from here."""
    return await _overview(request, {}, [])


@post(f"{PAGE}/certificate", opt=dict(needs("registry")), include_in_schema=False)
async def begin(request: _ANY) -> Response[bytes]:
    """Ask for a statement to sign with the organisation's certificate."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    typed = {name: form.text(name) for name in _TYPED}

    def done() -> Enrolment:
        return certified.begin(store, by, code=typed["code"], own_key=_own_key(form))

    try:
        made = await asyncio.to_thread(done)
    except (NguonError, TableError) as error:
        return await _overview(request, typed, [(_field(error), told(request, error))])
    return go_to(f"{PAGE}/{made.id}")


@post(f"{PAGE}/papers", opt=dict(needs("registry")), include_in_schema=False)
async def lay_before(request: _ANY) -> Response[bytes]:
    """Lay papers before the officers."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    sent = [file for name in _PAPERS if (file := form.file(name)) is not None]
    files = [(one.name, one.content) for one in sent]
    code = form.text("papers-code")
    try:
        made = await asyncio.to_thread(lambda: officers.ask(store, by, code=code, files=files))
    except NguonError as error:
        field = "paper-1" if error.code != "register.code" else "papers-code"
        return await _overview(request, {"papers-code": code}, [(field, told(request, error))])
    return go_to(f"{PAGE}/{made.id}")


@get(f"{PAGE}/login", opt=dict(needs("registry")), include_in_schema=False)
async def came_back(request: _ANY) -> Response[bytes]:
    """Whom the identity provider named, before the organisation is enrolled as that."""
    found = await asyncio.to_thread(identified.look, request, Purpose.ENROL)
    return work(request, "work/enrolment/login.html", here=HERE, found=found, errors=[])


@post(f"{PAGE}/login", opt=dict(needs("registry")), include_in_schema=False)
async def enrol_as(request: _ANY) -> Response[bytes]:
    """Enrol the organisation as the one whose account signed in."""
    await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(identified.take, request, Purpose.ENROL)
    try:
        if found is None:
            raise EnrolmentError("enrolment.login-over")
        made = await asyncio.to_thread(
            lambda: by_login.enrol(
                store,
                by,
                issuer=found.issuer,
                subject=found.subject,
                organisation_code=found.organisation_code,
                claims=found.claims,
            )
        )
    except NguonError as error:
        return await _overview(request, {}, [("", told(request, error))])
    return go_to(f"{PAGE}/{made.id}")


@get(f"{PAGE}/{{number:str}}", opt=dict(needs("registry")), include_in_schema=False)
async def one(request: _ANY, number: FromPath[str]) -> Response[bytes]:
    """One enrolment: what is to be signed, or what became of it."""
    return await _one(request, number, [])


@get(f"{PAGE}/{{number:str}}/statement", opt=dict(needs("registry")), include_in_schema=False)
async def statement(request: _ANY, number: FromPath[str]) -> Response[bytes]:
    """The statement as a file, octet by octet what is to be signed."""
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(permitting.own, store, by, number)
    if found.statement is None:
        raise EnrolmentConflictError("enrolment.moved-on")
    name = f'attachment; filename="nguon-enrolment-{found.id}.json"'
    headers = {"content-disposition": name, "cache-control": "no-store"}
    return complete(200, {"content-type": "application/json", **headers}, found.statement)


@post(f"{PAGE}/{{number:str}}/answer", opt=dict(needs("registry")), include_in_schema=False)
async def answer(request: _ANY, number: FromPath[str]) -> Response[bytes]:
    """Take the signed statement."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    file = form.file("signed")
    octets = file.content if file else form.text("pasted").encode()
    try:
        if not octets:
            raise EnrolmentError("enrolment.signed-missing")
        await asyncio.to_thread(certified.answer, store, by, number, octets)
    except NguonError as error:
        return await _one(request, number, [("signed", told(request, error))])
    return go_to(f"{PAGE}/{number}")


@post(f"{PAGE}/{{number:str}}/withdraw", opt=dict(needs("registry")), include_in_schema=False)
async def withdraw(request: _ANY, number: FromPath[str]) -> Response[bytes]:
    """Take back what was asked for."""
    await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    await asyncio.to_thread(officers.withdraw, store, by, number)
    return go_to(PAGE)


def _own_key(form: Form) -> OwnKey | None:
    """The key that the statement is to name, where a proof of one was pasted."""
    if not form.text("proof"):
        return None
    last: date | None = day(form.text("last")) if form.text("last") else None
    return OwnKey(
        proof=form.text("proof"),
        key=form.text("key"),
        scope=scopes.scope(form.text("prefixes").split(), form.text("places").split()),
        valid_to=end_of(last),
    )


def _field(error: Exception) -> str:
    if isinstance(error, TableError):
        return "last"
    if isinstance(error, NguonError):
        code, field = error.code, error.params.get("field", "")
        if code.startswith(("party-keys", "signing")):
            return {"valid_to": "last", "": "proof"}.get(field, str(field))
    return "code"


async def _overview(request: _ANY, typed: Mapping[str, str], errors: Errors) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)

    def read() -> dict[str, Any]:
        found = view.overview(store, by, datetime.now(UTC))
        offered = config.providers_of(store, Purpose.ENROL)
        providers = [(one.id, named(one, language)) for one in offered]
        manager = by.may(Scope.REGISTRY)
        challenge = handing.challenge(store, by) if manager else ""
        return {**found, "providers": providers, "challenge": challenge, "manager": manager}

    context = await asyncio.to_thread(read)
    code = context["code"]
    return work(
        request,
        "work/enrolment/all.html",
        here=HERE,
        status_code=400 if errors else 200,
        typed={**dict.fromkeys(_TYPED, ""), "code": code, "papers-code": code, **typed},
        papers=_PAPERS,
        errors=errors,
        wrong=dict(errors),
        **context,
    )


async def _one(request: _ANY, number: str, errors: Errors) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> dict[str, Any]:
        found = permitting.own(store, by, number)
        steps = queries.steps(store, [number])[number]
        return {"one": found, "steps": steps, "papers": officers.papers(store, found)}

    context = await asyncio.to_thread(read)
    signing = context["one"].state is State.OPEN and context["one"].way is Way.CERTIFICATE
    return work(
        request,
        "work/enrolment/one.html",
        here=HERE,
        status_code=400 if errors else 200,
        signing=signing,
        errors=errors,
        wrong=dict(errors),
        **context,
    )


ROUTES = (
    *(overview, begin, lay_before, came_back, enrol_as, one),
    *(statement, answer, withdraw),
)
