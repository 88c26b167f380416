# SPDX-License-Identifier: Apache-2.0
"""The page behind an invitation's link: an account for who has none, a role for who has one."""

import asyncio
from functools import partial
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from nguon.identity.accounts import browsers, invitations, people, sessions
from nguon.identity.accounts.invitations import Invitation
from nguon.identity.accounts.sessions import Signed
from nguon.identity.errors import AccountError
from nguon.identity.oidc import links
from nguon.identity.oidc.config import providers_of
from nguon.identity.oidc.errors import ProviderError
from nguon.identity.oidc.model import Purpose
from nguon.web.account import identified
from nguon.web.account.browsers import enter
from nguon.web.account.hashing import slowly
from nguon.web.account.oidc import named as named_provider
from nguon.web.account.visitors import own_form, visited
from nguon.web.auth import PUBLIC, signed_in
from nguon.web.callers import browser
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import named

_ADDRESS = "/account/invitation/{token:str}"


@get(_ADDRESS, opt=dict(PUBLIC), include_in_schema=False)
async def invitation(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[bytes]:
    """What is offered; opening the page changes nothing."""
    found = await asyncio.to_thread(invitations.opened, services(request.scope).store, token)
    return await _page(request, found, token, found.name, [])


@post(_ADDRESS, opt=dict(PUBLIC), include_in_schema=False)
async def accept(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[bytes]:
    """Takes the role, and an account where there is none; signs in."""
    form = await own_form(request)
    store, sent = services(request.scope).store, browser(request.scope)
    signed = await signed_in(request.scope)
    if signed is not None:
        person = signed.principal.person or 0
        membership = await asyncio.to_thread(invitations.accept, store, token, person)
    elif form.text("with"):
        name = form.text("name")
        try:
            person, membership = await asyncio.to_thread(_with_provider, request, token, name)
        except AccountError as error:
            found = await asyncio.to_thread(invitations.opened, store, token)
            return await _page(request, found, token, name, [("name", told(request, error))])
    else:
        found = await asyncio.to_thread(invitations.opened, store, token)
        name, password = form.text("name"), form.text("password")
        try:
            person, membership = await slowly(invitations.accept_new, store, token, name, password)
        except AccountError as error:
            field = "name" if error.code.startswith("accounts.name-") else "password"
            return await _page(request, found, token, name, [(field, told(request, error))])
    started = await asyncio.to_thread(
        partial(sessions.start, proved=_proved(signed)),
        store,
        person,
        membership,
        sent.agent,
        sent.session,
    )
    mark = browsers.mark_of(store, person)
    return enter(request.scope, "/w", started, mark)


def _with_provider(request: Request[Any, Any, Any], token: str, name: str) -> tuple[int, str]:
    found = identified.take(request, Purpose.INVITATION)
    if found is None:
        raise ProviderError("oidc.state")
    sent = browser(request.scope)
    store = services(request.scope).store

    def linking(connection: Connection, person: int) -> None:
        links.linked(connection, sent, person, found)

    return invitations.accept_with(store, token, name, linking)


def _proved(signed: Signed | None) -> int | None:
    """Whoever chose a password just now has shown who it is."""
    return people.now() if signed is None else signed.proved


async def _page(
    request: Request[Any, Any, Any],
    found: Invitation,
    token: str,
    name: str,
    errors: list[tuple[str, str]],
) -> Response[bytes]:
    signed = await signed_in(request.scope)
    return visited(
        request,
        "account/invitation.html",
        status_code=400 if errors else 200,
        invitation=found,
        organisation=named(found.names, negotiate(request.scope)),
        signed=signed,
        address=f"/account/invitation/{token}",
        name=name,
        errors=errors,
        wrong=dict(errors),
        **await asyncio.to_thread(_elsewhere, request, name),
    )


def _elsewhere(request: Request[Any, Any, Any], name: str) -> dict[str, Any]:
    """The providers to make the account with, and the one that has confirmed somebody."""
    language = negotiate(request.scope)
    offered = providers_of(services(request.scope).store, Purpose.INVITATION)
    names = {one.id: named_provider(one, language) for one in offered}
    found = identified.look(request, Purpose.INVITATION) if offered else None
    return {
        "providers": names.items(),
        "confirmed": names.get(found.provider) if found else None,
        "called": found.name if found and found.name else name,
    }


ROUTES = (invitation, accept)
