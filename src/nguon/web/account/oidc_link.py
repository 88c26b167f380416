# SPDX-License-Identifier: Apache-2.0
"""Linking an account at a provider with one's own, after having been there, and unlinking it."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post

from nguon.identity.errors import AccountError
from nguon.identity.oidc import links
from nguon.identity.oidc.config import providers_of
from nguon.identity.oidc.model import Identified, Purpose
from nguon.web.account import identified
from nguon.web.account.acting import person_of
from nguon.web.account.oidc import named
from nguon.web.account.security import PAGE as SECURITY
from nguon.web.auth import FRESHLY, PERSONAL
from nguon.web.callers import browser
from nguon.web.forms import submitted
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

PAGE = "/account/oidc/link"
_ACCESS = dict(PERSONAL) | dict(FRESHLY)


@get(PAGE, opt=_ACCESS, include_in_schema=False)
async def link_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Asks whether the account at the provider is to be linked; opening it links nothing."""
    found = await asyncio.to_thread(identified.look, request, Purpose.LINK)
    return go_to(SECURITY) if found is None else _page(request, found, [])


@post(PAGE, opt=_ACCESS, include_in_schema=False)
async def link(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Links it."""
    await submitted(request)
    found = await asyncio.to_thread(identified.take, request, Purpose.LINK)
    if found is None:
        return go_to(SECURITY)
    store, sent = services(request.scope).store, browser(request.scope)
    try:
        await asyncio.to_thread(links.link, store, sent, person_of(request), found)
    except AccountError as error:
        return _page(request, found, [("", told(request, error))])
    return go_to(f"{SECURITY}?done=linked")


@post("/account/oidc/unlink", opt=_ACCESS, include_in_schema=False)
async def unlink(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Forgets an account at a provider."""
    form = await submitted(request)
    store, sent = services(request.scope).store, browser(request.scope)
    await asyncio.to_thread(links.unlink, store, sent, person_of(request), form.text("issuer"))
    return go_to(f"{SECURITY}?done=unlinked")


def _page(
    request: Request[Any, Any, Any], found: Identified, errors: list[tuple[str, str]]
) -> Response[bytes]:
    store, language = services(request.scope).store, negotiate(request.scope)
    names = {one.id: named(one, language) for one in providers_of(store)}
    return work(
        request,
        "account/link.html",
        here="account",
        status_code=400 if errors else 200,
        provider=names.get(found.provider, found.issuer),
        name=found.name,
        errors=errors,
    )


ROUTES = (link_page, link, unlink)
