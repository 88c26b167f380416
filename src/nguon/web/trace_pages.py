# SPDX-License-Identifier: Apache-2.0
"""Where an item came from or went: a page for people."""

import asyncio
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromQuery

from nguon import gs1
from nguon.base.audience import Audience
from nguon.base.messages import Language
from nguon.registry.bridge.queries import item_of
from nguon.store import Store
from nguon.trace import Direction, trace
from nguon.trace.drawing import BOX_HEIGHT, BOX_WIDTH
from nguon.web.auth import needs, principal_of
from nguon.web.languages import negotiate
from nguon.web.problems import advice, words
from nguon.web.services import services
from nguon.web.trace_view import Found, found
from nguon.web.work.pages import work


@get("/w/trace", opt=dict(needs("trace")), include_in_schema=False)
async def trace_page(
    request: Request[Any, Any, Any],
    item: FromQuery[str] = "",
    direction: FromQuery[Direction] = Direction.BACK,
) -> Response[bytes]:
    """Where an item came from or went: a drawing, and the list of what it shows."""
    asked = item.strip()
    shown: dict[str, Any] = {"item": asked, "direction": direction, "found": None, "wrong": None}
    if not asked:
        return work(request, "trace/page.html", here="trace", **shown)
    language = negotiate(request.scope)
    audience = principal_of(request.scope).audience
    store = services(request.scope).store
    try:
        key = gs1.parse(asked).key
    except gs1.IdentifierError as error:
        named = await asyncio.to_thread(item_of, store, audience, asked)
        if named is None:
            shown["wrong"] = _wrong(error, language)
            return work(request, "trace/page.html", here="trace", status_code=400, **shown)
        key = named
    shown["found"] = await asyncio.to_thread(_found, store, audience, key, direction, language)
    return work(request, "trace/page.html", here="trace", box=(BOX_WIDTH, BOX_HEIGHT), **shown)


def _found(
    store: Store, audience: Audience, key: str, direction: Direction, language: Language
) -> Found:
    return found(store, audience, trace(store, audience, key, direction), language)


def _wrong(error: gs1.IdentifierError, language: Language) -> dict[str, str | None]:
    """What is wrong with the code, and where in it."""
    return {
        "reason": words(error.code, language, error.params),
        "advice": advice(error.code, language, error.params),
        "before": error.text[: error.start],
        "part": error.text[error.start : error.end],
        "after": error.text[error.end :],
    }


ROUTES = (trace_page,)
