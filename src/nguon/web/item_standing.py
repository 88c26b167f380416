# SPDX-License-Identifier: Apache-2.0
"""How far the claims about an item can be believed: ``/p/…/standing`` and ``/api/v1/standing``.

A passport's address has an even number of parts behind ``/p``, so that a lot called
“standing” keeps its page.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from nguon import gs1
from nguon.assurance import summary
from nguon.assurance.model import ItemStanding
from nguon.assurance.remembering import of_everybody
from nguon.assurance.service import standings
from nguon.base.audience import Audience
from nguon.gs1 import Identifier, IdentifierError
from nguon.identity.visibility import PUBLIC as EVERYBODY
from nguon.passport.naming import Naming
from nguon.trace.steps import is_product
from nguon.web import standing_words, stopped
from nguon.web.auth import PUBLIC
from nguon.web.code_pages import malformed, unknown
from nguon.web.errors import NotFoundError
from nguon.web.formats import element_string
from nguon.web.languages import negotiate
from nguon.web.linkset import path_of
from nguon.web.pages import complete, render
from nguon.web.receipt_reading import reader_of
from nguon.web.resolver import read
from nguon.web.services import Services, services

MOUNT, ENDING = "/p", "/standing"
PATH = "/api/v1/standing"
SUMMARY = "/summary"
_OWN = {"cache-control": "private, no-cache", "vary": "authorization, cookie, accept"}
Requested = Request[Any, Any, Any]


def address_of(identifier: Identifier) -> str:
    """Where the page of an item is."""
    return f"{MOUNT}/{path_of(identifier)}{ENDING}"


def is_page(scope: Mapping[str, Any]) -> bool:
    """Whether an address is that of such a page."""
    path: str = scope["path"]
    return path.endswith(ENDING) and path.count("/") % 2 == 0


async def page(request: Requested) -> Response[Any]:
    """Every claim with what is reached, by which evidence, and what would raise it."""
    scope, language = request.scope, negotiate(request.scope)
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    try:
        identifier = read({**scope, "raw_path": raw.removesuffix(ENDING.encode())}, MOUNT)
    except IdentifierError as error:
        return complete(*malformed(scope, error))
    parts = services(scope)
    found = await asyncio.to_thread(of_everybody, parts.store, parts.tlog, identifier.key)
    if found is None:
        return complete(*unknown(scope, identifier))
    stop = await asyncio.to_thread(stopped.of_code, parts.store, identifier)
    return render(
        request,
        "passport/standing.html",
        cache_control=stopped.CACHE,
        **stopped.page_context(stop, language),
        name=await asyncio.to_thread(_name, parts, identifier.key, language),
        code=element_string(identifier.key),
        path=path_of(identifier),
        json=f"{PATH}/{path_of(identifier)}",
        **standing_words.page_context(found, language),
    )


def _name(parts: Services, key: str, language: Any) -> str | None:
    gtin = next((one for one in (key, *gs1.memberships(key)) if is_product(one)), None)
    found = Naming(parts.store, EVERYBODY, language).product(gtin) if gtin else None
    return None if found is None else found[0].name


@get(
    f"{PATH}/{{item:path}}",
    opt=dict(PUBLIC),
    tags=["trace"],
    summary="How far the claims about an item can be believed",
)
async def standing(request: Requested, item: FromPath[str]) -> Response[Any]:
    """Every claim of the item's passport: which predicates hold, on which evidence, what each
    rule found and with which numbers (`docs/ladder.md`), as far as you may see the records.

    `item` is any identifier (`01/09521101000023/10/TH260806H`). With `/summary` behind it: the
    same as a verification summary signed by this platform, a W3C credential as JWT.
    """
    parts, audience = services(request.scope), await reader_of(request.scope)
    sent = item.strip("/")
    signed = sent.endswith(SUMMARY) and sent.count("/") % 2 == 0
    identifier = gs1.parse(sent.removesuffix(SUMMARY) if signed else sent)
    answer = _summary if signed else _plain
    return await asyncio.to_thread(answer, parts, identifier, audience)


def _plain(parts: Services, identifier: Identifier, audience: Audience) -> Response[Any]:
    found = _found(parts, identifier.key, audience)
    stop = stopped.as_json(stopped.of_code(parts.store, identifier), parts.base_url)
    body = msgspec.json.encode({**summary.told(found), "stop": stop})
    return Response(body, media_type="application/json", headers=_OWN)


def _summary(parts: Services, identifier: Identifier, audience: Audience) -> Response[Any]:
    found = _found(parts, identifier.key, audience)
    token = summary.signed(parts.store, found, parts.base_url)
    return Response(token, media_type=summary.MEDIA_TYPE, headers=_OWN)


def _found(parts: Services, key: str, audience: Audience) -> ItemStanding:
    found = standings(parts.store, parts.tlog, key, audience, datetime.now(UTC))
    if found is None:
        raise NotFoundError("ladder.nothing")
    return found


ROUTES = (standing,)
