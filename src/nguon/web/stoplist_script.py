# SPDX-License-Identifier: Apache-2.0
"""The scripts of the stop list's pages: the look-up put together, and the one that serves offline.

The look-up is made of parts of the verifying page (octets, SHA-2, Ed25519) and our own
files; the service worker answers with what the page kept where there is no network.
"""

from functools import cache
from hashlib import sha256

from litestar import Response, get

from nguon.web import assets
from nguon.web.auth import PUBLIC
from nguon.web.pages import complete
from nguon.web.squeezing import squeezed
from nguon.web.verifier import FOLDER as VERIFYING

LOOKUP, WORKER = "/stoplist/lookup.js", "/stoplist/worker.js"
_OWN = ("stoplist", "stoplist_codes", "stoplist_renewing", "stoplist_page")
_PARTS = (
    *(VERIFYING / f"{name}.js" for name in ("octets", "sha2", "ed25519")),
    *(assets.FOLDER / f"{name}.js" for name in _OWN),
)
_HEADERS = {"content-type": "text/javascript; charset=utf-8", "cache-control": "no-cache"}


@get(LOOKUP, opt=dict(PUBLIC), include_in_schema=False)
async def lookup() -> Response[bytes]:
    """The look-up as one script."""
    return complete(200, _HEADERS, source())


@get(WORKER, opt=dict(PUBLIC), include_in_schema=False)
async def worker() -> Response[bytes]:
    """The service worker, which may answer for the pages of the workspace too."""
    octets = (assets.FOLDER / "stoplist_worker.js").read_bytes()
    return complete(200, {**_HEADERS, "service-worker-allowed": "/"}, octets)


@cache
def source() -> bytes:
    """The look-up's parts in their order."""
    parts = "".join(squeezed(file.read_text("utf-8")) for file in _PARTS)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'.encode()


@cache
def address() -> str:
    """Where the look-up is; the address changes with its content."""
    return f"{LOOKUP}?v={sha256(source()).hexdigest()[:8]}"


ROUTES = (lookup, worker)
