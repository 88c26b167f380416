# SPDX-License-Identifier: Apache-2.0
"""For which address passkeys are good: this server's own."""

from typing import Any

from litestar import Request

from nguon.base.messages import text
from nguon.identity.accounts.passkeys import Site
from nguon.web.services import services


def site_of(request: Request[Any, Any, Any]) -> Site:
    """This server, as browsers know it."""
    return Site(services(request.scope).base_url, text("web.site", "en"))


def usable(request: Request[Any, Any, Any]) -> bool:
    """Whether browsers make passkeys for this server."""
    return site_of(request).usable
