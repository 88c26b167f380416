# SPDX-License-Identifier: Apache-2.0
"""Request bodies: read as they come, never beyond the limit, large ones onto the disk."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from litestar.types import Receive

from nguon.web.errors import BodyTooLargeError, MediaTypeError, RequestError
from nguon.web.languages import header

JSON_TYPES = frozenset({"application/json", "application/ld+json"})


def require_json(scope: Mapping[str, Any]) -> None:
    """Raises `MediaTypeError` unless the body is announced as UTF-8 JSON and not encoded."""
    media_type, _, parameters = (header(scope, b"content-type") or "").partition(";")
    encoding = header(scope, b"content-encoding") or "identity"
    charset = parameters.lower().partition("charset=")[2].strip(' "') or "utf-8"
    if (
        media_type.strip().lower() not in JSON_TYPES
        or encoding.strip().lower() != "identity"
        or charset not in {"utf-8", "utf8", "us-ascii"}
    ):
        raise MediaTypeError(
            "web.media-type", headers={"accept-post": ", ".join(sorted(JSON_TYPES))}
        )


async def chunks(scope: Mapping[str, Any], receive: Receive, limit: int) -> AsyncIterator[bytes]:
    """The body's pieces.

    Raises:
        BodyTooLargeError: as soon as it is announced or found to be over ``limit`` octets.
        RequestError: ``web.disconnected``, the client went away before the end.
    """
    too_large = BodyTooLargeError(
        "web.body-too-large",
        headers={"GS1-EPCIS-Capture-File-Size-Limit": str(limit)},
        limit=limit,
    )
    announced = header(scope, b"content-length") or ""
    if announced.isdigit() and int(announced) > limit:
        raise too_large
    total = 0
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise RequestError("web.disconnected")
        chunk = message["body"]
        total += len(chunk)
        if total > limit:
            raise too_large
        more = message["more_body"]
        yield chunk


async def whole(scope: Mapping[str, Any], receive: Receive, limit: int) -> bytes:
    """The body at once; raises as `chunks` does."""
    return b"".join([chunk async for chunk in chunks(scope, receive, limit)])
