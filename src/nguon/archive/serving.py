# SPDX-License-Identifier: Apache-2.0
"""The files of a log over HTTP: only paths that a log has, each in its one spelling.

What never changes may be kept for a year by anybody; the checkpoint by nobody. A query is
refused, so that no cache can hold one file under two addresses.
"""

import re
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec

from nguon.transparency.errors import ProofError
from nguon.transparency.tiles import read_path

CHECKPOINT = "checkpoint"

Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Any, Any, Send], Coroutine[Any, Any, None]]
"""An ASGI application, of whatever framework."""

_BESIDE = re.compile("subjects/[0-9a-f]{64}|anchors/[0-9a-z][0-9a-z._-]{0,127}")
_TEXT = b"text/plain; charset=utf-8"
_OCTETS = b"application/octet-stream"
_JSON = b"application/json"
_NEVER = (b"cache-control", b"no-store")
_FOREVER = (b"cache-control", b"public, max-age=31536000, immutable")
_ALWAYS = (
    (b"access-control-allow-origin", b"*"),
    (b"x-content-type-options", b"nosniff"),
)


class Answer(msgspec.Struct, frozen=True):
    """A whole answer, as ASGI wants it."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = b""


def static(folder: Path) -> Application:
    """An application that serves the log in this folder (``<folder>/checkpoint``, …).

    Below a mount it takes what follows the scope's ``root_path``.
    """

    async def served(scope: Any, _receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            return
        # The undecoded path: another spelling of an address is another address.
        raw = scope.get("raw_path") or scope["path"].encode()
        path = raw.decode("latin-1").removeprefix(scope.get("root_path") or "").removeprefix("/")
        found = answer(folder, scope["method"], path, scope.get("query_string") or b"")
        await send(
            {"type": "http.response.start", "status": found.status, "headers": found.headers}
        )
        await send({"type": "http.response.body", "body": found.body, "more_body": False})

    return served


def answer(folder: Path, method: str, path: str, query: bytes = b"") -> Answer:
    """The answer for a path without its leading slash: 200, 404, 405, or 400 for a query."""
    if method not in {"GET", "HEAD"}:
        return _refused(405, b"GET and HEAD only\n", (b"allow", b"GET, HEAD"))
    media = media_type(path)
    if media is None:
        return _refused(404, b"no such path in a log\n")
    if query:
        return _refused(400, b"no query here\n")
    try:
        octets = (folder / path).read_bytes()
    except OSError:
        return _refused(404, b"not here\n")
    headers = (
        (b"content-type", media),
        (b"content-length", b"%d" % len(octets)),
        _NEVER if path == CHECKPOINT else _FOREVER,
        *_ALWAYS,
    )
    return Answer(200, headers, octets if method == "GET" else b"")


def media_type(path: str) -> bytes | None:
    """The media type at a path of a log; None for a path that no log has."""
    if path == CHECKPOINT:
        return _TEXT
    if _BESIDE.fullmatch(path):
        return _JSON if path.startswith("subjects/") else _OCTETS
    try:
        read_path(path)
    except ProofError:
        return None
    return _OCTETS


def _refused(status: int, body: bytes, *more: tuple[bytes, bytes]) -> Answer:
    length = (b"content-length", b"%d" % len(body))
    return Answer(status, ((b"content-type", _TEXT), length, _NEVER, *_ALWAYS, *more), body)
