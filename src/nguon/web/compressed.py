# SPDX-License-Identifier: Apache-2.0
"""Pages, style sheets and drawings are sent compressed to who takes that.

Only these: they hold no secrets that a compressed length could betray, and a
phone on a slow line gets a passport in one round trip.
"""

import gzip
from typing import Any

from litestar.types import ASGIApp, Receive, Send

from nguon.web.languages import header

_TYPES = (b"text/html", b"text/css", b"image/svg+xml")
_SMALL = 1000
_LEVEL = 6


def compressed(app: ASGIApp) -> ASGIApp:
    """Wraps an application so that its pages go out as gzip where the client accepts it."""

    async def wrapped(scope: Any, receive: Receive, send: Send) -> None:
        wanted = scope["type"] == "http" and "gzip" in (header(scope, b"accept-encoding") or "")
        await app(scope, receive, _Compressing(send) if wanted else send)

    return wrapped


class _Compressing:
    """A ``send`` that holds a page back until it is whole."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Any = None
        self._body = bytearray()

    async def __call__(self, message: Any) -> None:
        kind = message["type"]
        if kind == "http.response.start" and _is_page(message["headers"]):
            self._start = message
        elif kind == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._whole()
        else:
            await self._send(message)

    async def _whole(self) -> None:
        body = bytes(self._body)
        headers = list(self._start["headers"])
        if len(body) >= _SMALL:
            body = gzip.compress(body, _LEVEL, mtime=0)
            headers = [pair for pair in headers if pair[0].lower() != b"content-length"]
            headers += [
                (b"content-encoding", b"gzip"),
                (b"content-length", str(len(body)).encode()),
                (b"vary", b"Accept-Encoding"),
            ]
        self._start["headers"] = headers
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": body, "more_body": False})


def _is_page(headers: Any) -> bool:
    found = {name.lower(): value for name, value in headers}
    return b"content-encoding" not in found and found.get(b"content-type", b"").startswith(_TYPES)
