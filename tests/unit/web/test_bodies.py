# SPDX-License-Identifier: Apache-2.0
"""Reading bodies: media types, the limit while streaming, a client that goes away."""

import asyncio
from typing import Any

import pytest

from nguon.web.bodies import require_json, whole
from nguon.web.errors import BodyTooLargeError, MediaTypeError, RequestError


def scope(**headers: str) -> dict[str, Any]:
    return {
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ]
    }


def read(pieces: list[bytes], limit: int, *, ends: bool = True, **headers: str) -> bytes:
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": piece, "more_body": True} for piece in pieces
    ]
    if ends:
        messages[-1]["more_body"] = False
    else:
        messages.append({"type": "http.disconnect"})
    waiting = iter(messages)

    async def receive() -> Any:
        return next(waiting)

    return asyncio.run(whole(scope(**headers), receive, limit))


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/ld+json",
        'application/json; charset="UTF-8"',
    ],
)
def test_json_is_read(content_type: str) -> None:
    require_json(scope(content_type=content_type))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content_type": "text/plain"},
        {"content_type": "application/xml"},
        {"content_type": "application/json; charset=utf-16"},
        {"content_type": "application/json", "content_encoding": "gzip"},
    ],
)
def test_other_forms_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(MediaTypeError) as refused:
        require_json(scope(**headers))
    assert refused.value.code == "web.media-type"


def test_limit_is_inclusive() -> None:
    assert read([b"ab", b"cd"], 4) == b"abcd"


def test_one_octet_more_is_refused_while_streaming() -> None:
    with pytest.raises(BodyTooLargeError) as refused:
        read([b"ab", b"cde", b"never read"], 4, ends=False)
    assert refused.value.headers == {"GS1-EPCIS-Capture-File-Size-Limit": "4"}
    assert refused.value.params == {"limit": 4}


def test_an_announced_length_is_refused_before_reading() -> None:
    with pytest.raises(BodyTooLargeError):
        read([b""], 4, content_length="5")


def test_a_client_that_goes_away() -> None:
    with pytest.raises(RequestError) as refused:
        read([b"ab"], 4, ends=False)
    assert refused.value.code == "web.disconnected"
