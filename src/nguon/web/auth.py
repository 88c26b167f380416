# SPDX-License-Identifier: Apache-2.0
"""Who is asking over HTTP: an API key in ``Authorization: Bearer`` or ``X-API-Key`` or as the
password of HTTP Basic, a person's session in a cookie, or, for a submission alone, the
signature of the request.

Each route declares who may use it, ``opt=PUBLIC`` or ``opt=needs("read")``; one
guard enforces it, and the server does not start with a route that declares
nothing. Where the proof comes along by itself (cookie, Basic), a request that
changes something must come from one of our own pages (`nguon.web.forgery`).
"""

import asyncio
import math
import time
from base64 import b64decode
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute

from nguon.identity import keys, limits
from nguon.identity.access import PURPOSE
from nguon.identity.accounts import sessions
from nguon.identity.accounts.sessions import Signed
from nguon.identity.model import Principal
from nguon.web import forgery, signatures
from nguon.web import sessions as cookies
from nguon.web.errors import (
    ForbiddenError,
    ProveAgainError,
    RequestError,
    TooManyRequestsError,
    UnauthenticatedError,
)
from nguon.web.languages import header
from nguon.web.services import services

ACCESS = "access"
EVERYONE = "public"
SIGNED = "person"
FRESH = "fresh"
PUBLIC: Mapping[str, Any] = {ACCESS: EVERYONE}
"""``opt`` of a route that needs no key."""
PERSONAL: Mapping[str, Any] = {ACCESS: SIGNED}
"""``opt`` of a route for whoever has signed in, in whatever role; no key opens it."""

FRESHLY: Mapping[str, Any] = {FRESH: True}
"""``opt`` to add where a person must have shown within `FRESH_SECONDS` who it is."""
FRESH_SECONDS = 600

_PRINCIPAL = "nguon.principal"
_CREDENTIAL = "nguon.credential"
_SIGNED = "nguon.signed"
_NUL = b"%00"
_BEARER = {"www-authenticate": 'Bearer realm="nguon"'}
_BASIC = {"www-authenticate": 'Basic realm="nguon", charset="UTF-8"'}
_INTERFACES = ("/api/", "/epcis/")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request proves itself with; ``ambient``: browsers add it by themselves."""

    secret: str
    session: bool = False
    ambient: bool = False


def needs(scope: str) -> Mapping[str, Any]:
    """``opt`` of a route that needs a key or a session with this scope."""
    return {ACCESS: scope}


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Lets a request through only as its route declares.

    Raises:
        UnauthenticatedError: no key or session, or an unknown one, where one is needed.
        ForbiddenError: the key or the role lacks the scope.
        ProveAgainError: the route asks for a fresh proof, and the last one is too old.
        RequestError: a NUL in the query, which no database takes.
    """
    if _NUL in connection.scope["query_string"]:
        raise RequestError("web.bad-request")
    access = handler.opt.get(ACCESS)
    if access == EVERYONE or connection.scope.get("method") == "OPTIONS":
        return
    scope: Any = connection.scope
    principal = await authenticated(scope)
    signed = signed_of(scope)
    if signed is not None and signed.bare and access != SIGNED:
        raise ForbiddenError("security.factor-first")
    require(principal, access or "")
    if handler.opt.get(FRESH) and not fresh(scope):
        raise ProveAgainError("security.prove-again", headers=_to_prove(scope))
    PURPOSE.set(f"{scope['method']} {scope['path_template']}")


def require(principal: Principal, scope: str) -> None:
    """Raises `ForbiddenError` unless the key or the role has the scope."""
    if scope == SIGNED:
        if principal.person is None:
            raise ForbiddenError("accounts.person-only")
    elif scope not in principal.scopes:
        code = "web.scope-missing" if principal.person is None else "accounts.scope-missing"
        raise ForbiddenError(code, scope=scope)


def fresh(scope: Mapping[str, Any]) -> bool:
    """Whether who asks has shown within `FRESH_SECONDS` who it is: by signing in, or once more.

    An API key proves itself with each request.
    """
    signed = signed_of(scope)
    if signed is None:
        return _PRINCIPAL in scope
    return signed.proved is not None and time.time() - signed.proved / 1e6 < FRESH_SECONDS


def _to_prove(scope: Mapping[str, Any]) -> dict[str, str]:
    wanted = cookies.address_of(scope) if scope["method"] in forgery.SAFE else "/account/security"
    return {"location": "/account/confirm?" + urlencode({"next": wanted})}


async def authenticated(scope: MutableMapping[str, Any]) -> Principal:
    """Who holds the key or the session sent; kept in the scope.

    Raises:
        UnauthenticatedError: none was sent, or one that is unknown or ended.
        ForbiddenError: the request changes something and does not come from our pages; the
            key may not be used from there.
        TooManyRequestsError: the key asks too often.
    """
    known = scope.get(_PRINCIPAL)
    if isinstance(known, Principal):
        return known
    credential = _credential(scope)
    if credential is None:
        signer = await signatures.signer(scope)
        if signer is None:
            raise UnauthenticatedError("web.key-missing", headers=_challenge(scope))
        scope[_PRINCIPAL] = signer
        return signer
    principal = await (_person if credential.session else _key)(scope, credential.secret)
    if principal is None and credential.session:
        raise UnauthenticatedError("accounts.session-over", headers=_challenge(scope))
    if principal is None:
        raise UnauthenticatedError("web.key-unknown", headers=_challenge(scope))
    if not credential.session:
        _within(scope, principal)
    if credential.ambient and scope["method"] not in forgery.SAFE:
        _own_page(scope, credential)
    scope[_PRINCIPAL] = principal
    scope[_CREDENTIAL] = credential
    return principal


async def signed_in(scope: Any) -> Signed | None:
    """The session of whoever asks, on pages that anybody may open."""
    known = signed_of(scope)
    token = cookies.sent(scope)
    if known is not None or token is None or await _person(scope, token) is None:
        return known
    scope[_CREDENTIAL] = Credential(token, session=True, ambient=True)
    return signed_of(scope)


def principal_of(scope: Mapping[str, Any]) -> Principal:
    """Who asks, in a handler whose route needs a key or a session."""
    found: Principal = scope[_PRINCIPAL]
    return found


def signed_of(scope: Mapping[str, Any]) -> Signed | None:
    """The session of who asks; None for a key."""
    found = scope.get(_SIGNED)
    return found if isinstance(found, Signed) else None


def credential_of(scope: Mapping[str, Any]) -> Credential | None:
    """What who asks proved it with."""
    found = scope.get(_CREDENTIAL)
    return found if isinstance(found, Credential) else None


def declared(app: Litestar) -> Iterator[tuple[str, str, str | None]]:
    """Method, address and access of every route; no access where none is declared."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if method != "OPTIONS":
                    yield method, route.path_format, handler.opt.get(ACCESS)


async def _key(scope: MutableMapping[str, Any], secret: str) -> Principal | None:
    store = services(scope).store
    return keys.recognised(store, secret) or await asyncio.to_thread(
        keys.authenticate, store, secret
    )


async def _person(scope: MutableMapping[str, Any], token: str) -> Principal | None:
    store = services(scope).store
    signed = sessions.recognised(store, token) or await asyncio.to_thread(
        sessions.recognise, store, token
    )
    if signed is None:
        return None
    scope[_SIGNED] = signed
    return signed.principal


def _within(scope: Mapping[str, Any], principal: Principal) -> None:
    """Holds a key to its limits: from where, and how often."""
    if principal.networks:
        client = scope.get("client")
        if not limits.allowed(client[0] if client else "", principal.networks):
            raise ForbiddenError("security.key-address")
    wait = limits.wait(services(scope).store, principal.key_id, principal.rate)
    if wait:
        seconds = max(1, math.ceil(wait))
        headers = {"retry-after": str(seconds)}
        raise TooManyRequestsError("security.key-rate", headers=headers, seconds=seconds)


def _own_page(scope: Mapping[str, Any], credential: Credential) -> None:
    """A page's form has its token in the body, where `nguon.web.forms.submitted` looks at it;
    interfaces for programs read no forms, whatever the body calls itself.
    """
    forgery.check_origin(scope)
    media_type = (header(scope, b"content-type") or "").partition(";")[0].strip().lower()
    if media_type not in _FORMS or scope["path"].startswith(_INTERFACES):
        forgery.check_token(credential.secret, header(scope, forgery.HEADER) or "")


def _credential(scope: Mapping[str, Any]) -> Credential | None:
    sent = header(scope, b"authorization") or ""
    scheme, _, credentials = sent.partition(" ")
    if scheme.lower() == "bearer" and credentials.strip():
        return Credential(credentials.strip())
    if scheme.lower() == "basic":
        password = _password(credentials.strip())
        return None if password is None else Credential(password, ambient=True)
    key = header(scope, b"x-api-key")
    if key:
        return Credential(key)
    token = cookies.sent(scope)
    return None if token is None else Credential(token, session=True, ambient=True)


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
