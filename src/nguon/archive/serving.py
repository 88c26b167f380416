# SPDX-License-Identifier: Apache-2.0
"""The files of a log over HTTP: only paths that a log has, each in its one spelling.

What never changes may be kept for a year by anybody; the checkpoint by nobody. A query is
refused, so that no cache can hold one file under two addresses. What a path is answered
stands in `nguon.archive.served`; this is plain ASGI around it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from nguon.archive.served import (
    CHECKPOINT,
    FOREVER,
    Answer,
    Remembered,
    answer,
    media_type,
    wants_gzip,
)

__all__ = [
    "CHECKPOINT",
    "Answer",
    "Application",
    "Remembered",
    "answer",
    "found",
    "give",
    "media_type",
    "static",
]

Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Any, Any, Send], Awaitable[None]]
"""An ASGI application, of whatever framework."""

_MIB = 1 << 20


def static(folder: Path, keep: int = 32 * _MIB) -> Application:
    """An application that serves the log in this folder (``<folder>/checkpoint``, …).

    Below a mount it takes what follows the scope's ``root_path``. Up to ``keep`` octets of
    files that never change stay in memory.
    """
    remembered = Remembered(keep)

    async def served(scope: Any, _receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            return
        path = sent_path(scope).removeprefix(scope.get("root_path") or "").removeprefix("/")
        await give(scope, send, await found(scope, folder, path, remembered))

    return served


def sent_path(scope: Mapping[str, Any]) -> str:
    """A request's path as it was sent: another spelling of an address is another address."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogatepass")
    return raw.decode("latin-1")


async def found(scope: Mapping[str, Any], folder: Path, path: str, kept: Remembered) -> Answer:
    """What a request for this path of a log's folder is answered; files are read in a thread."""
    gzipped = wants_gzip(scope["headers"])
    query = scope.get("query_string") or b""
    key = (str(folder), path, gzipped)
    known = kept.get(key)
    if known is not None and not query and scope["method"] in {"GET", "HEAD"}:
        return known
    made = await asyncio.to_thread(
        answer, folder, scope["method"], path, query, gzipped=gzipped, sizes=kept.sizes
    )
    if made.status == 200 and FOREVER in made.headers:
        kept.keep(key, made)
    return made


async def give(scope: Mapping[str, Any], send: Send, made: Answer) -> None:
    """Sends an answer; its body not to ``HEAD``."""
    headers = list(made.headers)
    await send({"type": "http.response.start", "status": made.status, "headers": headers})
    body = b"" if scope["method"] == "HEAD" else made.body
    await send({"type": "http.response.body", "body": body, "more_body": False})
