# SPDX-License-Identifier: Apache-2.0
"""The public page about enrolling: what is needed, the three ways, for whom which is."""

from typing import Any

from litestar import Request, Response, get

from nguon.identity.model import Scope
from nguon.web.auth import PUBLIC, signed_in
from nguon.web.pages import render


@get("/enrol", opt=dict(PUBLIC), include_in_schema=False)
async def enrol(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Before anything is typed: what enrolling is, and what one needs for it."""
    signed = await signed_in(request.scope)
    may = signed is None or signed.principal.may(Scope.REGISTRY)
    return render(request, "enrol.html", may=may)


ROUTES = (enrol,)
