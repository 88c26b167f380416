# SPDX-License-Identifier: Apache-2.0
"""What a request tells of the browser it comes from."""

from collections.abc import Mapping
from typing import Any

from nguon.identity.accounts.browsers import Browser
from nguon.web import sessions as cookies
from nguon.web.languages import header

PLACES = 8
"""Memberships that a browser remembers: several people may share it."""


def browser(scope: Mapping[str, Any]) -> Browser:
    """The browser behind a request."""
    client = scope.get("client")
    return Browser(
        address=client[0] if client else "",
        agent=header(scope, b"user-agent") or "",
        session=cookies.sent(scope),
        mark=cookies.sent(scope, cookies.MARK),
        stood=stood(scope),
    )


def stood(scope: Mapping[str, Any]) -> tuple[str, ...]:
    """For which memberships it spoke, the last one first."""
    return tuple((cookies.sent(scope, cookies.STANDING) or "").split(".")[:PLACES])
