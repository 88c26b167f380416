# SPDX-License-Identifier: Apache-2.0
"""Where an organisation's codes lead: the links of a code, a new one, the default, a preview."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from nguon.base.errors import NguonError
from nguon.base.time import HANOI
from nguon.gs1 import IdentifierError, parse
from nguon.registry.links import keys, queries, service, types
from nguon.registry.links.errors import LinkError, LinksRefusedError
from nguon.registry.links.model import KeyLinks
from nguon.web.auth import needs, principal_of
from nguon.web.forms import submitted
from nguon.web.languages import negotiate
from nguon.web.linkset import DEFAULT, MULTI
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work import link_form
from nguon.web.work.pages import go_to, work

PAGE = "/w/links"
_ANY = Request[Any, Any, Any]
Errors = Sequence[tuple[str, str]]


@get(PAGE, opt=dict(needs("registry")), include_in_schema=False)
async def links_page(request: _ANY, key: FromQuery[str] = "") -> Response[bytes]:
    """A box for a code, and all links of the organisation; or the links of one code."""
    if not key.strip():
        return await _overview(request, "", [])
    try:
        return await _one(request, keys.read(link_form.strict(key)), {}, [])
    except (IdentifierError, LinkError) as error:
        return await _overview(request, key, [("key", told(request, error))])


@post(PAGE, opt=dict(needs("registry")), include_in_schema=False)
async def add_link(request: _ANY) -> Response[bytes]:
    """Add a link to a code."""
    form = await submitted(request)
    parts, by = services(request.scope), principal_of(request.scope)
    typed = {name: form.text(name) for name in link_form.FIELDS}
    key = keys.read(form.text("key"))
    try:
        asked = link_form.read(typed)
        own, default = parts.base_url, bool(typed["default"])
        await asyncio.to_thread(service.add, parts.store, by, key, asked, default=default, own=own)
    except NguonError as error:
        return await _one(request, key, typed, link_form.errors(request, error))
    parts.directory.forget()
    return go_to(_address(key))


@post(f"{PAGE}/default", opt=dict(needs("registry")), include_in_schema=False)
async def choose_default(request: _ANY) -> Response[bytes]:
    """Lead to the links of a type by default, or to the passport."""
    form = await submitted(request)
    parts, by = services(request.scope), principal_of(request.scope)
    key = keys.read(form.text("key"))
    try:
        await asyncio.to_thread(service.choose, parts.store, by, key, form.text("first") or None)
    except LinksRefusedError as error:
        return await _one(request, key, {}, link_form.errors(request, error))
    parts.directory.forget()
    return go_to(_address(key))


@post(f"{PAGE}/{{link_id:str}}/end", opt=dict(needs("registry")), include_in_schema=False)
async def end_link(request: _ANY, link_id: FromPath[str]) -> Response[bytes]:
    """End a link; it stays in the history."""
    await submitted(request)
    parts, by = services(request.scope), principal_of(request.scope)
    left = await asyncio.to_thread(service.end, parts.store, by, link_id)
    parts.directory.forget()
    return go_to(_address(left.key))


def _address(key: str) -> str:
    return f"{PAGE}?key={quote(key)}"


async def _overview(request: _ANY, asked: str, errors: Errors) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(queries.of_organisation, store, by.organisation)
    by_key: dict[str, list[Any]] = {}
    for link in found:
        by_key.setdefault(link.key, []).append(link)
    return work(
        request,
        "work/links/all.html",
        here="links",
        status_code=400 if errors else 200,
        asked=asked,
        by_key=by_key,
        errors=errors,
        wrong=dict(errors),
    )


async def _one(
    request: _ANY, key: str, typed: Mapping[str, str], errors: Errors
) -> Response[bytes]:
    parts, by = services(request.scope), principal_of(request.scope)
    found, past = await asyncio.to_thread(_of_key, parts.store, by, key)
    identifier = parse(key)
    seen = (await parts.directory.find(identifier)).levels
    language = negotiate(request.scope)
    today = datetime.now(HANOI).date()
    return work(
        request,
        "work/links/one.html",
        here="links",
        status_code=400 if errors else 200,
        key=key,
        found=found,
        past=past,
        working={link.id for link in found.links if link.works(today)},
        preview=[one for one in seen[0].links if one.relation != MULTI] if seen else [],
        default=DEFAULT,
        delegation=(await parts.directory.find(identifier)).delegation,
        offered=[(name, types.title(name, language)) for name in types.offered()],
        called=lambda name: types.title(name, language),
        typed={**dict.fromkeys(link_form.FIELDS, ""), "type": "pip", "fwqs": "1", **typed},
        errors=errors,
        wrong=dict(errors),
    )


def _of_key(store: Any, by: Any, key: str) -> tuple[KeyLinks, list[Any]]:
    found = queries.of_key(store, by, key)
    past = [one for one in queries.history(store, by, key) if one.ended is not None]
    return found, past


ROUTES = (links_page, add_link, choose_default, end_link)
