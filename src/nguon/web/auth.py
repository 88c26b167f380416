# SPDX-License-Identifier: Apache-2.0
"""Who is asking over HTTP: an API key in ``Authorization: Bearer`` or ``X-API-Key``, or as the
password of HTTP Basic, which browsers ask for by themselves.

Each route declares who may use it, ``opt=PUBLIC`` or ``opt=needs("read")``; one
guard enforces it, and the server does not start with a route that declares
nothing.
"""

import asyncio
from base64 import b64decode
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute

from nguon.identity import keys
from nguon.identity.model import Principal
from nguon.web.errors import ForbiddenError, UnauthenticatedError
from nguon.web.languages import header
from nguon.web.services import services

ACCESS = "access"
EVERYONE = "public"
PUBLIC: Mapping[str, Any] = {ACCESS: EVERYONE}
"""``opt`` of a route that needs no key."""

_PRINCIPAL = "nguon.principal"
_BEARER = {"www-authenticate": 'Bearer realm="nguon"'}
_BASIC = {"www-authenticate": 'Basic realm="nguon", charset="UTF-8"'}


def needs(scope: str) -> Mapping[str, Any]:
    """``opt`` of a route that needs a key with this scope."""
    return {ACCESS: scope}


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Lets a request through only as its route declares.

    Raises:
        UnauthenticatedError: no key, or an unknown one, where one is needed.
        ForbiddenError: the key lacks the scope.
    """
    access = handler.opt.get(ACCESS)
    if access == EVERYONE or connection.scope.get("method") == "OPTIONS":
        return
    scope: Any = connection.scope
    principal = await authenticated(scope)
    require(principal, access or "")


def require(principal: Principal, scope: str) -> None:
    """Raises `ForbiddenError` unless the key has the scope."""
    if scope not in principal.scopes:
        raise ForbiddenError("web.scope-missing", scope=scope)


async def authenticated(scope: MutableMapping[str, Any]) -> Principal:
    """The holder of the key sent; kept in the scope.

    Raises:
        UnauthenticatedError: no key, or one that is unknown or revoked.
    """
    known = scope.get(_PRINCIPAL)
    if isinstance(known, Principal):
        return known
    secret = _secret(scope)
    if secret is None:
        raise UnauthenticatedError("web.key-missing", headers=_challenge(scope))
    store = services(scope).store
    principal = keys.recognised(store, secret)
    if principal is None:
        principal = await asyncio.to_thread(keys.authenticate, store, secret)
    if principal is None:
        raise UnauthenticatedError("web.key-unknown", headers=_challenge(scope))
    scope[_PRINCIPAL] = principal
    return principal


def principal_of(scope: Mapping[str, Any]) -> Principal:
    """The holder of the key, in a handler whose route needs one."""
    found: Principal = scope[_PRINCIPAL]
    return found


def declared(app: Litestar) -> Iterator[tuple[str, str, str | None]]:
    """Method, address and access of every route; no access where none is declared."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if method != "OPTIONS":
                    yield method, route.path_format, handler.opt.get(ACCESS)


def _secret(scope: Mapping[str, Any]) -> str | None:
    bearer = header(scope, b"authorization") or ""
    scheme, _, credentials = bearer.partition(" ")
    if scheme.lower() == "bearer" and credentials.strip():
        return credentials.strip()
    if scheme.lower() == "basic":
        return _password(credentials.strip())
    return header(scope, b"x-api-key") or None


def _challenge(scope: Mapping[str, Any]) -> dict[str, str]:
    """Browsers ask for a password by themselves when a page is refused so; systems know Bearer."""
    return _BASIC if "text/html" in (header(scope, b"accept") or "") else _BEARER


def _password(credentials: str) -> str | None:
    """The password of RFC 7617 credentials: how a browser sends a key. The name is ignored."""
    try:
        decoded = b64decode(credentials, validate=True).decode("utf-8")
    except ValueError:
        return None
    return decoded.partition(":")[2] or None
