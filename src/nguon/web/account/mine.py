# SPDX-License-Identifier: Apache-2.0
"""One's own account: organisations, sessions, password."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.identity.accounts import events, people, sessions, signing
from nguon.identity.accounts.events import Event
from nguon.identity.accounts.sessions import Signed
from nguon.identity.errors import AccountError, SignInError, TooManyAttemptsError
from nguon.store import Store
from nguon.web.account.acting import person_of, signed_by
from nguon.web.account.agents import device
from nguon.web.account.browsers import enter
from nguon.web.account.hashing import slowly
from nguon.web.auth import PERSONAL
from nguon.web.callers import browser
from nguon.web.forms import submitted
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, named, work

_PAGE = "/account"


@get(_PAGE, opt=dict(PERSONAL), include_in_schema=False)
async def account(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What the platform knows of the person, and where the person is signed in."""
    return await _page(request, 200, [])


@post("/account/organisation", opt=dict(PERSONAL), include_in_schema=False)
async def switch(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Speak for another organisation from now on."""
    form = await submitted(request)
    chosen = form.text("membership")
    token = await asyncio.to_thread(
        signing.switch,
        services(request.scope).store,
        signed_by(request),
        browser(request.scope),
        chosen,
    )
    return enter(request.scope, "/w", token, standing=chosen)


@post("/account/password", opt=dict(PERSONAL), include_in_schema=False)
async def change_password(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Set a new password; every other session ends."""
    form = await submitted(request)
    old, new = form.text("old"), form.text("new")
    store, sent = services(request.scope).store, browser(request.scope)
    try:
        token = await slowly(signing.change_password, store, signed_by(request), sent, old, new)
    except (SignInError, TooManyAttemptsError) as error:
        return await _page(request, 400, [("old", told(request, error))])
    except AccountError as error:
        return await _page(request, 400, [("new", told(request, error))])
    return enter(request.scope, f"{_PAGE}?done=password", token)


@post("/account/sessions/{session:str}/end", opt=dict(PERSONAL), include_in_schema=False)
async def end_session(request: Request[Any, Any, Any], session: FromPath[str]) -> Response[bytes]:
    """Sign another browser out."""
    await submitted(request)
    person = person_of(request)
    store, sent = services(request.scope).store, browser(request.scope)
    if await asyncio.to_thread(sessions.end_one, store, person, session):
        await asyncio.to_thread(events.noted, store, Event.SESSION_ENDED, sent, person=person)
    return go_to(f"{_PAGE}?done=session")


@post("/account/sessions/end", opt=dict(PERSONAL), include_in_schema=False)
async def end_others(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Sign every other browser out."""
    await submitted(request)
    store, sent, signed = services(request.scope).store, browser(request.scope), signed_by(request)
    ended = await asyncio.to_thread(sessions.end_others, store, signed)
    await asyncio.to_thread(
        events.noted,
        store,
        Event.SESSIONS_ENDED,
        sent,
        person=person_of(request),
        about=str(ended),
    )
    return go_to(f"{_PAGE}?done=sessions")


async def _page(
    request: Request[Any, Any, Any], status_code: int, errors: list[tuple[str, str]]
) -> Response[bytes]:
    signed = signed_by(request)
    found = await asyncio.to_thread(_found, services(request.scope).store, signed)
    language = negotiate(request.scope)
    places = [
        {"id": one.id, "role": one.role, "name": named(one.names, language) or one.code}
        for one in found["places"]
    ]
    here = [
        {"line": line, "device": device(line.agent, language), "own": line.id == signed.id}
        for line in found["sessions"]
    ]
    return work(
        request,
        "account/mine.html",
        here="account",
        status_code=status_code,
        person=found["person"],
        places=places,
        standing=signed.membership,
        sessions=here,
        errors=errors,
        wrong=dict(errors),
        done=request.query_params.get("done", ""),
    )


def _found(store: Store, signed: Signed) -> dict[str, Any]:
    person = signed.principal.person or 0
    return {
        "person": people.get(store, person),
        "places": people.memberships(store, person),
        "sessions": sessions.of_person(store, person),
    }


ROUTES = (account, switch, change_password, end_session, end_others)
