# SPDX-License-Identifier: Apache-2.0
"""The public page about enrolling: what is needed, the three ways, for whom which is."""

from typing import Any

from litestar import Request, Response, get

from nguon.web.auth import PUBLIC
from nguon.web.pages import render


@get("/enrol", opt=dict(PUBLIC), include_in_schema=False)
async def enrol(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Before anything is typed: what enrolling is, and what one needs for it."""
    return render(request, "enrol.html")


ROUTES = (enrol,)
