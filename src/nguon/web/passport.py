# SPDX-License-Identifier: Apache-2.0
"""The passport pages, ``/p/`` and a Digital Link's path: what everybody may read of an item."""

import asyncio
from typing import Any

from litestar import Request, Response, route
from litestar.response import Redirect

from nguon.gs1 import Identifier, IdentifierError, Kind
from nguon.identity.visibility import PUBLIC as EVERYBODY
from nguon.passport.model import Code, Unknown
from nguon.passport.service import passport
from nguon.registry import queries
from nguon.scans.model import Way
from nguon.store import Store
from nguon.web import case_report, case_words, scan_words
from nguon.web.auth import PUBLIC
from nguon.web.code_pages import Answer, malformed, unknown
from nguon.web.languages import negotiate
from nguon.web.linkset import path_of
from nguon.web.pages import complete, render
from nguon.web.passport_view import passport_context, unknown_context
from nguon.web.resolver import read
from nguon.web.services import services

MOUNT = "/p"
_REGISTERED = frozenset({Kind.GLN, Kind.SGLN, Kind.PGLN})
_CACHE = "public, max-age=30"


@route("/p/{code:path}", http_method=["GET", "HEAD"], opt=dict(PUBLIC), include_in_schema=False)
async def passport_page(request: Request[Any, Any, Any]) -> Response[Any]:
    """The passport; for a place or organisation its page; a helpful page for anything else."""
    scope = request.scope
    if case_report.is_form(scope):
        return case_report.form_page(request)
    try:
        identifier = read(scope, MOUNT)
    except IdentifierError as error:
        return _response(malformed(scope, error))
    store = services(scope).store
    if identifier.kind in _REGISTERED:
        page = await asyncio.to_thread(_register_page, store, identifier)
        return Redirect(page, status_code=303) if page else _response(unknown(scope, identifier))
    return await _passport(request, store, identifier)


async def _passport(
    request: Request[Any, Any, Any], store: Store, identifier: Identifier
) -> Response[Any]:
    language = negotiate(request.scope)
    codes = tuple(Code(ai, value) for ai, value in identifier.parts)
    found = await asyncio.to_thread(
        passport, store, identifier.key, language, EVERYBODY, codes=codes
    )
    disputed = await asyncio.to_thread(
        case_words.about, store, identifier.key, case_words.lots_of(found)
    )
    told: dict[str, Any] = {"disputed": disputed, "report": case_report.address_of(identifier)}
    if not isinstance(found, Unknown):
        services(request.scope).scans.saw(identifier.key, request.scope, Way.PAGE)
        judged = case_words.judged(found, disputed)
        context = told | passport_context(judged, language, f"/{path_of(identifier)}")
        context["scanned"] = await asyncio.to_thread(scan_words.told, store, identifier, language)
        return render(request, "passport/page.html", cache_control=_CACHE, **context)
    if found.product is None:
        return _response(unknown(request.scope, identifier))
    return render(request, "passport/unknown.html", **told, **unknown_context(found, language))


def _register_page(store: Store, identifier: Identifier) -> str | None:
    """Where the register shows a place or an organisation."""
    if identifier.kind is not Kind.PGLN:
        place = queries.place(store, EVERYBODY, identifier.key)
        return None if place is None else f"/r/place/{place.key}"
    number = queries.named_organisations(store, [identifier.key]).get(identifier.key)
    party = None if number is None else queries.organisation(store, EVERYBODY, number)
    return None if party is None else f"/r/organisation/{party.code}"


def _response(answer: Answer) -> Response[bytes]:
    status, headers, body = answer
    return complete(status, headers, body)


ROUTES = (passport_page,)
