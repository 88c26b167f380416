# SPDX-License-Identifier: Apache-2.0
"""Reporting a thing from its passport, on a phone, without an account or a script.

``/p/…/report`` is the form. A passport's address has an even number of parts behind
``/p``, so that a lot called “report” keeps its page.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, post

from nguon.base.errors import NguonError
from nguon.disputes import flooding, service, subjects
from nguon.disputes.errors import DisputeError, ReportFaultsError, TooManyReportsError
from nguon.disputes.model import Kind, Photo, Report
from nguon.disputes.service import Reported
from nguon.gs1 import Identifier, IdentifierError
from nguon.registry.documents import Folder
from nguon.registry.errors import DocumentRefusedError
from nguon.web import case_words, photo_plain
from nguon.web.account.visitors import own_form, visited
from nguon.web.auth import PUBLIC
from nguon.web.code_pages import malformed
from nguon.web.errors import BodyTooLargeError, NotFoundError, PhotoError
from nguon.web.formats import element_string
from nguon.web.forms import Form
from nguon.web.languages import negotiate
from nguon.web.linkset import path_of
from nguon.web.pages import complete
from nguon.web.problems import words
from nguon.web.resolver import read
from nguon.web.services import Services, services
from nguon.web.telling import told
from nguon.web.work.pages import go_to

MOUNT, ENDING = "/p", "/report"
FOLLOW = "/case"
TRAP = "website"
"""A field that people do not see: who fills it in is a program."""
_ROOM = 64 * 1024
_FIELDS = ("kind", "words", "contact")
Requested = Request[Any, Any, Any]


def address_of(identifier: Identifier) -> str:
    """Where a thing is reported."""
    return f"{MOUNT}/{path_of(identifier)}{ENDING}"


def is_form(scope: Mapping[str, Any]) -> bool:
    """Whether an address is that of the form."""
    path: str = scope["path"]
    return path.endswith(ENDING) and path.count("/") % 2 == 0


def form_page(request: Requested) -> Response[Any]:
    """The form, or what is wrong with the code in its address."""
    try:
        identifier = _identifier(request.scope)
    except IdentifierError as error:
        status, headers, body = malformed(request.scope, error)
        return complete(status, headers, body)
    return _page(request, identifier, {}, [])


@post("/p/{code:path}", opt=dict(PUBLIC), include_in_schema=False)
async def send(request: Requested) -> Response[Any]:
    """Take a report; leads to the page that follows it."""
    if not is_form(request.scope):
        raise NotFoundError("web.not-found")
    try:
        identifier = _identifier(request.scope)
    except IdentifierError as error:
        status, headers, body = malformed(request.scope, error)
        return complete(status, headers, body)
    typed: dict[str, str] = {}
    try:
        form = await own_form(request, most=photo_plain.MOST_OCTETS + _ROOM)
        typed = {name: form.text(name) for name in _FIELDS}
        found = await asyncio.to_thread(_report, request, identifier, form)
    except (DisputeError, DocumentRefusedError, PhotoError, BodyTooLargeError) as error:
        status = 429 if isinstance(error, TooManyReportsError) else 400
        return _page(request, identifier, typed, _errors(request, error), status)
    return go_to(f"{FOLLOW}/{found.reference}")


def _report(request: Requested, identifier: Identifier, form: Form) -> Reported:
    parts = services(request.scope)
    if form.text(TRAP):
        raise TooManyReportsError("disputes.too-many", minutes=60)
    report = Report(
        kind=_kind(form.text("kind")),
        words=form.text("words"),
        contact=form.text("contact"),
        photo=_photo(form),
    )
    _counted(request, parts, identifier.key)
    subject = subjects.of_item(parts.store, identifier.key)
    return service.report(parts.store, subject, report, folder=Folder(parts.documents))


def _counted(request: Requested, parts: Services, key: str) -> None:
    client = request.scope.get("client")
    flooding.check(parts.store, client[0] if client else "", key)


def _kind(sent: str) -> Kind:
    return Kind(sent) if sent in set(Kind) else Kind.OTHER


def _photo(form: Form) -> Photo | None:
    """The photograph without what cameras add to it: place, time, owner."""
    sent = form.file("photo")
    if sent is None or not sent.content:
        return None
    return Photo("photo.jpg", photo_plain.plain(sent.content))


def _identifier(scope: Mapping[str, Any]) -> Identifier:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return read({**scope, "raw_path": raw.removesuffix(ENDING.encode())}, MOUNT)


def _errors(request: Requested, error: NguonError) -> list[tuple[str, str]]:
    language = negotiate(request.scope)
    if isinstance(error, ReportFaultsError):
        return [
            (one.pointer.strip("/"), words(one.code, language, one.params)) for one in error.faults
        ]
    photo = isinstance(error, DocumentRefusedError | PhotoError | BodyTooLargeError)
    return [("photo" if photo else "words", told(request, error))]


def _page(
    request: Requested,
    identifier: Identifier,
    typed: Mapping[str, str],
    errors: list[tuple[str, str]],
    status: int = 200,
) -> Response[bytes]:
    return visited(
        request,
        "cases/report.html",
        status_code=status,
        shown=element_string(identifier.key),
        passport=f"{MOUNT}/{path_of(identifier)}",
        action=address_of(identifier),
        kinds=case_words.kinds(negotiate(request.scope)),
        typed=typed,
        errors=errors,
        wrong=dict(errors),
        trap=TRAP,
    )


ROUTES = (send,)
