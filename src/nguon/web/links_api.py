# SPDX-License-Identifier: Apache-2.0
"""Links for programs: ``/api/v1/links``, and for the operator ``/api/v1/delegations``."""

import asyncio
from typing import Any

import msgspec
from litestar import Request, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from nguon.registry.links import delegations, keys, queries, service
from nguon.registry.links.model import Delegation, KeyLinks, Link, LinkAsked
from nguon.web.auth import needs, principal_of
from nguon.web.services import services

_LINKS = "/api/v1/links"
_DELEGATIONS = "/api/v1/delegations"
_MOST_OCTETS = 512 * 1024
_ANY = Request[Any, Any, Any]


class LinksAsked(msgspec.Struct, kw_only=True):
    """All links of a key, in order; ``default`` is the type that it leads to (none: passport)."""

    links: list[LinkAsked]
    default: str | None = None


class DelegationAsked(msgspec.Struct, kw_only=True):
    """Who answers for a prefix: a GS1 company prefix, or the beginning of a key (``01/0893…``)."""

    prefix: str
    resolver: str
    title: str


@get(f"{_LINKS}/mine", opt=dict(needs("read")), tags=["links"], summary="All your links")
async def list_links(request: _ANY) -> list[Link]:
    """The links of every code that your organisation holds, the latest first."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(queries.of_organisation, store, by.organisation)


@get(_LINKS, opt=dict(needs("read")), tags=["links"], summary="The links of a code")
async def show_links(request: _ANY, key: FromQuery[str]) -> KeyLinks:
    """The links of one code (``key=01/09521101000023``), those of other days too."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(queries.of_key, store, by, keys.read(key))


@get(f"{_LINKS}/history", opt=dict(needs("read")), tags=["links"], summary="What the links were")
async def link_history(request: _ANY, key: FromQuery[str]) -> list[Link]:
    """All links that a code ever had, ended ones too, the latest first."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(queries.history, store, by, keys.read(key))


@put(
    _LINKS,
    opt=dict(needs("registry")),
    request_max_body_size=_MOST_OCTETS,
    tags=["links"],
    summary="Say what a code leads to",
)
async def put_links(request: _ANY, key: FromQuery[str], data: JSONBody[LinksAsked]) -> KeyLinks:
    """All links of a code at once: new ones begin, missing ones end, equal ones stay."""
    parts, by = services(request.scope), principal_of(request.scope)
    found = await asyncio.to_thread(
        service.put, parts.store, by, keys.read(key), data.links, data.default, own=parts.base_url
    )
    parts.directory.forget()
    return found


@post(
    f"{_LINKS}/{{link_id:str}}/end",
    opt=dict(needs("registry")),
    status_code=200,
    tags=["links"],
    summary="End a link",
)
async def end_link(request: _ANY, link_id: FromPath[str]) -> KeyLinks:
    """Nobody is led there any more; it stays in the history."""
    parts, by = services(request.scope), principal_of(request.scope)
    found = await asyncio.to_thread(service.end, parts.store, by, link_id)
    parts.directory.forget()
    return found


@get(_DELEGATIONS, opt=dict(needs("admin")), tags=["links"], summary="Who answers for prefixes")
async def list_delegations(request: _ANY) -> list[Delegation]:
    """Every delegation to another resolver, ended ones too."""
    store = services(request.scope).store
    return await asyncio.to_thread(queries.delegations, store, ended=True)


@post(
    _DELEGATIONS,
    opt=dict(needs("admin")),
    request_max_body_size=_MOST_OCTETS,
    tags=["links"],
    summary="Have another resolver answer for a prefix",
)
async def delegate(request: _ANY, data: JSONBody[DelegationAsked]) -> Delegation:
    """The longest prefix counts; another delegation of the same prefix ends."""
    parts, by = services(request.scope), principal_of(request.scope)
    asked = (data.prefix, data.resolver, data.title)
    found = await asyncio.to_thread(
        delegations.delegate, parts.store, *asked, by=by.key_id, own=parts.base_url
    )
    parts.directory.forget()
    return found


@post(
    f"{_DELEGATIONS}/{{delegation_id:str}}/end",
    opt=dict(needs("admin")),
    status_code=204,
    tags=["links"],
    summary="Answer for a prefix ourselves again",
)
async def end_delegation(request: _ANY, delegation_id: FromPath[str]) -> None:
    """From now on this resolver answers."""
    parts, by = services(request.scope), principal_of(request.scope)
    await asyncio.to_thread(delegations.end, parts.store, delegation_id, by=by.key_id)
    parts.directory.forget()


ROUTES = (
    list_links,
    show_links,
    link_history,
    put_links,
    end_link,
    list_delegations,
    delegate,
    end_delegation,
)
