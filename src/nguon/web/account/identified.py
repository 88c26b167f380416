# SPDX-License-Identifier: Apache-2.0
"""Whom a provider identified, for the page that sent somebody there.

A page leads to ``/account/oidc/{provider}/start?purpose=…&next=<itself>``; when
the browser is back there, `look` tells and `take` takes, once, in that session.
"""

from typing import Any

from litestar import Request, Response

from nguon.identity.oidc import handing
from nguon.identity.oidc.model import Identified, Purpose
from nguon.web import sessions as cookies
from nguon.web.services import services


def holder_of(request: Request[Any, Any, Any]) -> str:
    """Who holds what comes back: the session, else the cookie of whoever went."""
    away = cookies.sent(request.scope, cookies.AWAY)
    return cookies.sent(request.scope) or away or ""


def give(
    request: Request[Any, Any, Any], answer: Response[bytes], purpose: Purpose, found: Identified
) -> None:
    """Keep it for the page that asked, a quarter of an hour."""
    store = services(request.scope).store
    token = handing.give(store, purpose, holder_of(request), found)
    answer.set_cookie(cookies.kept(request.scope, cookies.IDENTIFIED, token, handing.SECONDS))


def look(request: Request[Any, Any, Any], purpose: Purpose) -> Identified | None:
    """Whom the provider identified; None where nobody came back for this purpose."""
    token = cookies.sent(request.scope, cookies.IDENTIFIED)
    if token is None:
        return None
    return handing.look(services(request.scope).store, purpose, holder_of(request), token)


def take(request: Request[Any, Any, Any], purpose: Purpose) -> Identified | None:
    """As `look`, and nobody gets it again."""
    token = cookies.sent(request.scope, cookies.IDENTIFIED)
    if token is None:
        return None
    return handing.take(services(request.scope).store, purpose, holder_of(request), token)
