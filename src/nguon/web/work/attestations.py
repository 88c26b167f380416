# SPDX-License-Identifier: Apache-2.0
"""Attestations in the workspace: send in what a body gave, see the verdict."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.attesting import receiving
from nguon.attesting.errors import AttestingError
from nguon.attesting.model import KINDS, Kind, PaperAsked
from nguon.base.errors import FaultyInputError, NguonError
from nguon.identity.model import Principal
from nguon.registry.documents import Folder, checked
from nguon.registry.errors import DocumentRefusedError
from nguon.tables.cells import day
from nguon.tables.errors import TableError
from nguon.web.attestations_api import seen
from nguon.web.auth import needs, principal_of
from nguon.web.forms import Form, submitted
from nguon.web.services import Services, services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

PAGE = "/w/attestations"
HERE = "credentials"
_FIELDS = (
    *("credential", "status", "attester_name", "kind", "scheme", "number", "about", "scope"),
    *("first_day", "last_day"),
)
_ANY = Request[Any, Any, Any]
Errors = list[tuple[str, str]]


@get(f"{PAGE}/new", opt=dict(needs("capture")), include_in_schema=False)
async def before(request: _ANY) -> Response[bytes]:
    """A signed credential, or a paper."""
    return _form(request, {}, [])


@post(f"{PAGE}/new", opt=dict(needs("capture")), include_in_schema=False)
async def send(request: _ANY) -> Response[bytes]:
    """Check and keep what was sent."""
    form = await submitted(request)
    found, by = services(request.scope), principal_of(request.scope)
    typed = {name: form.text(name) for name in _FIELDS}
    paper = bool(form.text("paper"))
    work_on = _keep if paper else _receive
    try:
        number = await asyncio.to_thread(work_on, found, by, form)
    except NguonError as error:
        field = str(error.params.get("field", "paper-file" if paper else "credential"))
        if isinstance(error, FaultyInputError):
            said = [told(request, NguonError(one.code, **one.params)) for one in error.faults[:5]]
            return _form(request, typed, [(field, " ".join(said))], paper=paper)
        return _form(request, typed, [(field, told(request, error))], paper=paper)
    return go_to(f"{PAGE}/{number}")


@get(f"{PAGE}/{{number:str}}", opt=dict(needs("capture")), include_in_schema=False)
async def one(request: _ANY, number: FromPath[str]) -> Response[bytes]:
    """One attestation: what it says, who vouches for it, how it stands."""
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(seen, store, by, number)
    return work(request, "work/credentials/received.html", here=HERE, one=found)


def _receive(found: Services, by: Principal, form: Form) -> str:
    upload = form.file("file")
    sent = form.text("credential").strip().encode() or (upload.content if upload else b"")
    if not sent:
        raise AttestingError("attesting.sent", field="credential")
    status = form.text("status").strip()
    return receiving.receive(found.store, by, sent, [status] if status else []).id


def _keep(found: Services, by: Principal, form: Form) -> str:
    upload = form.file("paper-file")
    try:
        checked(*((upload.name, upload.content) if upload else ("", b"")))
    except DocumentRefusedError as error:
        raise AttestingError("attesting.paper-file", field="paper-file") from error
    assert upload is not None
    if form.text("kind") not in KINDS:
        raise AttestingError("attesting.kind", field="kind")
    asked = PaperAsked(
        attester_name=form.text("attester_name"),
        kind=Kind(form.text("kind")),
        scheme=form.text("scheme"),
        number=form.text("number"),
        about=tuple(form.text("about").splitlines()),
        scope=form.text("scope"),
        first_day=_day(form, "first_day"),
        last_day=_day(form, "last_day"),
    )
    receiving.check_paper(found.store, asked)
    file = Folder(found.documents).put(upload.content)
    return receiving.keep_paper(found.store, by, asked, file)


def _day(form: Form, name: str) -> date | None:
    text = form.text(name)
    try:
        return day(text) if text else None
    except TableError as error:
        raise AttestingError("attesting.day", field=name, value=text[:40]) from error


def _form(
    request: _ANY, typed: Mapping[str, str], errors: Errors, *, paper: bool = False
) -> Response[bytes]:
    return work(
        request,
        "work/credentials/receive.html",
        here=HERE,
        status_code=400 if errors else 200,
        kinds=list(Kind),
        paper=paper,
        typed={**dict.fromkeys(_FIELDS, ""), **typed},
        errors=errors,
        wrong=dict(errors),
    )


ROUTES = (before, send, one)
