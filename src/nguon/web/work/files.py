# SPDX-License-Identifier: Apache-2.0
"""Files that people have: sent, looked at, understood rightly, then taken or dropped."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from nguon.base.messages import text
from nguon.entries import imports
from nguon.entries.service import Sending
from nguon.identity.model import Principal
from nguon.tables.errors import TableError
from nguon.tables.writing import XLSX
from nguon.web.auth import needs, principal_of, require
from nguon.web.errors import NotFoundError
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.pages import complete
from nguon.web.services import services
from nguon.web.telling import told as worded
from nguon.web.work import files_view, uploads
from nguon.web.work.pages import go_to, work
from nguon.web.work.uploads import Upload

PAGE = "/w/files"
MOST_OCTETS = 32 * 1024 * 1024
_SENDING = dict(needs("capture"))
Asked = Request[Any, Any, Any]


@get(PAGE, opt=dict(needs("read")), include_in_schema=False)
async def files_page(request: Asked, kind: FromQuery[str] = "") -> Response[bytes]:
    """Sending a file, templates to fill in, own data to take away."""
    return _start(request, kind, None)


@post(PAGE, opt=_SENDING, include_in_schema=False)
async def send(request: Asked) -> Response[bytes]:
    """A file comes: it is read once, and waits to be looked at."""
    form = await submitted(request, most=MOST_OCTETS)
    kind, file = form.text("kind"), form.file("file")
    if kind not in imports.KINDS:
        return _start(request, "", ("kind", _words(request, "files.kind-missing")))
    by = principal_of(request.scope)
    require(by, imports.scope_of(kind))
    if file is None:
        return _start(request, kind, ("file", _words(request, "files.file-missing")))
    try:
        await asyncio.to_thread(files_view.understood, kind, file.content, {})
    except TableError as error:
        return _start(request, kind, ("file", worded(request, error)))
    upload = uploads.new(by.organisation, by.key_id, file.name, kind)
    await asyncio.to_thread(uploads.keep, folder(request), upload, file.content)
    return go_to(f"{PAGE}/{upload.token}")


@get(f"{PAGE}/{{token:str}}", opt=_SENDING, include_in_schema=False)
async def preview(request: Asked, token: FromPath[str]) -> Response[bytes]:
    """How the file was understood, and what taking it would do; or what it did."""
    upload = await _found(request, token)
    if upload.outcome:
        return work(request, "work/files/report.html", here="files", upload=upload)
    seen = await asyncio.to_thread(_seen, request, upload)
    language = negotiate(request.scope)
    return work(
        request,
        "work/files/preview.html",
        here="files",
        status_code=200 if seen.ready else 422,
        upload=upload,
        seen=seen,
        faults=files_view.told(seen.outcome.faults, language),
        remarks=files_view.remarked(seen.remarks, language),
        fields=[(one.name, one.heading) for one in imports.fields(upload.kind)],
    )


@post(f"{PAGE}/{{token:str}}/columns", opt=_SENDING, include_in_schema=False)
async def columns(request: Asked, token: FromPath[str]) -> Response[bytes]:
    """What the columns mean, said by whoever sent them."""
    form = await submitted(request)
    upload = await _found(request, token)
    chosen = msgspec.structs.replace(upload, columns=_chosen(form))
    await asyncio.to_thread(uploads.note, folder(request), chosen)
    return go_to(f"{PAGE}/{token}")


@post(f"{PAGE}/{{token:str}}/confirm", opt=_SENDING, include_in_schema=False)
async def confirm(request: Asked, token: FromPath[str]) -> Response[bytes]:
    """Take the file as it was shown: all of it, or nothing."""
    await submitted(request)
    upload = await _found(request, token)
    if not upload.outcome:
        await asyncio.to_thread(_take, request, upload)
    return go_to(f"{PAGE}/{token}")


@post(f"{PAGE}/{{token:str}}/drop", opt=_SENDING, include_in_schema=False)
async def drop(request: Asked, token: FromPath[str]) -> Response[bytes]:
    """Forget the file; nothing of it was recorded."""
    await submitted(request)
    upload = await _found(request, token)
    await asyncio.to_thread(uploads.drop, folder(request), upload)
    return go_to(PAGE)


@get(f"{PAGE}/{{token:str}}/errors", opt=_SENDING, include_in_schema=False)
async def errors(request: Asked, token: FromPath[str]) -> Response[bytes]:
    """The table with a column that says what is wrong in each row."""
    upload = await _found(request, token)
    seen = await asyncio.to_thread(_seen, request, upload)
    language = negotiate(request.scope)
    body = await asyncio.to_thread(
        files_view.with_errors, seen.table, seen.outcome.faults, language
    )
    name = text("files.errors-name", language)
    return download(body, XLSX, f"{name}.xlsx")


def download(body: bytes, media_type: str, name: str) -> Response[bytes]:
    """A file to keep; its name is ours and ASCII."""
    headers = {
        "content-type": media_type,
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return complete(200, headers, body)


def sending(request: Asked) -> Sending:
    """Who sends, and into what."""
    found = services(request.scope)
    return Sending(found.store, found.capture, principal_of(request.scope), found.base_url)


def folder(request: Asked) -> Path:
    """Where uploaded files wait."""
    return services(request.scope).uploads


def may(principal: Principal, kind: str) -> bool:
    """Whether somebody may send this kind of table."""
    return principal.may(imports.scope_of(kind))


def _seen(request: Asked, upload: Upload) -> files_view.Seen:
    data = uploads.data(folder(request), upload)
    return files_view.seen(sending(request), upload.kind, data, upload.columns)


def _take(request: Asked, upload: Upload) -> None:
    data = uploads.data(folder(request), upload)
    table, _, _ = files_view.understood(upload.kind, data, upload.columns)
    outcome = imports.take(sending(request), upload.kind, table, datetime.now(UTC))
    if outcome.faults:
        return
    numbers = ("rows", "created", "changed", "proposed", "unchanged", "receipt")
    kept = {name: getattr(outcome, name) for name in numbers}
    uploads.note(folder(request), msgspec.structs.replace(upload, outcome=kept))
    uploads.empty(folder(request), upload)


async def _found(request: Asked, token: str) -> Upload:
    by = principal_of(request.scope)
    found = await asyncio.to_thread(uploads.find, folder(request), token, by.organisation)
    if found.kind not in imports.KINDS:
        raise NotFoundError("files.gone")
    require(by, imports.scope_of(found.kind))
    return found


def _chosen(form: Form) -> dict[int, str]:
    found = {}
    for name in form.names():
        head, _, position = name.partition("-")
        if head == "column" and position.isascii() and position.isdigit() and len(position) < 4:
            found[int(position)] = form.text(name)
    return found


def _start(request: Asked, kind: str, error: tuple[str, str] | None) -> Response[bytes]:
    principal = principal_of(request.scope)
    language = negotiate(request.scope)
    return work(
        request,
        "work/files/start.html",
        here="files",
        status_code=200 if error is None else 400,
        kind=kind,
        kinds=[
            (one, text(f"files.kind-{one}", language))
            for one in imports.KINDS
            if may(principal, one)
        ],
        templates=imports.KINDS,
        errors=[error] if error else [],
        wrong=dict([error]) if error else {},
        today=datetime.now(UTC),
    )


def _words(request: Asked, code: str) -> str:
    return text(code, negotiate(request.scope))


ROUTES = (files_page, send, preview, columns, confirm, drop, errors)
