# SPDX-License-Identifier: Apache-2.0
"""The stop list for programs and phones: one code, many codes, and the signed list in parts."""

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from nguon import gs1
from nguon.registry.links import keys
from nguon.scans.reading import code_in
from nguon.stoplist.errors import VersionGoneError
from nguon.stoplist.publishing import Publisher, publisher_of
from nguon.stoplist.shards import Line
from nguon.web import stopped
from nguon.web.auth import PUBLIC, needs
from nguon.web.pages import complete
from nguon.web.services import services

MOST_CODES = 1000
_OPEN = {"access-control-allow-origin": "*"}
_NOW = {**_OPEN, "cache-control": "public, max-age=2"}
_KEPT = {**_OPEN, "cache-control": "public, max-age=86400, immutable"}
Requested = Request[Any, Any, Any]


class CodesBody(msgspec.Struct, frozen=True):
    """Codes as scanned or typed, at most a thousand."""

    codes: Annotated[list[str], msgspec.Meta(max_length=MOST_CODES)]


@get("/stoplist", opt=dict(PUBLIC), tags=["stop list"], summary="The signed stop list")
async def signed_list(request: Requested) -> Response[bytes]:
    """The signed head of the list, and where its parts are (`docs/stoplist.md`).

    `signed` is a JWS by the platform's key (`/.well-known/did.json`). It names the SHA-256 of
    the filter, the causes and every shard, and until when the list holds.
    """
    publisher = _publisher(request)
    found = await asyncio.to_thread(publisher.current)
    version = found.manifest.version
    parts = {
        "filter": f"/stoplist/{version}/filter",
        "causes": f"/stoplist/{version}/causes",
        "shard": f"/stoplist/{version}/shards/{{number}}",
        "changes": "/stoplist/changes/{since}",
        "keys": "/.well-known/did.json",
    }
    told = {
        "signed": found.signed,
        "version": version,
        "made": found.manifest.made,
        "until": found.manifest.until,
        "count": found.manifest.count,
        "parts": parts,
    }
    return complete(200, {**_NOW, "content-type": "application/json"}, msgspec.json.encode(told))


@get(
    "/stoplist/{version:int}/filter",
    opt=dict(PUBLIC),
    tags=["stop list"],
    summary="The filter of a version",
)
async def filter_part(request: Requested, version: FromPath[int]) -> Response[bytes]:
    """Some 1.23 octets a key; a hit is looked up in the exact list."""
    found = await asyncio.to_thread(_publisher(request).of_version, version)
    return _part(found.filter, "application/octet-stream")


@get(
    "/stoplist/{version:int}/causes",
    opt=dict(PUBLIC),
    tags=["stop list"],
    summary="Causes, runs of serials and places of a version",
)
async def causes_part(request: Requested, version: FromPath[int]) -> Response[bytes]:
    """Why things are stopped, in both languages; what no single key names."""
    found = await asyncio.to_thread(_publisher(request).of_version, version)
    return _part(found.causes, "application/json")


@get(
    "/stoplist/{version:int}/shards/{number:int}",
    opt=dict(PUBLIC),
    tags=["stop list"],
    summary="A part of the exact list",
)
async def shard_part(
    request: Requested, version: FromPath[int], number: FromPath[int]
) -> Response[bytes]:
    """Lines of hash, kind, cause and key, sorted by hash."""
    found = await asyncio.to_thread(_publisher(request).shard, version, number)
    return _part(found, "text/plain; charset=utf-8")


@get(
    "/stoplist/changes/{since:int}",
    opt=dict(PUBLIC),
    tags=["stop list"],
    summary="What changed since a version",
)
async def changes(request: Requested, since: FromPath[int]) -> Response[bytes]:
    """What came on and went off; applied to the exact list of `since` it makes that of
    `version`, whose shards are signed. 404 where so much changed that the list is shorter.
    """
    found = await asyncio.to_thread(_publisher(request).changes, since)
    if found is None:
        raise VersionGoneError("stoplist.version-gone", version=since)
    told = {
        "since": found.since,
        "version": found.version,
        "added": [_line(one) for one in found.added],
        "lifted": [_line(one) for one in found.lifted],
    }
    return complete(200, {**_NOW, "content-type": "application/json"}, msgspec.json.encode(told))


@get("/api/v1/stops", opt=dict(PUBLIC), tags=["stop list"], summary="Is this code stopped?")
async def one_code(request: Requested, code: FromQuery[str]) -> Response[Any]:
    """`stop` is null where the code may be sold and moved, as far as is known here."""
    parts = services(request.scope)
    identifier = code_in(code)
    told = await asyncio.to_thread(stopped.of_code, parts.store, identifier)
    body = {"key": identifier.key, "stop": stopped.as_json(told, parts.base_url)}
    return Response(body, headers=_NOW)


@post(
    "/api/v1/stops",
    opt=dict(needs("read")),
    status_code=200,
    tags=["stop list"],
    summary="Which of these codes are stopped?",
)
async def many_codes(request: Requested, data: JSONBody[CodesBody]) -> Response[Any]:
    """For each code its stop, null without one; `unreadable` where it is no code."""
    parts = services(request.scope)
    answers = await asyncio.to_thread(_many, parts.store, parts.base_url, data.codes)
    return Response({"answers": answers})


def _many(store: Any, base_url: str, codes: list[str]) -> list[dict[str, Any]]:
    read: dict[str, gs1.Identifier] = {}
    for code in codes:
        try:
            read[code] = code_in(code)
        except gs1.IdentifierError:
            continue
    found = stopped.among(store, {code: keys.levels(one) for code, one in read.items()})
    return [
        {"code": code, "stop": stopped.as_json(found.get(code), base_url)}
        if code in read
        else {"code": code, "unreadable": True}
        for code in codes
    ]


def _publisher(request: Requested) -> Publisher:
    return publisher_of(services(request.scope).store)


def _part(octets: bytes, media_type: str) -> Response[bytes]:
    return complete(200, {**_KEPT, "content-type": media_type}, octets)


def _line(one: Line) -> tuple[str, str, int, str]:
    return f"{one.hash:016x}", one.kind, one.cause, one.key


ROUTES = (signed_list, filter_part, causes_part, shard_part, changes, one_code, many_codes)
