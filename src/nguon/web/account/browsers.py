# SPDX-License-Identifier: Apache-2.0
"""What a request tells of the browser it comes from, and where it may be sent on to."""

import re
from collections.abc import Mapping
from typing import Any

from litestar import Response

from nguon.identity.accounts.browsers import Browser
from nguon.web import sessions as cookies
from nguon.web.languages import header
from nguon.web.work.pages import go_to

_OWN = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
_YEAR = 365 * 24 * 3600
_LONGEST = 2000
_PLACES = 8
"""Memberships that a browser remembers: several people may share it."""


def browser(scope: Mapping[str, Any]) -> Browser:
    """The browser behind a request."""
    client = scope.get("client")
    return Browser(
        address=client[0] if client else "",
        agent=header(scope, b"user-agent") or "",
        session=cookies.sent(scope),
        mark=cookies.sent(scope, cookies.MARK),
        stood=_stood(scope),
    )


def _stood(scope: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple((cookies.sent(scope, cookies.STANDING) or "").split(".")[:_PLACES])


def own_page(wanted: str) -> str:
    """An address on this server; the start of the workspace for any other."""
    return wanted if len(wanted) <= _LONGEST and _OWN.fullmatch(wanted) else "/w"


def enter(
    scope: Mapping[str, Any],
    path: str,
    token: str,
    mark: str | None = None,
    standing: str | None = None,
) -> Response[bytes]:
    """Send a browser on with a new session; it keeps for which membership it speaks."""
    answer = go_to(path)
    answer.set_cookie(cookies.made(scope, token))
    if mark is not None:
        answer.set_cookie(cookies.kept(scope, cookies.MARK, mark, _YEAR))
    if standing is not None:
        places = ".".join([standing, *(one for one in _stood(scope) if one != standing)][:_PLACES])
        answer.set_cookie(cookies.kept(scope, cookies.STANDING, places, _YEAR))
    return answer
