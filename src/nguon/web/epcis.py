# SPDX-License-Identifier: Apache-2.0
"""GS1's REST binding under ``/epcis``: its routes, and the headers that every answer carries."""

from typing import Any

from litestar import HttpMethod, Response, Router, route
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Message, Receive, Send

from nguon.web import epcis_capture, epcis_events, epcis_post
from nguon.web.auth import PUBLIC
from nguon.web.epcis_headers import VERSIONS, limits_announced
from nguon.web.services import services

_PATH = "/epcis"
_VERSIONS = [(name.lower().encode(), value.encode()) for name, value in VERSIONS.items()]


def announced(app: ASGIApp) -> ASGIApp:
    """Adds versions to every answer under ``/epcis``, limits to ``OPTIONS`` and to a 413."""

    async def wrapped(scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_PATH):
            await app(scope, receive, send)
            return
        asked = scope["method"] == "OPTIONS"

        async def announce(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message["headers"], *_VERSIONS]
                if asked or message["status"] == 413:
                    limits = limits_announced(services(scope).capture.limits)
                    present = {name for name, _ in headers}
                    headers += [
                        (name.lower().encode(), value.encode())
                        for name, value in limits.items()
                        if name.lower().encode() not in present
                    ]
                message["headers"] = headers
            await send(message)

        await app(scope, receive, announce)

    return wrapped


def _options(path: str, *methods: str) -> HTTPRouteHandler:
    """The ``OPTIONS`` of an address; the framework's own forgets methods of other handlers."""

    async def options() -> Response[None]:
        return Response(None, status_code=204, headers={"allow": ", ".join(methods)})

    described = route(
        path, http_method=[HttpMethod.OPTIONS], opt=PUBLIC, status_code=204, include_in_schema=False
    )
    return described(options)


ROUTES = (
    Router(
        _PATH,
        route_handlers=[
            _options("/capture", "GET", "POST", "OPTIONS"),
            _options("/capture/{job:str}", "GET", "OPTIONS"),
            _options("/events", "GET", "POST", "OPTIONS"),
            _options("/events/{event_id:path}", "GET", "OPTIONS"),
            *epcis_capture.ROUTES,
            *epcis_post.ROUTES,
            *epcis_events.ROUTES,
        ],
        tags=["EPCIS 2.0"],
    ),
)
EXACT = epcis_post.EXACT
