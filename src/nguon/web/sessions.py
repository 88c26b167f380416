# SPDX-License-Identifier: Apache-2.0
"""Our cookies: bound to this host where the server is reached over TLS."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from litestar.datastructures import Cookie

from nguon.identity.accounts.sessions import LONGEST
from nguon.web.languages import header
from nguon.web.services import services

SESSION = "session"
MARK = "browser"
"""Stays after signing out: `nguon.identity.accounts.attempts` knows the browser by it."""
VISITOR = "visitor"
"""Holds the secret of the forms of whoever has not signed in."""
TYPED = "typed"
"""The form that waits for its sender to sign in again: `nguon.web.typed`."""
STANDING = "standing"
"""For which memberships the browser spoke, the last one first."""
WAITING = "waiting"
"""A sign-in that waits for its second factor: `nguon.identity.accounts.entering`."""
SHOWN = "shown"
"""Secrets that their owner may see once more: `nguon.web.shown`."""
AWAY = "away"
"""Knows the browser again that went to a provider: `nguon.web.account.oidc`."""
PROVIDER = "provider"
"""Where the browser's person signed in, and may still be signed in."""
IDENTIFIED = "identified"
"""Whom a provider identified, for the page that asked: `nguon.web.account.identified`."""
INVITED = "invited"
"""The invitation whose link its maker may still see."""


def made(scope: Mapping[str, Any], token: str) -> Cookie:
    """The cookie that gives a browser its session."""
    return kept(scope, SESSION, token, LONGEST)


def ended(scope: Mapping[str, Any]) -> Cookie:
    """The cookie that takes it away."""
    return kept(scope, SESSION, "", 0)


def sent(scope: Mapping[str, Any], name: str = SESSION) -> str | None:
    """The value of one of our cookies, if it was sent."""
    wanted = _name(scope, name)
    for pair in (header(scope, b"cookie") or "").split(";"):
        found, _, value = pair.strip().partition("=")
        if found == wanted:
            return value or None
    return None


def kept(scope: Mapping[str, Any], name: str, value: str, seconds: int) -> Cookie:
    """A cookie that scripts cannot read and other sites' requests that change things lack."""
    return Cookie(
        key=_name(scope, name),
        value=value,
        path="/",
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=_over_tls(scope),
    )


def sign_in_address(scope: Mapping[str, Any]) -> str:
    """Where to sign in, and come back to this page from."""
    return "/account/sign-in?" + urlencode({"next": address_of(scope)})


def quoted(address: str) -> str:
    """An address as the value of a parameter."""
    return quote(address, safe="")


def address_of(scope: Mapping[str, Any]) -> str:
    """The path and query of a request, as they were sent."""
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope.get("query_string", b"")
    return str((path + (b"?" + query if query else b"")).decode("latin-1"))


def _name(scope: Mapping[str, Any], name: str) -> str:
    """The prefix makes browsers keep the cookie from other hosts of the domain."""
    return f"__Host-{name}" if _over_tls(scope) else name


def _over_tls(scope: Mapping[str, Any]) -> bool:
    return services(scope).base_url.startswith("https:")
