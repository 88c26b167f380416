# SPDX-License-Identifier: Apache-2.0
"""Links for people who cannot sign in any more, made by whoever is responsible for them."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.identity.accounts import resets
from nguon.identity.accounts.contacts import contact
from nguon.identity.errors import AccountError, UnknownPersonError
from nguon.web.auth import FRESHLY, needs, principal_of
from nguon.web.callers import browser
from nguon.web.forms import submitted
from nguon.web.services import services
from nguon.web.shown import keep_shown, shown
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

_PAGE = "/s/resets"
_MADE = "/w/people/reset"
_FRESH = dict(needs("people")) | dict(FRESHLY)


@post("/w/people/{membership:str}/reset", opt=_FRESH, include_in_schema=False)
async def make(request: Request[Any, Any, Any], membership: FromPath[str]) -> Response[bytes]:
    """Make a link for a member; it is shown to its maker, for ten minutes."""
    await submitted(request)
    store, sent = services(request.scope).store, browser(request.scope)
    name, token = await asyncio.to_thread(
        resets.make, store, principal_of(request.scope), sent, membership
    )
    return await _shown(request, _MADE, name, token)


@get(_MADE, opt=dict(needs("people")), include_in_schema=False)
async def made(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The link, until it is handed over."""
    found = await asyncio.to_thread(shown, request)
    if len(found) != 2:
        return go_to("/w/people")
    return work(request, "work/reset.html", here="people", name=found[0], link=found[1])


@get(_PAGE, opt=dict(needs("admin")), include_in_schema=False)
async def desk(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The operator's form: for anybody who has an account."""
    return await _page(request, "", [])


@post(_PAGE, opt=dict(needs("admin")) | dict(FRESHLY), include_in_schema=False)
async def make_for(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Make a link for whoever signs in with this e-mail address or number."""
    form = await submitted(request)
    store, sent, login = services(request.scope).store, browser(request.scope), form.text("contact")
    try:
        name, token = await asyncio.to_thread(
            resets.make_for, store, principal_of(request.scope), sent, contact(login)
        )
    except (AccountError, UnknownPersonError) as error:
        return await _page(request, login, [("contact", told(request, error))])
    return await _shown(request, _PAGE, name, token)


async def _shown(
    request: Request[Any, Any, Any], page: str, name: str, token: str
) -> Response[bytes]:
    link = f"{services(request.scope).base_url}/account/reset/{token}"
    answer = go_to(page)
    await asyncio.to_thread(keep_shown, request, answer, [name, link])
    return answer


async def _page(
    request: Request[Any, Any, Any], login: str, errors: list[tuple[str, str]]
) -> Response[bytes]:
    found = await asyncio.to_thread(shown, request)
    return work(
        request,
        "desk/resets.html",
        here="resets",
        status_code=400 if errors else 200,
        made=found if len(found) == 2 else [],
        login=login,
        errors=errors,
        wrong=dict(errors),
    )


ROUTES = (make, made, desk, make_for)
