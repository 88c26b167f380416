# SPDX-License-Identifier: Apache-2.0
"""Showing once more who one is, before something that a stolen session must not do."""

import asyncio
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import QueryParameter

from nguon.identity.accounts import events, factors, sessions, signing
from nguon.identity.accounts.events import Event
from nguon.identity.errors import SignInError, TooManyAttemptsError
from nguon.web.account.acting import person_of, signed_by
from nguon.web.account.browsers import own_page
from nguon.web.account.hashing import slowly
from nguon.web.account.sites import usable
from nguon.web.auth import PERSONAL
from nguon.web.callers import browser
from nguon.web.forms import submitted
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

PAGE = "/account/confirm"


@get(PAGE, opt=dict(PERSONAL), include_in_schema=False)
async def confirm_page(
    request: Request[Any, Any, Any], wanted: Annotated[str, QueryParameter(name="next")] = ""
) -> Response[bytes]:
    """The form: a code where there is a second factor, else the password."""
    return await _page(request, wanted, [])


@post(PAGE, opt=dict(PERSONAL), include_in_schema=False)
async def confirm(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Takes the proof; what asked for it is open for ten minutes."""
    form = await submitted(request)
    store, sent, person = services(request.scope).store, browser(request.scope), person_of(request)
    has = await asyncio.to_thread(factors.standing, store, person)
    typed = form.text("factor")
    try:
        if has.any:
            await asyncio.to_thread(factors.prove, store, sent, person, typed)
        else:
            await slowly(signing.check_password, store, sent, person, typed)
    except (SignInError, TooManyAttemptsError) as error:
        return await _page(request, form.text("next"), [("factor", told(request, error))])
    await asyncio.to_thread(sessions.prove, store, signed_by(request))
    await asyncio.to_thread(events.noted, store, Event.CONFIRMED, sent, person=person)
    return go_to(own_page(form.text("next")))


async def _page(
    request: Request[Any, Any, Any], wanted: str, errors: list[tuple[str, str]]
) -> Response[bytes]:
    store = services(request.scope).store
    return work(
        request,
        "account/confirm.html",
        here="account",
        status_code=400 if errors else 200,
        wanted=own_page(wanted),
        has=await asyncio.to_thread(factors.standing, store, person_of(request)),
        usable=usable(request),
        errors=errors,
        wrong=dict(errors),
    )


ROUTES = (confirm_page, confirm)
