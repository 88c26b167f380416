# SPDX-License-Identifier: Apache-2.0
"""The inbox in the workspace, and where else an organisation is told."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from nguon.identity.model import Principal, Scope
from nguon.messages import queries, service, where, wording
from nguon.messages.errors import MessageError, UnknownMessageError
from nguon.messages.model import Channel, Received
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.services import Services, services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

PAGE, HERE = "/w/messages", "messages"
ADDRESSES = f"{PAGE}/addresses"
Requested = Request[Any, Any, Any]


@get(PAGE, opt=dict(needs("read")), include_in_schema=False)
async def inbox(request: Requested, before: FromQuery[str] = "") -> Response[bytes]:
    """What we were told, the latest first; what is shown to a person is seen."""
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(_shown, store, by, before)
    language = negotiate(request.scope)
    return work(
        request,
        "work/messages/inbox.html",
        here=HERE,
        messages=[
            (one, wording.headline(one, language), wording.instruction(one, language))
            for one in found[: queries.PAGE]
        ],
        older=found[queries.PAGE - 1].id if len(found) > queries.PAGE else "",
        may=by.may(Scope.PEOPLE),
    )


@post(PAGE + "/{number:str}", opt=dict(needs("read")), include_in_schema=False)
async def acknowledge(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """Takes a message in, and leads to what is to be done."""
    await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    one = await asyncio.to_thread(service.acknowledge, store, by, number)
    return go_to(one.link if one.link is not None else PAGE)


@get(ADDRESSES, opt=dict(needs("people")), include_in_schema=False)
async def addresses_page(request: Requested) -> Response[bytes]:
    """Where we are told beside the inbox."""
    return await _addresses(request, {}, [])


@post(ADDRESSES, opt=dict(needs("people")), include_in_schema=False)
async def change_addresses(request: Requested) -> Response[bytes]:
    """Adds an address or ends one."""
    form = await submitted(request)
    parts, by = services(request.scope), principal_of(request.scope)
    try:
        await asyncio.to_thread(_change, parts, by, form)
    except MessageError as error:
        errors = [(form.text("do"), told(request, error))]
        return await _addresses(request, _typed(form), errors)
    return go_to(ADDRESSES)


def _change(parts: Services, by: Principal, form: Form) -> None:
    if form.text("do") == "end":
        where.end(parts.store, by, form.text("id"))
        return
    channel = Channel.WEBHOOK if form.text("do") == "webhook" else Channel.EMAIL
    if channel is Channel.EMAIL and parts.mail is None:
        raise MessageError("messages.no-mail")
    every, private = form.text("every") != "important", parts.webhooks_private
    where.add(parts.store, by, channel, form.text(channel), every=every, private=private)


def _shown(store: Store, by: Principal, before: str) -> list[Received]:
    place = queries.find(store, by, before) if before else None
    if before and place is None:
        raise UnknownMessageError("messages.unknown")
    found = queries.inbox(store, by, before=place, limit=queries.PAGE + 1)
    if by.person is not None:
        service.see(store, found[: queries.PAGE])
    return found


def _typed(form: Form) -> dict[str, str]:
    return {name: form.text(name) for name in ("email", "webhook", "every")}


async def _addresses(
    request: Requested, typed: dict[str, str], errors: list[tuple[str, str]]
) -> Response[bytes]:
    parts, by = services(request.scope), principal_of(request.scope)
    return work(
        request,
        "work/messages/addresses.html",
        here=HERE,
        status_code=400 if errors else 200,
        addresses=await asyncio.to_thread(where.of, parts.store, by),
        mail=parts.mail is not None,
        typed={"email": "", "webhook": "", "every": "all", **typed},
        errors=errors,
        wrong=dict(errors),
    )


ROUTES = (inbox, acknowledge, addresses_page, change_addresses)
