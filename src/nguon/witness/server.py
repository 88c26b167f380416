# SPDX-License-Identifier: Apache-2.0
"""The witness over HTTP (C2SP tlog-witness), as one ASGI callable that answers every request."""

import asyncio
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from sqlite3 import OperationalError
from typing import Any, TypeVar

import msgspec

from nguon.base.messages import Language
from nguon.transparency.errors import WitnessError
from nguon.transparency.notes import NOTE_LIMIT
from nguon.witness.limits import Buckets
from nguon.witness.page import POLICY, page
from nguon.witness.service import Witness

_T = TypeVar("_T")
_LOG = logging.getLogger(__name__)
_PLAIN = "text/plain; charset=utf-8"
_PATIENCE = 10.0
"""Seconds that a client may take to send a body."""
_NOTE = re.compile("/([0-9a-f]{64})/checkpoint")
RATE, BURST = 50.0, 200.0
"""Requests from one address: a second, and at once."""


class Reply(msgspec.Struct, frozen=True):
    """An answer."""

    status: int
    body: bytes
    media_type: str = _PLAIN
    headers: tuple[tuple[str, str], ...] = ()


_AGAIN = ("retry-after", "1")
_HANG_UP = ("connection", "close")
_FLOOD = Reply(429, b"too many requests\n", headers=(_AGAIN, _HANG_UP))
_LONG = Reply(413, b"request too long\n", headers=(_HANG_UP,))
_SLOW = Reply(408, b"request too slow\n", headers=(_HANG_UP,))
_UNREADY = Reply(503, b"the state cannot be written now\n", headers=(_AGAIN,))
_NOWHERE = Reply(404, b"not found\n")


class Server:
    """The ASGI callable; all work on the state is done in one thread, in order of arrival."""

    def __init__(self, witness: Witness, *, buckets: Buckets | None = None) -> None:
        self._witness = witness
        self._buckets = buckets or Buckets(RATE, BURST)
        self._thread = ThreadPoolExecutor(1, "witness")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers; nothing that is sent makes this raise."""
        if scope["type"] != "http":
            return
        try:
            reply = await self._reply(scope, receive)
        except Exception:  # noqa: BLE001 - no request may end the answers to others
            _LOG.exception("a request could not be answered")
            reply = _UNREADY
        headers = [
            ("content-type", reply.media_type),
            ("content-length", str(len(reply.body))),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            *reply.headers,
        ]
        pairs = [(name.encode(), value.encode()) for name, value in headers]
        body = b"" if scope["method"] == "HEAD" else reply.body
        await send({"type": "http.response.start", "status": reply.status, "headers": pairs})
        await send({"type": "http.response.body", "body": body})

    async def _reply(self, scope: Any, receive: Any) -> Reply:
        path, method = scope["path"], scope["method"]
        posting, note = path == "/add-checkpoint", _NOTE.fullmatch(path)
        if not (posting or note or path == "/"):
            return _NOWHERE
        allowed = ("POST",) if posting else ("GET", "HEAD")
        if method not in allowed:
            return Reply(405, b"", headers=(("allow", ", ".join(allowed)), _HANG_UP))
        if not self._buckets.take((scope.get("client") or ("",))[0]):
            return _FLOOD
        if posting:
            return await self._add(receive)
        if note:
            found = await self._done(lambda: self._witness.latest(note[1]))
            return Reply(200, found) if found else _NOWHERE
        language = _language(scope)
        logs = await self._done(self._witness.state.watched)
        body = page(self._witness.signer.key, logs, language)
        headers = ("content-security-policy", POLICY), ("vary", "accept-language")
        return Reply(200, body, "text/html; charset=utf-8", headers)

    async def _add(self, receive: Any) -> Reply:
        try:
            async with asyncio.timeout(_PATIENCE):
                body = await _body(receive)
        except TimeoutError:
            return _SLOW
        if body is None:
            return _LONG
        try:
            return Reply(200, await self._done(lambda: self._witness.add(body)))
        except WitnessError as refused:
            again = (_AGAIN,) if refused.status == 429 else ()
            return Reply(refused.status, refused.body.encode(), refused.media_type, again)
        except OperationalError as error:  # Locked for long, or the disk is full.
            _LOG.warning("the state could not be written: %s", error)
            return _UNREADY

    async def _done(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


async def _body(receive: Any) -> bytes | None:
    """The body; None as soon as it is longer than a note may be, with its proof."""
    found = bytearray()
    while True:
        message = await receive()
        found += message.get("body", b"")
        if len(found) > NOTE_LIMIT:
            return None
        if not message.get("more_body", False):
            return bytes(found)


def _language(scope: Any) -> Language:
    wanted = scope.get("query_string", b"")
    spoken = next((value for name, value in scope["headers"] if name == b"accept-language"), b"vi")
    if wanted in {b"lang=en", b"lang=vi"}:
        return "en" if wanted == b"lang=en" else "vi"
    return "en" if spoken.lower().startswith(b"en") else "vi"
