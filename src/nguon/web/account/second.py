# SPDX-License-Identifier: Apache-2.0
"""The second step of signing in: a code, after the password or the provider."""

import asyncio
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import QueryParameter

from nguon.identity.accounts import entering, factors, steps
from nguon.identity.errors import SecondFactorError, SignInError, TooManyAttemptsError
from nguon.web import sessions as cookies
from nguon.web.account.browsers import enter, own_page
from nguon.web.account.sites import usable
from nguon.web.account.visitors import own_form, visited
from nguon.web.auth import PUBLIC
from nguon.web.callers import browser
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import go_to

PAGE = "/account/second"


def ask(request: Request[Any, Any, Any], error: SecondFactorError, wanted: str) -> Response[bytes]:
    """Send a browser that has shown one factor to where the second is asked for."""
    answer = go_to(f"{PAGE}?next={cookies.quoted(own_page(wanted))}")
    kept = cookies.kept(request.scope, cookies.WAITING, error.token, steps.SECOND.seconds)
    answer.set_cookie(kept)
    return answer


@get(PAGE, opt=dict(PUBLIC), include_in_schema=False)
async def second_page(
    request: Request[Any, Any, Any], wanted: Annotated[str, QueryParameter(name="next")] = ""
) -> Response[bytes]:
    """The form for the code; whoever is not asked for one signs in first."""
    return await _page(request, wanted, [])


@post(PAGE, opt=dict(PUBLIC), include_in_schema=False)
async def show_second(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Takes a one-time code or a recovery code, and signs in."""
    form = await own_form(request)
    store, sent = services(request.scope).store, browser(request.scope)
    token, wanted = cookies.sent(request.scope, cookies.WAITING) or "", form.text("next")
    try:
        entered = await asyncio.to_thread(entering.go_on, store, sent, token, form.text("factor"))
    except (SignInError, TooManyAttemptsError) as error:
        return await _page(request, wanted, [("factor", told(request, error))], error)
    answer = enter(request.scope, own_page(wanted), entered.token, entered.mark, entered.membership)
    answer.set_cookie(cookies.kept(request.scope, cookies.WAITING, "", 0))
    return answer


async def _page(
    request: Request[Any, Any, Any],
    wanted: str,
    errors: list[tuple[str, str]],
    error: Exception | None = None,
) -> Response[bytes]:
    store = services(request.scope).store
    token = cookies.sent(request.scope, cookies.WAITING) or ""
    waiting = await asyncio.to_thread(entering.waiting, store, token)
    if waiting is None:
        return go_to(f"/account/sign-in?next={cookies.quoted(own_page(wanted))}")
    many = isinstance(error, TooManyAttemptsError)
    return visited(
        request,
        "account/second.html",
        status_code=429 if many else 400 if errors else 200,
        wanted=wanted,
        has=await asyncio.to_thread(factors.standing, store, waiting.person),
        usable=usable(request),
        errors=errors,
    )


ROUTES = (second_page, show_second)
