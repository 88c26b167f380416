# SPDX-License-Identifier: Apache-2.0
"""The passport pages, ``/p/`` and a Digital Link's path: what everybody may read of an item."""

import asyncio
from typing import Any

from litestar import Request, Response, route
from litestar.response import Redirect

from nguon.assurance.model import ItemStanding
from nguon.assurance.remembering import of_everybody
from nguon.base.messages import Language
from nguon.gs1 import Identifier, IdentifierError, Kind
from nguon.identity.visibility import PUBLIC as EVERYBODY
from nguon.passport.model import Code, Passport, Unknown
from nguon.passport.service import passport
from nguon.registry import queries
from nguon.scans.model import Way
from nguon.store import Store
from nguon.trace.steps import is_product
from nguon.trace.telling import records_of
from nguon.web import (
    case_report,
    case_words,
    item_standing,
    scan_words,
    standing_words,
    stopped,
)
from nguon.web.auth import PUBLIC
from nguon.web.code_pages import Answer, malformed, unknown
from nguon.web.languages import negotiate
from nguon.web.linkset import path_of
from nguon.web.pages import complete, render
from nguon.web.passport_view import passport_context, unknown_context
from nguon.web.resolver import read
from nguon.web.services import Services, services

MOUNT = "/p"
_REGISTERED = frozenset({Kind.GLN, Kind.SGLN, Kind.PGLN})


@route("/p/{code:path}", http_method=["GET", "HEAD"], opt=dict(PUBLIC), include_in_schema=False)
async def passport_page(request: Request[Any, Any, Any]) -> Response[Any]:
    """The passport; for a place or organisation its page; a helpful page for anything else."""
    scope = request.scope
    if case_report.is_form(scope):
        return case_report.form_page(request)
    if item_standing.is_page(scope):
        return await item_standing.page(request)
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
    found, believed = await asyncio.to_thread(_read, services(request.scope), identifier, language)
    disputed = await asyncio.to_thread(
        case_words.about, store, identifier.key, case_words.lots_of(found)
    )
    stop = await asyncio.to_thread(stopped.of_code, store, identifier, case_words.lots_of(found))
    told: dict[str, Any] = {"disputed": disputed, "report": case_report.address_of(identifier)}
    told |= stopped.page_context(stop, language)
    if not isinstance(found, Unknown):
        services(request.scope).scans.saw(identifier.key, request.scope, Way.PAGE)
        believable = standing_words.judged(case_words.judged(found, disputed), believed)
        judged = stopped.judged(believable, stop)
        context = told | passport_context(judged, language, f"/{path_of(identifier)}")
        context |= standing_words.passport_context(believed, judged, language)
        context["standing"] = item_standing.address_of(identifier)
        context["scanned"] = await asyncio.to_thread(scan_words.told, store, identifier, language)
        cache = stopped.CACHE if stop is None else "no-store"
        return render(request, "passport/page.html", cache_control=cache, **context)
    if found.product is None and stop is None:
        return _response(unknown(request.scope, identifier))
    context = told | unknown_context(found, language)
    return render(request, "passport/unknown.html", cache_control="no-store", **context)


def _read(
    parts: Services, identifier: Identifier, language: Language
) -> tuple[Passport | Unknown, ItemStanding | None]:
    """The passport, and how far its claims can be believed, from the same records."""
    key = identifier.key
    codes = tuple(Code(ai, value) for ai, value in identifier.parts)
    records = ((), False) if is_product(key) else records_of(parts.store, key, EVERYBODY)
    found = passport(parts.store, key, language, EVERYBODY, codes=codes, records=records)
    believed = None
    if not isinstance(found, Unknown):
        believed = of_everybody(parts.store, parts.tlog, key, told=records)
    return found, believed


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
