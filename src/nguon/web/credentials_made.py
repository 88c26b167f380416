# SPDX-License-Identifier: Apache-2.0
"""UNTP documents for anybody, made when they are asked for: ``/api/v1/credentials/passport/…``."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from nguon.attesting import lists, outputs, serving, subjects
from nguon.attesting.signing import kept
from nguon.credentials import jwt
from nguon.store import Store
from nguon.web.auth import PUBLIC
from nguon.web.credential_answers import answered, form_of
from nguon.web.credential_events import events
from nguon.web.services import services

BASE = "/api/v1/credentials"
_ANY = Request[Any, Any, Any]
_Make = Callable[[Store, datetime], outputs.Told]


@get(
    f"{BASE}/passport/{{key:path}}",
    opt=dict(PUBLIC),
    tags=["credentials"],
    summary="A product passport (UNTP)",
)
async def passport(request: _ANY, key: FromPath[str]) -> Response[bytes]:
    """Of a product, a lot or a piece, by its key (`01/…/10/…`); as JWT, or with a proof inside."""
    return await _made(request, lambda store, now: outputs.passport(store, _key(store, key), now))


@get(
    f"{BASE}/facility/{{key:path}}",
    opt=dict(PUBLIC),
    tags=["credentials"],
    summary="A facility record (UNTP)",
)
async def facility(request: _ANY, key: FromPath[str]) -> Response[bytes]:
    """Of a registered place, by its key (`414/…`, `vn-area:…`), as the public may know it."""
    return await _made(request, lambda store, _: outputs.facility(store, _key(store, key)))


@get(
    f"{BASE}/identity/{{party:str}}",
    opt=dict(PUBLIC),
    tags=["credentials"],
    summary="An identity anchor (UNTP)",
)
async def identity(request: _ANY, party: FromPath[str]) -> Response[bytes]:
    """That the DID of an enrolled organisation is that of a legal entity; by the platform."""
    return await _made(request, lambda store, now: outputs.identity(store, party, now))


@get(
    f"{BASE}/events/{{key:path}}",
    opt=dict(PUBLIC),
    tags=["credentials"],
    summary="Traceability events (UNTP)",
)
async def traceability(
    request: _ANY, key: FromPath[str], version: FromQuery[str] = "0.7.0"
) -> Response[bytes]:
    """What is recorded of an item, as the public may know it; ``version`` 0.8 is plain EPCIS."""
    return await _made(request, lambda store, _: events(store, _key(store, key), version))


@get(f"{BASE}/{{number:str}}", opt=dict(PUBLIC), tags=["credentials"], summary="A credential")
async def issued(request: _ANY, number: FromPath[str]) -> Response[bytes]:
    """A credential that was issued here, as JWT or with a proof inside."""
    store, wanted = services(request.scope).store, form_of(request)
    return await answered(lambda: serving.served(store, number, kept(store), wanted))


@get(
    "/api/v1/status/{number:str}",
    opt=dict(PUBLIC),
    tags=["credentials"],
    summary="A status list",
)
async def status_list(request: _ANY, number: FromPath[str]) -> Response[bytes]:
    """A Bitstring Status List as signed credential; one bit for each credential of the list."""
    store = services(request.scope).store

    def made() -> tuple[str, bytes]:
        told = lists.token(store, number, kept(store), datetime.now(UTC))
        return jwt.MEDIA_TYPE, told.encode()

    return await answered(made, seconds=60)


async def _made(request: _ANY, make: _Make) -> Response[bytes]:
    store, wanted = services(request.scope).store, form_of(request)

    def made() -> tuple[str, bytes]:
        now = datetime.now(UTC)
        return outputs.secured(store, make(store, now), kept(store), now, wanted)

    return await answered(made)


def _key(store: Store, path: str) -> str:
    return subjects.key_of(store, path.lstrip("/"))


ROUTES = (passport, facility, identity, traceability, issued, status_list)
