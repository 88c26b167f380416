# SPDX-License-Identifier: Apache-2.0
"""The start page of the workspace: what this role can do, as tiles."""

from typing import Any

from litestar import Request, Response, get

from nguon.web.auth import needs
from nguon.web.work.pages import work


@get("/w", opt=dict(needs("read")), include_in_schema=False)
async def start(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The menu once more, large enough for a thumb."""
    return work(request, "work/start.html", here="start")


ROUTES = (start,)
