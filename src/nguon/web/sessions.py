# SPDX-License-Identifier: Apache-2.0
"""The session cookie: bound to this host where the server is reached over TLS."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from nguon.identity.accounts.sessions import LONGEST
from nguon.web.languages import header
from nguon.web.services import services

_SECURE = "__Host-session"
_PLAIN = "session"


def sent(scope: Mapping[str, Any]) -> str | None:
    """The token of the session cookie, if one was sent."""
    return read(scope, _name(scope))


def read(scope: Mapping[str, Any], wanted: str) -> str | None:
    """The value of a cookie."""
    for pair in (header(scope, b"cookie") or "").split(";"):
        name, _, value = pair.strip().partition("=")
        if name == wanted:
            return value or None
    return None


def made(scope: Mapping[str, Any], token: str) -> str:
    """The ``Set-Cookie`` value that gives a browser its session."""
    return written(scope, _name(scope), token, LONGEST)


def ended(scope: Mapping[str, Any]) -> str:
    """The ``Set-Cookie`` value that takes it away."""
    return written(scope, _name(scope), "", 0)


def written(scope: Mapping[str, Any], name: str, value: str, seconds: int) -> str:
    """A ``Set-Cookie`` value that scripts cannot read."""
    secure = "; Secure" if _over_tls(scope) else ""
    return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def sign_in_address(scope: Mapping[str, Any]) -> str:
    """Where to sign in, and come back to this page from."""
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope.get("query_string", b"")
    wanted = path + (b"?" + query if query else b"")
    return "/account/sign-in?" + urlencode({"next": wanted.decode("latin-1")})


def _name(scope: Mapping[str, Any]) -> str:
    return _SECURE if _over_tls(scope) else _PLAIN


def _over_tls(scope: Mapping[str, Any]) -> bool:
    return services(scope).base_url.startswith("https:")
