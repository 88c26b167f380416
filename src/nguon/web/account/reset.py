# SPDX-License-Identifier: Apache-2.0
"""The page behind a link that sets a new password."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.base.errors import NguonError
from nguon.identity.accounts import resets
from nguon.identity.accounts.resets import Reset
from nguon.identity.errors import AccountError, SignInError, TooManyAttemptsError
from nguon.web.account.browsers import enter
from nguon.web.account.hashing import slowly
from nguon.web.account.visitors import own_form, visited
from nguon.web.auth import PUBLIC
from nguon.web.callers import browser
from nguon.web.services import services
from nguon.web.telling import told

_ADDRESS = "/account/reset/{token:str}"


@get(_ADDRESS, opt=dict(PUBLIC), include_in_schema=False)
async def reset_page(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[bytes]:
    """The form; opening it changes nothing."""
    found = await asyncio.to_thread(resets.opened, services(request.scope).store, token)
    return _page(request, found, token, [], 200)


@post(_ADDRESS, opt=dict(PUBLIC), include_in_schema=False)
async def reset(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[bytes]:
    """Sets the password and signs in; every other session is over."""
    form = await own_form(request)
    store, sent = services(request.scope).store, browser(request.scope)
    found = await asyncio.to_thread(resets.opened, store, token)
    password, typed = form.text("password"), form.text("factor")
    try:
        entered = await slowly(resets.use, store, sent, token, password, typed)
    except AccountError as error:
        return _page(request, found, token, _errors(request, "password", error), 400)
    except SignInError as error:
        return _page(request, found, token, _errors(request, "factor", error), 400)
    except TooManyAttemptsError as error:
        return _page(request, found, token, _errors(request, "factor", error), 429)
    return enter(request.scope, "/account/security", entered.token, entered.mark)


def _errors(
    request: Request[Any, Any, Any], field: str, error: NguonError
) -> list[tuple[str, str]]:
    return [(field, told(request, error))]


def _page(
    request: Request[Any, Any, Any],
    found: Reset,
    token: str,
    errors: list[tuple[str, str]],
    status_code: int,
) -> Response[bytes]:
    return visited(
        request,
        "account/reset.html",
        status_code=status_code,
        reset=found,
        address=f"/account/reset/{token}",
        errors=errors,
        wrong=dict(errors),
    )


ROUTES = (reset_page, reset)
