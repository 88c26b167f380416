# SPDX-License-Identifier: Apache-2.0
"""The page of the stop list, for shops: type or scan a code; after a visit also without network.

``/stoplist/check`` is for everybody and is what a device keeps; ``/w/stoplist`` is the same in
the workspace. Without a script both ask the server.
"""

import asyncio
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromQuery

from nguon.base.messages import text
from nguon.gs1 import IdentifierError
from nguon.scans.reading import LONGEST, code_in
from nguon.stoplist.publishing import publisher_of
from nguon.store import Store
from nguon.web import stoplist_script, stopped
from nguon.web.auth import PUBLIC, needs
from nguon.web.formats import element_string
from nguon.web.languages import negotiate
from nguon.web.pages import render
from nguon.web.services import services
from nguon.web.work.pages import work

PAGE, WORK = "/stoplist/check", "/w/stoplist"
Requested = Request[Any, Any, Any]


@get(PAGE, opt=dict(PUBLIC), include_in_schema=False)
async def for_everybody(request: Requested, code: FromQuery[str] = "") -> Response[bytes]:
    """The page that a device keeps."""
    context = await asyncio.to_thread(_context, request, code, PAGE)
    return render(request, "stoplist/page.html", cache_control="no-cache", **context)


@get(WORK, opt=dict(needs("capture")), include_in_schema=False)
async def at_work(request: Requested, code: FromQuery[str] = "") -> Response[bytes]:
    """The same in the frame of the workspace."""
    context = await asyncio.to_thread(_context, request, code, WORK)
    return work(request, "stoplist/work.html", here="stoplist", **context)


def _context(request: Requested, code: str, path: str) -> dict[str, Any]:
    store, language = services(request.scope).store, negotiate(request.scope)
    found = _looked_up(store, code.strip()[:LONGEST], language) if code.strip() else {}
    published = publisher_of(store).current()
    manifest = published.manifest
    return {
        "action": path,
        "code": code[:LONGEST],
        "version": manifest.version,
        "count": manifest.count,
        "made": manifest.made,
        "until": manifest.until,
        "size": -(-(len(published.signed) + len(published.filter) + len(published.causes)) // 1024),
        "address": services(request.scope).base_url,
        "script": stoplist_script.address(),
        "wordings": {name: text(f"stoplist.page-{name}", language) for name in _WORDS},
        "stop": None,
        "answer": None,
        **found,
    }


_WORDS = ("none", "good", "old", "stale", "unreadable", "unsure", "stopped", "free")
"""What the script says, in the reader's language."""


def _looked_up(store: Store, code: str, language: Any) -> dict[str, Any]:
    try:
        identifier = code_in(code)
    except IdentifierError:
        return {"answer": "unreadable", "said": text("stoplist.page-unreadable", language)}
    told = stopped.of_code(store, identifier)
    context = stopped.page_context(told, language)
    answer = "free" if told is None else "stopped"
    said = text(f"stoplist.page-{answer}", language)
    return {**context, "answer": answer, "said": said, "read": element_string(identifier.key)}


ROUTES = (for_everybody, at_work)
