# SPDX-License-Identifier: Apache-2.0
"""The inbox for programs: ``/api/v1/messages``. Reading marks nothing as seen."""

import asyncio
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery

from nguon.messages import queries, service, wording
from nguon.messages.errors import UnknownMessageError
from nguon.messages.model import Received
from nguon.web.auth import needs, principal_of
from nguon.web.languages import negotiate
from nguon.web.services import services

BASE = "/api/v1/messages"
Requested = Request[Any, Any, Any]


class MessageTold(msgspec.Struct, frozen=True, kw_only=True):
    """A message; ``headline`` and ``instruction`` are in the language that was asked for."""

    id: str
    kind: str
    headline: str
    instruction: str
    params: dict[str, Any]
    link: str | None
    about: str | None
    due: datetime | None
    important: bool
    made: datetime
    seen: datetime | None
    acknowledged: datetime | None


@get(BASE, opt=dict(needs("read")), tags=["messages"], summary="What your organisation was told")
async def list_messages(request: Requested, before: FromQuery[str] = "") -> list[MessageTold]:
    """The latest 50, or the 50 before the message with this id."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> list[Received]:
        place = queries.find(store, by, before) if before else None
        if before and place is None:
            raise UnknownMessageError("messages.unknown")
        return queries.inbox(store, by, before=place)

    found = await asyncio.to_thread(read)
    return [_told(request, one) for one in found]


@post(
    BASE + "/{number:str}/acknowledge",
    opt=dict(needs("read")),
    status_code=200,
    tags=["messages"],
    summary="Acknowledge a message",
)
async def acknowledge(request: Requested, number: FromPath[str]) -> MessageTold:
    """Says that it was taken in; the first time counts."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return _told(request, await asyncio.to_thread(service.acknowledge, store, by, number))


def _told(request: Requested, one: Received) -> MessageTold:
    language = negotiate(request.scope)
    return MessageTold(
        id=one.id,
        kind=one.kind,
        headline=wording.headline(one, language),
        instruction=wording.instruction(one, language),
        params=dict(one.params),
        link=one.link,
        about=one.about,
        due=one.due,
        important=one.important,
        made=one.made,
        seen=one.seen,
        acknowledged=one.acknowledged,
    )


ROUTES = (list_messages, acknowledge)
