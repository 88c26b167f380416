# SPDX-License-Identifier: Apache-2.0
"""Passkeys on pages: a script asks the device, a form of ours carries the answer."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.identity.accounts import entering, events, passkeys, sessions
from nguon.identity.accounts.entering import SignedIn
from nguon.identity.accounts.events import Event
from nguon.identity.errors import AccountError, SignInError, TooManyAttemptsError
from nguon.web import sessions as cookies
from nguon.web.account.acting import person_of, signed_by
from nguon.web.account.browsers import enter, own_page
from nguon.web.account.second import PAGE
from nguon.web.account.security import PAGE as SECURITY
from nguon.web.account.security import to_recovery
from nguon.web.account.sites import site_of
from nguon.web.account.visitors import holder_of, own_form, visited
from nguon.web.auth import FRESHLY, PERSONAL, PUBLIC
from nguon.web.callers import browser
from nguon.web.forms import submitted
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

_NEW = "/account/passkeys/new"
_FRESH = dict(PERSONAL) | dict(FRESHLY)
_JSON = {"content-type": "application/json", "cache-control": "no-store"}


@post("/account/passkeys/challenge", opt=dict(PUBLIC), include_in_schema=False)
async def challenge(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What the script needs to have a passkey shown."""
    await own_form(request)
    store, site = services(request.scope).store, site_of(request)
    return _json(await asyncio.to_thread(passkeys.ask, store, site, holder_of(request)))


@post("/account/passkeys/sign-in", opt=dict(PUBLIC), include_in_schema=False)
async def sign_in(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Signs in with a passkey alone."""
    return await _into(request, _alone, "/account/sign-in")


@post("/account/passkeys/second", opt=dict(PUBLIC), include_in_schema=False)
async def second(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Takes a passkey as the second step of signing in."""
    return await _into(request, _second, PAGE)


@post("/account/passkeys/confirm", opt=dict(PERSONAL), include_in_schema=False)
async def confirm(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Shows once more who one is, with a passkey."""
    form = await submitted(request)
    store, sent, person = services(request.scope).store, browser(request.scope), person_of(request)
    holder = holder_of(request)
    site, answer = site_of(request), form.text("answer")
    await asyncio.to_thread(passkeys.show, store, site, sent, holder, answer, person)
    await asyncio.to_thread(sessions.prove, store, signed_by(request))
    await asyncio.to_thread(events.noted, store, Event.CONFIRMED, sent, person=person)
    return go_to(own_page(form.text("next")))


@get(_NEW, opt=_FRESH, include_in_schema=False)
async def new_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The form for a name; the script goes on from there."""
    return _page(request, [])


@post("/account/passkeys/options", opt=_FRESH, include_in_schema=False)
async def options(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What the script needs to have a passkey made."""
    await submitted(request)
    store, site = services(request.scope).store, site_of(request)
    made = await asyncio.to_thread(
        passkeys.offer, store, site, person_of(request), holder_of(request)
    )
    return _json(made)


@post(_NEW, opt=_FRESH, include_in_schema=False)
async def add(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Keeps the passkey that was made; recovery codes follow where there are none."""
    form = await submitted(request)
    store, sent = services(request.scope).store, browser(request.scope)
    try:
        made = await asyncio.to_thread(
            passkeys.add,
            store,
            site_of(request),
            sent,
            person_of(request),
            holder_of(request),
            form.text("name"),
            form.text("answer"),
        )
    except AccountError as error:
        return _page(request, [("name", told(request, error))])
    return await to_recovery(request, made) if made else go_to(f"{SECURITY}?done=passkey")


@post("/account/passkeys/{passkey:str}/remove", opt=_FRESH, include_in_schema=False)
async def remove(request: Request[Any, Any, Any], passkey: FromPath[str]) -> Response[bytes]:
    """Forgets a passkey."""
    await submitted(request)
    store, sent = services(request.scope).store, browser(request.scope)
    await asyncio.to_thread(passkeys.remove, store, sent, person_of(request), passkey)
    return go_to(f"{SECURITY}?done=no-passkey")


_Way = Callable[[Request[Any, Any, Any], str], SignedIn]


async def _into(request: Request[Any, Any, Any], way: _Way, again: str) -> Response[bytes]:
    form = await own_form(request)
    wanted = own_page(form.text("next"))
    try:
        entered = await asyncio.to_thread(way, request, form.text("answer"))
    except (SignInError, TooManyAttemptsError) as error:
        return visited(
            request,
            "account/passkey-failed.html",
            status_code=429 if isinstance(error, TooManyAttemptsError) else 400,
            wanted=wanted,
            again=again,
            errors=[("", told(request, error))],
        )
    answer = enter(request.scope, wanted, entered.token, entered.mark, entered.membership)
    answer.set_cookie(cookies.kept(request.scope, cookies.WAITING, "", 0))
    return answer


def _alone(request: Request[Any, Any, Any], answer: str) -> SignedIn:
    store, sent, holder = services(request.scope).store, browser(request.scope), holder_of(request)
    person = passkeys.show(store, site_of(request), sent, holder, answer)
    return entering.enter(store, sent, person, "passkey", strong=True)


def _second(request: Request[Any, Any, Any], answer: str) -> SignedIn:
    store, sent, holder = services(request.scope).store, browser(request.scope), holder_of(request)
    token = cookies.sent(request.scope, cookies.WAITING) or ""
    waiting = entering.waiting(store, token)
    if waiting is None:
        raise SignInError("security.step-over")
    passkeys.show(store, site_of(request), sent, holder, answer, waiting.person)
    return entering.gone_on(store, sent, token)


def _page(request: Request[Any, Any, Any], errors: list[tuple[str, str]]) -> Response[bytes]:
    return work(
        request,
        "account/passkey.html",
        here="account",
        status_code=400 if errors else 200,
        usable=site_of(request).usable,
        errors=errors,
        wrong=dict(errors),
    )


def _json(content: Mapping[str, Any]) -> Response[bytes]:
    return Response(msgspec.json.encode(content), status_code=200, headers=_JSON)


ROUTES = (challenge, sign_in, second, confirm, new_page, options, add, remove)
