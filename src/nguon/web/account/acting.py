# SPDX-License-Identifier: Apache-2.0
"""Who acts on a page of their own account."""

from typing import Any

from litestar import Request

from nguon.identity.accounts.sessions import Signed
from nguon.web.auth import signed_of


def signed_by(request: Request[Any, Any, Any]) -> Signed:
    """The session behind a request, on a route for people."""
    found = signed_of(request.scope)
    assert found is not None, "the route is for people only"
    return found


def person_of(request: Request[Any, Any, Any]) -> int:
    """The number of the person behind it."""
    return signed_by(request).principal.person or 0
