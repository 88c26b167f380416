# SPDX-License-Identifier: Apache-2.0
"""The API keys of an organisation: which there are, what they may do, making and ending them."""

import asyncio
from datetime import UTC, date, datetime, time
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.base.time import HANOI
from nguon.identity import keys
from nguon.identity.accounts import events, own_keys
from nguon.identity.accounts.own_keys import Wanted
from nguon.identity.errors import KeyRefusedError
from nguon.identity.limits import MOST_RATE, Limits
from nguon.web.auth import FRESHLY, needs, principal_of
from nguon.web.callers import browser
from nguon.web.forms import Form, submitted
from nguon.web.services import services
from nguon.web.shown import keep_shown, shown
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

_PAGE = "/w/api-keys"
_ACCESS = dict(needs("people"))
_FRESH = _ACCESS | dict(FRESHLY)
_MOST_EVENTS = 20
_FIELDS = {
    "security.key-name": "name",
    "security.rate": "rate",
    "security.network": "networks",
    "security.networks-many": "networks",
    "security.key-expires": "expires",
    "identity.expiry-past": "expires",
}


@get(_PAGE, opt=_ACCESS, include_in_schema=False)
async def keys_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The keys, what happened to them, and the form for a new one."""
    return await _page(request, {}, [], [])


@post(_PAGE, opt=_FRESH, include_in_schema=False)
async def make(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Make a key; its secret is shown to its maker, for ten minutes."""
    form = await submitted(request)
    by, scopes = principal_of(request.scope), form.all("scope")
    store, sent = services(request.scope).store, browser(request.scope)
    try:
        made, secret = await asyncio.to_thread(own_keys.make, store, by, sent, _wanted(form))
    except KeyRefusedError as error:
        typed = {name: form.text(name) for name in ("name", "rate", "networks", "expires")}
        typed["strict"] = form.text("strict")
        field = _FIELDS.get(error.code, "scope")
        return await _page(request, typed, scopes, [(field, told(request, error))])
    answer = go_to(f"{_PAGE}#made")
    await asyncio.to_thread(keep_shown, request, answer, [made.name, secret])
    return answer


@post(f"{_PAGE}/{{key:str}}/end", opt=_FRESH, include_in_schema=False)
async def end(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[bytes]:
    """End a key now."""
    await submitted(request)
    store, sent = services(request.scope).store, browser(request.scope)
    await asyncio.to_thread(own_keys.end, store, principal_of(request.scope), sent, key)
    return go_to(_PAGE)


def _wanted(form: Form) -> Wanted:
    rate = form.text("rate")
    if rate and not (rate.isascii() and rate.isdigit() and len(rate) < 9):
        raise KeyRefusedError("security.rate", most=MOST_RATE)
    return Wanted(
        form.text("name"),
        tuple(form.all("scope")),
        form.text("strict") == "1",
        _expires(form.text("expires")),
        Limits(int(rate) if rate else None, tuple(form.text("networks").split())),
    )


def _expires(text: str) -> datetime | None:
    """The end of a day here."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise KeyRefusedError("security.key-expires") from error
    return datetime.combine(day, time(23, 59, 59), HANOI)


async def _page(
    request: Request[Any, Any, Any],
    typed: dict[str, str],
    scopes: list[str],
    errors: list[tuple[str, str]],
) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(keys.list_keys, store, by.organisation)
    secrets = await asyncio.to_thread(shown, request)
    now = datetime.now(UTC)
    soon = {one.id for one in own_keys.ending(found)}
    return work(
        request,
        "work/api-keys.html",
        here="api-keys",
        status_code=400 if errors else 200,
        keys=[one for one in found if one.usable(now)],
        ended=[one for one in found if not one.usable(now)],
        soon=soon,
        made=secrets if len(secrets) == 2 else [],
        givable=own_keys.givable(by),
        chosen=scopes or ["capture", "read", "trace"],
        typed={"name": "", "rate": "", "networks": "", "expires": "", "strict": "", **typed},
        happened=await asyncio.to_thread(events.of_keys, store, by.organisation, most=_MOST_EVENTS),
        errors=errors,
        wrong=dict(errors),
    )


ROUTES = (keys_page, make, end)
