# SPDX-License-Identifier: Apache-2.0
"""Signing in and out."""

import asyncio
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import QueryParameter

from nguon.identity.accounts import sessions, signing
from nguon.identity.errors import (
    AccountError,
    SecondFactorError,
    SignInError,
    TooManyAttemptsError,
)
from nguon.identity.oidc import flow
from nguon.identity.oidc.config import provider_of, providers_of
from nguon.identity.oidc.errors import ProviderError
from nguon.identity.oidc.model import Purpose
from nguon.web import sessions as cookies
from nguon.web.account.browsers import enter, own_page
from nguon.web.account.hashing import slowly
from nguon.web.account.oidc import named
from nguon.web.account.second import ask
from nguon.web.account.sites import usable
from nguon.web.account.visitors import own_form, visited
from nguon.web.auth import PUBLIC, signed_in
from nguon.web.callers import browser
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import go_to

_PAGE = "account/sign-in.html"


@get("/account/sign-in", opt=dict(PUBLIC), include_in_schema=False)
async def sign_in_page(
    request: Request[Any, Any, Any], wanted: Annotated[str, QueryParameter(name="next")] = ""
) -> Response[bytes]:
    """The form; who has signed in already goes on at once."""
    if await signed_in(request.scope) is not None:
        return go_to(own_page(wanted))
    left = await asyncio.to_thread(_left, request, request.query_params.get("left", ""))
    return _page(request, wanted, "", [], left=left)


@post("/account/sign-in", opt=dict(PUBLIC), include_in_schema=False)
async def sign_in(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Checks e-mail or phone number and password; whose session this was, it ends."""
    form = await own_form(request)
    login, wanted = form.text("login"), form.text("next")
    store, sent = services(request.scope).store, browser(request.scope)
    try:
        entered = await slowly(signing.sign_in, store, sent, login, form.text("password"))
    except (AccountError, SignInError, TooManyAttemptsError) as error:
        many = isinstance(error, TooManyAttemptsError)
        errors = [("login", told(request, error))]
        return _page(request, wanted, login, errors, 429 if many else 400)
    except SecondFactorError as error:
        return ask(request, error, wanted)
    return enter(request.scope, own_page(wanted), entered.token, entered.mark, entered.membership)


@post("/account/sign-out", opt=dict(PUBLIC), include_in_schema=False)
async def sign_out(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Ends the session; without one there is nothing to end."""
    if await signed_in(request.scope) is not None:
        await own_form(request)
        token = cookies.sent(request.scope) or ""
        await asyncio.to_thread(sessions.end, services(request.scope).store, token)
    provider = cookies.sent(request.scope, cookies.PROVIDER)
    left = f"?left={cookies.quoted(provider)}" if provider else ""
    answer = go_to(f"/account/sign-in{left}")
    answer.set_cookie(cookies.ended(request.scope))
    answer.set_cookie(cookies.kept(request.scope, cookies.PROVIDER, "", 0))
    answer.set_cookie(cookies.kept(request.scope, cookies.INVITED, "", 0))
    return answer


def _left(request: Request[Any, Any, Any], name: str) -> tuple[str, str] | None:
    """The provider where somebody may still be signed in: its name, and where to sign out."""
    if not name:
        return None
    store, base_url = services(request.scope).store, services(request.scope).base_url
    try:
        place = flow.leaving(store, base_url, name)
        told = named(provider_of(store, name), negotiate(request.scope))
    except ProviderError:
        return None
    return None if place is None else (told, place)


def _page(
    request: Request[Any, Any, Any],
    wanted: str,
    login: str,
    errors: list[tuple[str, str]],
    status_code: int = 200,
    left: tuple[str, str] | None = None,
) -> Response[bytes]:
    language = negotiate(request.scope)
    offered = providers_of(services(request.scope).store, Purpose.LOGIN)
    return visited(
        request,
        _PAGE,
        status_code=status_code,
        wanted=wanted,
        login=login,
        usable=usable(request),
        errors=errors,
        left=left,
        providers=[(one.id, named(one, language)) for one in offered],
    )


ROUTES = (sign_in_page, sign_in, sign_out)
