# SPDX-License-Identifier: Apache-2.0
"""A cooperative's households, enrolled with one sheet: sent, looked at, then taken or dropped.

The file itself never lies on the server's disk: what waits between the look and
the taking is what was read from it, every personal number already an HMAC.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.base.errors import NguonError
from nguon.base.messages import text
from nguon.identity.model import Principal
from nguon.parties.enrolment.errors import EnrolmentConflictError, EnrolmentError
from nguon.parties.enrolment.households import listing, taking
from nguon.parties.enrolment.households.model import Household, Read, Taken
from nguon.tables import writing
from nguon.tables.writing import Page
from nguon.web.auth import needs, principal_of
from nguon.web.errors import NotFoundError
from nguon.web.forms import submitted
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work import uploads
from nguon.web.work.files import download, folder
from nguon.web.work.pages import go_to, work
from nguon.web.work.uploads import Upload

PAGE = "/w/enrolment/households"
HERE = "enrolment"
KIND = "households"
MOST_OCTETS = 5 << 20
_SHOWN = 100
_ANY = Request[Any, Any, Any]


@get(PAGE, opt=dict(needs("registry")), include_in_schema=False)
async def page(request: _ANY) -> Response[bytes]:
    """Sending a sheet, and the households that are enrolled."""
    return await _start(request, Read(), [])


@post(PAGE, opt=dict(needs("registry")), include_in_schema=False)
async def send(request: _ANY) -> Response[bytes]:
    """A sheet comes: with faults nothing of it is kept."""
    form = await submitted(request, most=MOST_OCTETS)
    store, by = services(request.scope).store, principal_of(request.scope)
    file = form.file("sheet")
    try:
        if file is None:
            raise EnrolmentError("enrolment.sheet-missing")
        read = await asyncio.to_thread(taking.read, store, by, file.content)
    except NguonError as error:
        return await _start(request, Read(), [("sheet", told(request, error))])
    if read.faults:
        return await _start(request, read, [])
    # The file's name is the sender's: it may hold a number too.
    upload = uploads.new(by.organisation, by.key_id, "", KIND)
    octets = msgspec.json.encode(read.households)
    await asyncio.to_thread(uploads.keep, folder(request), upload, octets)
    return go_to(f"{PAGE}/{upload.token}")


@get(f"{PAGE}/template/{{name:str}}", opt=dict(needs("registry")), include_in_schema=False)
async def template(request: _ANY, name: FromPath[str]) -> Response[bytes]:
    """A sheet to fill in."""
    headings, rows = listing.template()
    if name == "households.csv":
        return download(writing.csv_text(headings, rows), writing.CSV, name)
    if name != "households.xlsx":
        raise NotFoundError("files.no-such-file")
    title = text("enrolment.households", negotiate(request.scope))
    return download(writing.xlsx([Page(title, headings, rows, title=title)]), writing.XLSX, name)


@get(f"{PAGE}/{{token:str}}", opt=dict(needs("registry")), include_in_schema=False)
async def preview(request: _ANY, token: FromPath[str]) -> Response[bytes]:
    """What taking the sheet would do; or what it did."""
    return await _preview(request, token, {}, [])


@post(f"{PAGE}/{{token:str}}/confirm", opt=dict(needs("registry")), include_in_schema=False)
async def confirm(request: _ANY, token: FromPath[str]) -> Response[bytes]:
    """Take the sheet as it was shown: all of it or nothing."""
    form = await submitted(request)
    evidence = form.text("evidence")
    try:
        await asyncio.to_thread(_take, request, token, evidence)
    except EnrolmentError as error:
        typed = {"evidence": evidence}
        return await _preview(request, token, typed, [("evidence", told(request, error))])
    return go_to(f"{PAGE}/{token}")


@post(f"{PAGE}/{{token:str}}/drop", opt=dict(needs("registry")), include_in_schema=False)
async def drop(request: _ANY, token: FromPath[str]) -> Response[bytes]:
    """Forget the sheet; nothing of it was recorded."""
    await submitted(request)
    upload = await asyncio.to_thread(_found, request, token)
    await asyncio.to_thread(uploads.drop, folder(request), upload)
    return go_to(PAGE)


def _found(request: _ANY, token: str) -> Upload:
    own = principal_of(request.scope).organisation
    found = uploads.find(folder(request), token, own)
    if found.kind != KIND:
        raise NotFoundError("files.gone")
    return found


def _waiting(request: _ANY, upload: Upload) -> list[Household]:
    return msgspec.json.decode(uploads.data(folder(request), upload), type=list[Household])


def _take(request: _ANY, token: str, evidence: str) -> None:
    upload = _found(request, token)
    if upload.outcome:
        return
    store, by = services(request.scope).store, principal_of(request.scope)
    done = taking.take(store, by, _waiting(request, upload), evidence)
    if done.faults:
        raise EnrolmentConflictError("enrolment.moved-on")
    outcome = {"new": done.new, "known": done.known, "consents": done.consents}
    uploads.note(folder(request), msgspec.structs.replace(upload, outcome=outcome))
    uploads.empty(folder(request), upload)


async def _preview(
    request: _ANY, token: str, typed: Mapping[str, str], errors: list[tuple[str, str]]
) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> tuple[Upload, list[Household], Taken]:
        upload = _found(request, token)
        if upload.outcome:
            return upload, [], Taken(**upload.outcome)
        households = _waiting(request, upload)
        return upload, households, taking.preview(store, by, households)

    upload, households, would = await asyncio.to_thread(read)
    return work(
        request,
        "work/enrolment/preview.html",
        here=HERE,
        status_code=400 if errors else 200,
        upload=upload,
        households=households[:_SHOWN],
        count=len(households),
        would=would,
        typed={"evidence": "", **typed},
        errors=errors,
        wrong=dict(errors),
        **_faults(request, would.faults),
    )


def _faults(request: _ANY, faults: tuple[Any, ...]) -> dict[str, Any]:
    language = negotiate(request.scope)
    shown = [
        (one.row, one.column, one.text(language), one.hint(language)) for one in faults[:_SHOWN]
    ]
    return {"faults": shown, "fault_count": len(faults)}


async def _start(request: _ANY, read: Read, errors: list[tuple[str, str]]) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    enrolled = await asyncio.to_thread(_enrolled, store, by)
    return work(
        request,
        "work/enrolment/households.html",
        here=HERE,
        status_code=400 if errors or read.faults else 200,
        enrolled=enrolled,
        errors=errors,
        wrong=dict(errors),
        **_faults(request, read.faults),
    )


def _enrolled(store: Any, by: Principal) -> list[listing.Enrolled]:
    return listing.enrolled(store, by)


ROUTES = (page, send, template, preview, confirm, drop)
