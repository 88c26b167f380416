# SPDX-License-Identifier: Apache-2.0
"""Check it yourself, ``/log/check/…``: what the log proves of an item, and the file that does.

``/log/package/…`` is that file. Both are public; whoever has signed in sees more in them.
"""

import asyncio
from functools import partial
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromQuery
from litestar.response import Redirect

from nguon import gs1
from nguon.base.audience import Audience
from nguon.base.errors import NguonError
from nguon.evidence.package import MEDIA_TYPE, SUFFIX
from nguon.gs1 import IdentifierError
from nguon.identity.visibility import PUBLIC as EVERYBODY
from nguon.passport.naming import Naming
from nguon.passport.proving import Sight, packed, proving
from nguon.tlog.service import Tlog
from nguon.trace.steps import is_product
from nguon.transparency.judging import believe
from nguon.web.auth import PUBLIC, signed_in
from nguon.web.code_pages import malformed, unknown
from nguon.web.formats import element_string
from nguon.web.languages import negotiate
from nguon.web.linkset import path_of
from nguon.web.often import counted
from nguon.web.pages import complete, render
from nguon.web.passport_view import kind_name, stage_name
from nguon.web.resolver import read
from nguon.web.services import Services, services

PAGE, FILE = "/log/check", "/log/package"
_OWN = "private, no-cache"
LINES = 100
"""Entries that the page lists of each kind."""


@get("/log/check/{code:path}", opt=dict(PUBLIC), include_in_schema=False)
async def check_page(request: Request[Any, Any, Any]) -> Response[Any]:
    """What the log has about an item, entry by entry, and how to check it."""
    try:
        identifier = read(request.scope, PAGE)
    except IdentifierError as error:
        return complete(*malformed(request.scope, error))
    parts, language = services(request.scope), negotiate(request.scope)
    audience = await reader(request.scope)
    found = await asyncio.to_thread(proving, parts.tlog, parts.completer, identifier.key, audience)
    if found is None:
        return complete(*unknown(request.scope, identifier))
    return render(
        request,
        "log/check.html",
        cache_control=_OWN,
        found=found,
        witnesses=await asyncio.to_thread(_witnesses, parts.tlog),
        name=await asyncio.to_thread(_name, parts, identifier.key, language),
        code=element_string(identifier.key),
        path=path_of(identifier),
        kind=kind_name(identifier.kind.value, language),
        count={sight.value: found.count(sight) for sight in Sight},
        most=LINES,
        stage_name=lambda stage: stage_name(stage, language),
    )


@get("/log/package/{code:path}", opt=dict(PUBLIC), include_in_schema=False)
async def check_file(request: Request[Any, Any, Any], part: FromQuery[str] = "") -> Response[Any]:
    """The proofs of an item's entries as one file, of one part of the log."""
    try:
        identifier = read(request.scope, FILE)
    except IdentifierError as error:
        return complete(*malformed(request.scope, error))
    audience = await reader(request.scope)
    parts = services(request.scope)
    make = partial(_package, parts, identifier.key, audience, part)
    made = await asyncio.to_thread(counted, request.scope, make)
    if made is None:
        return Redirect(f"{PAGE}/{path_of(identifier)}", status_code=303)
    said = [value for _, value in identifier.parts] + [part]
    name = "-".join(value for value in said if value.isalnum()) or "item"
    headers = {
        "content-type": MEDIA_TYPE,
        "content-disposition": f'attachment; filename="{name}{SUFFIX}"',
        "cache-control": _OWN,
    }
    return complete(200, headers, made)


async def reader(scope: Any) -> Audience:
    """Whoever has signed in, else everybody."""
    signed = await signed_in(scope)
    return EVERYBODY if signed is None else signed.principal.audience


def _package(parts: Services, key: str, audience: Audience, part: str) -> bytes | None:
    made = packed(parts.tlog, parts.completer, key, audience, part)
    return None if made is None else bytes(made)


def _name(parts: Services, key: str, language: Any) -> str | None:
    keys = (key, *gs1.memberships(key))
    gtin = next((one for one in keys if is_product(one)), None)
    product, _ = (gtin and Naming(parts.store, EVERYBODY, language).product(gtin)) or (None, None)
    return None if product is None else product.name


def _witnesses(tlog: Tlog) -> tuple[list[str], int]:
    """Who cosigned the newest checkpoint that a package rests on, and of how many."""
    try:
        policy, shards = tlog.policy(), tlog.shards()
        note = tlog.witnessed(shards[-1]) if shards else None
        if policy is None or note is None:
            return [], 0
        return list(believe(note, policy).witnesses), len(policy.witnesses)
    except NguonError:
        return [], 0


ROUTES = (check_page, check_file)
