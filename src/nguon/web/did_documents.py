# SPDX-License-Identifier: Apache-2.0
"""The documents of did:web: of each party with a signing key, and of the platform itself."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from nguon.parties.keys import queries
from nguon.parties.keys.naming import did
from nguon.parties.keys.published import did_document
from nguon.store import Store
from nguon.web.auth import PUBLIC
from nguon.web.errors import NotFoundError
from nguon.web.pages import complete
from nguon.web.services import services

_TYPE = "application/did+ld+json"
_HEADERS = {
    "content-type": _TYPE,
    "access-control-allow-origin": "*",
    "cache-control": "public, max-age=60",
}
_ANY = Request[Any, Any, Any]


@get("/.well-known/did.json", opt=dict(PUBLIC), tags=["parties"], summary="Keys of the platform")
async def of_platform(request: _ANY) -> Response[bytes]:
    """The document of the platform's own did:web; 404 before it has a key."""
    return await _document(request, "")


@get("/parties/{code:str}/did.json", opt=dict(PUBLIC), tags=["parties"], summary="Keys of a party")
async def of_party(request: _ANY, code: FromPath[str]) -> Response[bytes]:
    """The document of a party's did:web: every key it was ever bound to, and which of them stand.

    Households and people are named by letters that tell nothing.
    """
    return await _document(request, code)


async def _document(request: _ANY, party: str) -> Response[bytes]:
    octets = await asyncio.to_thread(_made, services(request.scope).store, party)
    return complete(200, _HEADERS, octets)


def _made(store: Store, party: str) -> bytes:
    keys = queries.of_party(store, party)
    if not keys:
        raise NotFoundError("web.not-found")
    return msgspec.json.encode(did_document(did(store, party), keys, datetime.now(UTC)))


ROUTES = (of_platform, of_party)
