# SPDX-License-Identifier: Apache-2.0
"""The answer to any text from any code: our passport where we know it, else an honest page.

The page says what the text is, who would know, what nobody here can verify and
what one can do. Nothing is fetched, and no address in a code is ever followed
or made a link.
"""

import asyncio
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Request, Response
from litestar.response import Redirect

from nguon.gs1 import Identifier
from nguon.identity.visibility import PUBLIC as EVERYBODY
from nguon.passport import service
from nguon.registry.bridge import queries as bridge
from nguon.registry.bridge.model import Match
from nguon.scans.model import Way
from nguon.scans.reading import Reading, read
from nguon.scans.texts import Sort
from nguon.store import Store
from nguon.web.code_pages import malformed
from nguon.web.foreign_words import described
from nguon.web.languages import negotiate
from nguon.web.linkset import path_of
from nguon.web.pages import complete, render
from nguon.web.services import services

_WORDS = re.compile(r"[^\W\d_]{2}")
_LONGEST = 200


async def answered(
    request: Request[Any, Any, Any], text: str, *, typed: bool = False
) -> Response[Any]:
    """A redirect to what we know of it, or a page; ``typed`` words are looked for in registers."""
    reading = read(text, _own_host(request))
    if reading.identifier is not None:
        return await _identified(request, reading, reading.identifier)
    matches = await _called(request, reading)
    if matches:
        return _page(request, reading, matches)
    if reading.error is not None and not _searched(reading):
        status, headers, body = malformed(request.scope, reading.error)
        return complete(status, headers, body)
    if typed and _searched(reading):
        return Redirect(f"/r?q={quote(reading.text[:_LONGEST])}", status_code=303)
    return _page(request, reading)


def _own_host(request: Request[Any, Any, Any]) -> str:
    return urlsplit(services(request.scope).base_url).hostname or ""


def _searched(reading: Reading) -> bool:
    """Words that may be a name or another body's code."""
    words = reading.content is not None and reading.content.sort is Sort.WORDS
    return words and reading.error is None and _WORDS.search(reading.text) is not None


async def _called(request: Request[Any, Any, Any], reading: Reading) -> list[Match]:
    """What a name of another system stands for here, as firms have declared it."""
    if reading.content is not None and reading.content.sort is not Sort.WORDS:
        return []
    store = services(request.scope).store
    found = await asyncio.to_thread(bridge.resolve, store, EVERYBODY, reading.text)
    return [match for match in found if match.holds]


async def _identified(
    request: Request[Any, Any, Any], reading: Reading, identifier: Identifier
) -> Response[Any]:
    found = services(request.scope)
    if identifier.key.startswith("vn-"):
        return Redirect(f"/r/place/{identifier.key}", status_code=303)
    if await asyncio.to_thread(_known, found.store, identifier):
        found.scans.saw(identifier.key, request.scope, Way.TYPED)
        return Redirect(f"/p/{path_of(identifier)}", status_code=303)
    matches = await _called(request, reading)
    elsewhere = reading.address is not None and reading.address.sent != _own_host(request)
    if matches or elsewhere:
        return _page(request, reading, matches)
    return Redirect(f"/p/{path_of(identifier)}", status_code=303)


def _known(store: Store, identifier: Identifier) -> bool:
    return bool(service.known(store, (identifier.key, *identifier.memberships), EVERYBODY))


def _page(
    request: Request[Any, Any, Any], reading: Reading, matches: Sequence[Match] = ()
) -> Response[bytes]:
    told = described(reading, matches, negotiate(request.scope))
    return render(request, "scan/foreign.html", cache_control="no-store", told=told)
