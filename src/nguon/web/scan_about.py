# SPDX-License-Identifier: Apache-2.0
"""What is recorded of a scan, and what the visitor says to it: a province, no mark, forgetting."""

import asyncio
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.params import FromQuery

from nguon import gs1
from nguon.gs1 import IdentifierError
from nguon.scans import keeping
from nguon.scans.devices import PERIOD
from nguon.scans.visitors import CHOICE, UNMARKED, choice, device_of
from nguon.vn.units import province, provinces
from nguon.web import sessions as cookies
from nguon.web.account.visitors import own_form, visited
from nguon.web.auth import PUBLIC
from nguon.web.languages import header, negotiate
from nguon.web.services import services
from nguon.web.work.pages import go_to

PAGE = "/scan/about"
_SECONDS = 24 * 3600
"""A day: people move, and what they allowed ends by itself."""
_YEAR = 365 * 24 * 3600
_DAYS = PERIOD // 86_400_000_000


@get(PAGE, opt=dict(PUBLIC), include_in_schema=False)
async def about(
    request: Request[Any, Any, Any], item: FromQuery[str] = "", done: FromQuery[str] = ""
) -> Response[bytes]:
    """What a number of scans says; what is kept; the choices."""
    language = negotiate(request.scope)
    place, marked = choice((header(request.scope, b"cookie") or "").encode("latin-1"))
    return visited(
        request,
        "scan/about.html",
        item=_item(item),
        place=place or "",
        marked=marked,
        places=[(one.code, one.label(language)) for one in provinces()],
        days=services(request.scope).scans.days,
        week=_DAYS,
        done=done if done in {"chosen", "forgotten"} else "",
    )


@post(PAGE, opt=dict(PUBLIC), include_in_schema=False)
async def chosen(request: Request[Any, Any, Any]) -> Response[Any]:
    """Keeps the choice in a cookie; nothing is written down of it here."""
    form = await own_form(request)
    told = province(form.text("place"))
    words = [told.code] if told else []
    words += [] if form.text("marked") else [UNMARKED]
    answer = go_to(_address(form.text("item"), "chosen"))
    seconds = (_SECONDS if told else _YEAR) if words else 0
    answer.set_cookie(cookies.kept(request.scope, CHOICE, ".".join(words), seconds))
    return answer


@post(f"{PAGE}/forget", opt=dict(PUBLIC), include_in_schema=False)
async def forgotten(request: Request[Any, Any, Any]) -> Response[Any]:
    """Removes what this device scanned of a thing, as far as that can still be told."""
    form = await own_form(request)
    item, client = _item(form.text("item")), request.scope.get("client")
    found = services(request.scope)
    if item and client:
        agent = (header(request.scope, b"user-agent") or "").encode("latin-1")
        device = device_of(client[0], agent)
        await asyncio.to_thread(_forget, found.scans.flush, found.store, item, device)
    return go_to(_address(item, "forgotten"))


def _forget(flush: Any, store: Any, item: str, device: bytes) -> None:
    """What waits in the buffer is written first, so that it goes as well."""
    flush()
    keeping.forget(store, item, device)


def _item(sent: str) -> str:
    try:
        return gs1.parse(sent).key if sent else ""
    except IdentifierError:
        return ""


def _address(item: str, done: str) -> str:
    key = quote(_item(item), safe="/")
    return f"{PAGE}?done={done}" + (f"&item={key}" if key else "")


ROUTES = (about, chosen, forgotten)
