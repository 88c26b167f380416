# SPDX-License-Identifier: Apache-2.0
"""The identity bridge for programs: ``/api/v1/identities``."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from nguon.base.errors import Fault
from nguon.gs1 import item_key
from nguon.registry.bridge import queries, service
from nguon.registry.bridge.errors import BridgeTableError
from nguon.registry.bridge.model import Claim, Identity, Match, System
from nguon.store import Store
from nguon.store import registry as rows
from nguon.web.auth import needs, principal_of
from nguon.web.services import services

PATH = "/api/v1/identities"
_MOST_OCTETS = 1024 * 1024
_ANY = Request[Any, Any, Any]
_TAGS = ["codes of other systems"]


class IdentityAsked(msgspec.Struct, kw_only=True):
    """A mapping to keep: what ``source`` calls the item (a GS1 key in any form).

    ``foreign_owner`` is the code of the organisation whose system it is, where it is
    registered here: it may confirm or refuse. ``public``: whether everybody sees it;
    left out, all but internal codes are seen.
    """

    system: System
    source: str
    foreign_id: str
    item: str
    valid_from: date | None = None
    valid_to: date | None = None
    public: bool | None = None
    foreign_owner: str | None = None


class Ending(msgspec.Struct, kw_only=True):
    """Why a mapping ends, and from which day (today where nothing is said)."""

    reason: str
    effective: date | None = None


class Answering(msgspec.Struct, kw_only=True):
    """What the party whose system it is says; a refusal needs a reason."""

    confirmed: bool
    reason: str = ""


Rows = Annotated[list[IdentityAsked], msgspec.Meta(max_length=service.MOST_ROWS)]


@get(PATH, opt=dict(needs("read")), tags=_TAGS, summary="Codes of other systems")
async def list_identities(
    request: _ANY,
    foreign_id: FromQuery[str | None] = None,
    item: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> list[Match]:
    """What a ``foreign_id`` means, or what others call an ``item``; else your own, newest first.

    ``before`` is the id of the last one of the page before.
    """
    store, by = services(request.scope).store, principal_of(request.scope)

    def found() -> list[Match]:
        if foreign_id is not None:
            return queries.resolve(store, by.audience, foreign_id)
        if item is not None:
            key = item_key(item)
            return queries.of_items(store, by.audience, [key]).get(key, [])
        return queries.page(store, by.audience, before=before)

    return await asyncio.to_thread(found)


@get(f"{PATH}/{{identity:str}}", opt=dict(needs("read")), tags=_TAGS, summary="One such code")
async def show_identity(request: _ANY, identity: FromPath[str]) -> Identity:
    """A mapping with everything that was said of it; for those whom it concerns."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(queries.one, store, by.audience, identity)


@post(
    PATH,
    opt=dict(needs("registry")),
    request_max_body_size=_MOST_OCTETS,
    tags=_TAGS,
    summary="Keep codes of other systems",
)
async def put_identities(request: _ANY, data: JSONBody[Rows]) -> list[Identity]:
    """All or none; what is kept already comes back as it is, so a table may be sent again."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def put() -> list[Identity]:
        return service.put(store, by, _claims(store, data))

    return await asyncio.to_thread(put)


@post(
    f"{PATH}/{{identity:str}}/end",
    opt=dict(needs("registry")),
    request_max_body_size=_MOST_OCTETS,
    tags=_TAGS,
    summary="End a mapping",
)
async def end_identity(request: _ANY, identity: FromPath[str], data: JSONBody[Ending]) -> Identity:
    """By the owner of the goods; what was said before stays on record."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(
        service.end, store, by, identity, data.reason, effective=data.effective
    )


@post(
    f"{PATH}/{{identity:str}}/answer",
    opt=dict(needs("registry")),
    request_max_body_size=_MOST_OCTETS,
    tags=_TAGS,
    summary="Confirm or refuse a mapping",
)
async def answer_identity(
    request: _ANY, identity: FromPath[str], data: JSONBody[Answering]
) -> Identity:
    """By the organisation whose system gave the code."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(
        service.answer, store, by, identity, confirmed=data.confirmed, reason=data.reason
    )


def _claims(store: Store, asked: Sequence[IdentityAsked]) -> list[Claim]:
    codes = [one.foreign_owner for one in asked if one.foreign_owner is not None]
    with store.reading() as connection:
        known = rows.organisation_ids(connection, codes) if codes else {}
    faults = [
        Fault(f"/{number}/foreign_owner", "bridge.system-unknown", {"named": one.foreign_owner})
        for number, one in enumerate(asked)
        if one.foreign_owner is not None and one.foreign_owner not in known
    ]
    if faults:
        raise BridgeTableError("bridge.table-wrong", faults, count=len(faults))
    return [_claim(one, known) for one in asked]


def _claim(one: IdentityAsked, known: dict[str, int]) -> Claim:
    values = {name: getattr(one, name) for name in one.__struct_fields__}
    values["foreign_owner"] = None if one.foreign_owner is None else known[one.foreign_owner]
    return Claim(**values)


ROUTES = (list_identities, show_identity, put_identities, end_identity, answer_identity)
