# SPDX-License-Identifier: Apache-2.0
"""Sending a browser on after signing in, and nowhere but to our own pages."""

import re
from collections.abc import Mapping
from typing import Any

from litestar import Response

from nguon.web import sessions as cookies
from nguon.web.callers import PLACES, stood
from nguon.web.work.pages import go_to

_OWN = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
_YEAR = 365 * 24 * 3600
_LONGEST = 2000


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
        places = ".".join([standing, *(one for one in stood(scope) if one != standing)][:PLACES])
        answer.set_cookie(cookies.kept(scope, cookies.STANDING, places, _YEAR))
    return answer
