# SPDX-License-Identifier: Apache-2.0
"""To an OpenID Connect provider and back: to sign in, to link an account, to be identified.

The way there is a link and no form: it changes nothing here, and browsers let
no form of ours lead to another site.
"""

import asyncio
import secrets
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from nguon.base.messages import Language
from nguon.identity.accounts import attempts, entering
from nguon.identity.accounts.entering import SignedIn
from nguon.identity.accounts.sessions import LONGEST
from nguon.identity.errors import SecondFactorError
from nguon.identity.oidc import flow, links
from nguon.identity.oidc.errors import ProviderError, UnknownProviderError
from nguon.identity.oidc.flow import Answer, Away
from nguon.identity.oidc.model import Identified, Provider, Purpose
from nguon.store import Store
from nguon.web import sessions as cookies
from nguon.web.account import identified
from nguon.web.account.browsers import enter, own_page
from nguon.web.account.second import ask
from nguon.web.auth import PUBLIC, fresh, signed_in
from nguon.web.callers import browser
from nguon.web.errors import ProveAgainError, UnauthenticatedError
from nguon.web.services import services
from nguon.web.work.pages import go_to

_SIGNED = frozenset({Purpose.LINK, Purpose.ENROL})
_LINK_PAGE = "/account/oidc/link"


def named(provider: Provider, language: Language) -> str:
    """A provider's name in a language."""
    return provider.name_en or provider.name_vi if language == "en" else provider.name_vi


@get("/account/oidc/{provider:str}/start", opt=dict(PUBLIC), include_in_schema=False)
async def start(request: Request[Any, Any, Any], provider: FromPath[str]) -> Response[bytes]:
    """Sends the browser to the provider."""
    purpose = request.query_params.get("purpose", Purpose.LOGIN.value)
    wanted = request.query_params.get("next", "")
    if purpose not in set(Purpose):
        raise UnknownProviderError("oidc.unknown-provider")
    chosen = Purpose(purpose)
    await _may(request, chosen)
    store, holder = services(request.scope).store, _holder(request)
    session = (cookies.sent(request.scope) or "") if chosen in _SIGNED else ""
    away = Away(provider, chosen, "", "", own_page(wanted), session)
    address = await asyncio.to_thread(
        _begun,
        store,
        services(request.scope).base_url,
        browser(request.scope).address,
        holder,
        away,
    )
    answer = Response(b"", status_code=303, headers={"location": address})
    answer.set_cookie(cookies.kept(request.scope, cookies.AWAY, holder, flow.AWAY.seconds))
    return answer


@get("/account/oidc/{provider:str}/callback", opt=dict(PUBLIC), include_in_schema=False)
async def callback(request: Request[Any, Any, Any], provider: FromPath[str]) -> Response[bytes]:
    """Takes what the provider sends back, once, in the browser that went there."""
    store, base_url = services(request.scope).store, services(request.scope).base_url
    sent = request.query_params
    answer = Answer(
        sent.get("state", ""), sent.get("code", ""), sent.get("error", ""), sent.get("iss")
    )
    away, found = await asyncio.to_thread(
        flow.finish, store, base_url, _holder(request), provider, answer
    )
    if away.purpose is Purpose.LOGIN:
        return await _entered(request, away, found)
    if away.session != ((cookies.sent(request.scope) or "") if away.session else ""):
        raise ProviderError("oidc.state")
    way = go_to(_LINK_PAGE if away.purpose is Purpose.LINK else away.wanted)
    await asyncio.to_thread(identified.give, request, way, away.purpose, found)
    return way


async def _may(request: Request[Any, Any, Any], purpose: Purpose) -> None:
    signed = await signed_in(request.scope)
    if purpose not in _SIGNED:
        return
    if signed is None:
        raise UnauthenticatedError("accounts.session-over")
    if purpose is Purpose.LINK and not fresh(request.scope):
        location = f"/account/confirm?next={cookies.quoted('/account/security')}"
        raise ProveAgainError("security.prove-again", headers={"location": location})


def _begun(store: Store, base_url: str, address: str, holder: str, away: Away) -> str:
    near = attempts.network(address)
    attempts.take(store, {f"provider {near}": attempts.FROM_ADDRESS})
    return flow.begin(store, base_url, holder, away)


async def _entered(
    request: Request[Any, Any, Any], away: Away, found: Identified
) -> Response[bytes]:
    store = services(request.scope).store
    try:
        entered = await asyncio.to_thread(_enter, request, store, found)
    except SecondFactorError as error:
        return ask(request, error, away.wanted)
    answer = enter(request.scope, away.wanted, entered.token, entered.mark, entered.membership)
    answer.set_cookie(cookies.kept(request.scope, cookies.PROVIDER, found.provider, LONGEST))
    return answer


def _enter(request: Request[Any, Any, Any], store: Store, found: Identified) -> SignedIn:
    person = links.person_of(store, found)
    if person is None:
        raise ProviderError("oidc.not-linked")
    sent = browser(request.scope)
    return entering.enter(store, sent, person, found.provider, strong=False)


def _holder(request: Request[Any, Any, Any]) -> str:
    return cookies.sent(request.scope, cookies.AWAY) or secrets.token_urlsafe(16)


ROUTES = (start, callback)
