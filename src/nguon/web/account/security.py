# SPDX-License-Identifier: Apache-2.0
"""The security of one's own account: what signs in, and what happened."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post

from nguon.base.messages import Language, text
from nguon.identity.accounts import events, factors, passkeys
from nguon.identity.accounts.demanded import demanded
from nguon.identity.oidc import links
from nguon.identity.oidc.config import providers_of
from nguon.identity.oidc.model import Purpose
from nguon.store import Store
from nguon.web.account.acting import person_of, signed_by
from nguon.web.account.agents import device
from nguon.web.account.oidc import named
from nguon.web.auth import FRESHLY, PERSONAL
from nguon.web.callers import browser
from nguon.web.forms import submitted, whole_number
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.shown import end_shown, keep_shown, shown
from nguon.web.work.pages import go_to, work

PAGE = "/account/security"
_MOST = 30
_WAYS = frozenset({"password", "passkey", "reset"})
_DONE = frozenset({"on", "off", "kept", "linked", "unlinked", "passkey", "no-passkey"})


@get(PAGE, opt=dict(PERSONAL), include_in_schema=False)
async def security(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Second factors and what happened to the account, newest first."""
    store, person = services(request.scope).store, person_of(request)
    before = whole_number(request.query_params.get("before", "")) or None
    found = await asyncio.to_thread(events.of_person, store, person, before=before, most=_MOST + 1)
    language = negotiate(request.scope)
    told = [
        {
            "event": one,
            "about": _about(store, one.about, language),
            "device": device(one.agent, language) if one.agent else "",
        }
        for one in found[:_MOST]
    ]
    last = found[_MOST - 1].time if len(found) > _MOST else None
    done = request.query_params.get("done", "")
    return work(
        request,
        "account/security.html",
        here="account",
        has=await asyncio.to_thread(factors.standing, store, person),
        bare=signed_by(request).bare,
        demanded=demanded(store, signed_by(request).role),
        events=told,
        passkeys=await asyncio.to_thread(passkeys.of_person, store, person),
        links=await asyncio.to_thread(_links, store, person, language),
        providers=[(one.id, named(one, language)) for one in providers_of(store, Purpose.LINK)],
        older=None if last is None else int(last.timestamp() * 1_000_000),
        done=done if done in _DONE else "",
    )


@post("/account/recovery", opt=dict(PERSONAL) | dict(FRESHLY), include_in_schema=False)
async def renew(request: Request[Any, Any, Any]) -> Response[bytes]:
    """New recovery codes in the place of those before."""
    await submitted(request)
    store, sent = services(request.scope).store, browser(request.scope)
    made = await asyncio.to_thread(factors.renew_recovery, store, sent, person_of(request))
    return await to_recovery(request, made)


async def to_recovery(request: Request[Any, Any, Any], made: list[str]) -> Response[bytes]:
    """Send a browser to where recovery codes are shown."""
    answer = go_to("/account/recovery")
    await asyncio.to_thread(keep_shown, request, answer, made)
    return answer


@get("/account/recovery", opt=dict(PERSONAL), include_in_schema=False)
async def recovery_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The new codes, until their owner says that they are written down."""
    found = await asyncio.to_thread(shown, request)
    if not found:
        return go_to(PAGE)
    return work(request, "account/recovery.html", here="account", codes=found)


@post("/account/recovery/kept", opt=dict(PERSONAL), include_in_schema=False)
async def recovery_kept(request: Request[Any, Any, Any]) -> Response[bytes]:
    """They are written down."""
    await submitted(request)
    answer = go_to(f"{PAGE}?done=kept")
    await asyncio.to_thread(end_shown, request, answer)
    return answer


def _about(store: Store, about: str, language: Language) -> str:
    """Ways in by their names; what else an event is about as it stands."""
    if about in _WAYS:
        return text(f"security.way.{about}", language)
    return {one.id: named(one, language) for one in providers_of(store)}.get(about, about)


def _links(store: Store, person: int, language: Language) -> list[dict[str, Any]]:
    names = {one.id: named(one, language) for one in providers_of(store)}
    found = links.of_person(store, person)
    return [{"link": one, "name": names.get(one.provider, one.issuer)} for one in found]


ROUTES = (security, renew, recovery_page, recovery_kept)
