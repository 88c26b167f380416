# SPDX-License-Identifier: Apache-2.0
"""Credentials as answers: the form that a client accepts, headers, status lists."""

import asyncio
from collections.abc import Callable
from typing import Any

from litestar import Request, Response

from nguon.attesting.forms import form
from nguon.attesting.outputs import JWT
from nguon.web.choosing import accepted
from nguon.web.errors import NotAcceptableError
from nguon.web.languages import header
from nguon.web.pages import complete

_ANY = Request[Any, Any, Any]


def form_of(request: _ANY) -> str:
    """The form that is asked for, JWT unless another is; raises `NotAcceptableError`."""
    sent = header(request.scope, b"accept")
    found = JWT if not sent else form(accepted(sent))
    if found is None:
        raise NotAcceptableError("attesting.not-acceptable")
    return found


async def answered(make: Callable[[], tuple[str, bytes]], *, seconds: int = 300) -> Response[bytes]:
    """What was made, for anybody, to be kept for so long."""
    media_type, octets = await asyncio.to_thread(make)
    headers = {
        "content-type": media_type,
        "cache-control": f"public, max-age={seconds}",
        "access-control-allow-origin": "*",
        "vary": "accept",
        "x-content-type-options": "nosniff",
    }
    return complete(200, headers, octets)
