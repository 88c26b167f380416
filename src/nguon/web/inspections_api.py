# SPDX-License-Identifier: Apache-2.0
"""Inspections for programs, and the page that says to anybody that printed minutes exist."""

import asyncio
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from nguon.compliance.model import Judged
from nguon.identity.model import Principal
from nguon.identity.visibility import PUBLIC as EVERYBODY
from nguon.inspections import about, holds, queries, service
from nguon.inspections.errors import UnknownInspectionError
from nguon.inspections.model import Hold, HoldOrder, Minutes, Visit
from nguon.registry import queries as registry
from nguon.registry.documents import Folder
from nguon.registry.errors import DocumentRefusedError
from nguon.web import stopped
from nguon.web.auth import PUBLIC, needs, principal_of
from nguon.web.languages import negotiate
from nguon.web.pages import render
from nguon.web.services import Services, services

_PATH = "/api/v1/inspections"
_MOST_OCTETS = 80 * 1024 * 1024
Requested = Request[Any, Any, Any]
_Done = TypeVar("_Done")


class PhotoBody(msgspec.Struct, frozen=True):
    """A photograph (JPEG or PNG) in base64."""

    name: str
    content: str


class VisitBody(msgspec.Struct, frozen=True):
    """A visit with its photographs; sent again with the same nonce, the same minutes."""

    visit: Visit
    photos: Annotated[tuple[PhotoBody, ...], msgspec.Meta(max_length=service.MOST_PHOTOS)] = ()


class LiftBody(msgspec.Struct, frozen=True):
    """Why held goods are let go."""

    reason: str


@post(
    _PATH,
    opt=dict(needs("supervise")),
    status_code=200,
    request_max_body_size=_MOST_OCTETS,
    tags=["inspections"],
    summary="Record a visit",
)
async def record(request: Requested, data: JSONBody[VisitBody]) -> Minutes:
    """Minutes with number and digest; stated in the log."""
    photos = [(one.name, _octets(one.content)) for one in data.photos]
    return await _done(
        request,
        lambda parts, by: service.record(
            parts.store, by, data.visit, photos, Folder(parts.documents)
        ),
    )


@get(_PATH, opt=dict(needs("supervise")), tags=["inspections"], summary="Minutes of the authority")
async def listing(request: Requested) -> list[Minutes]:
    """The latest first."""
    return await _done(request, lambda parts, by: queries.listed(parts.store, by))


@get(f"{_PATH}/about", opt=dict(needs("supervise")), tags=["inspections"], summary="Any stamp")
async def stamp(request: Requested, code: FromQuery[str]) -> dict[str, Any]:
    """What it is, whether it is stopped, which data are missing by clause, where the rest is."""
    language = negotiate(request.scope)

    def look(parts: Services, by: Principal) -> dict[str, Any]:
        own = parts.base_url.partition("//")[2]
        found = about.about(parts.store, by, code, own)
        stop = None if found.stop is None else stopped.Told(found.stop)
        return {
            "key": found.key,
            "lot": found.lot,
            "recorded": found.recorded,
            "stop": stopped.as_json(stop, parts.base_url),
            "missing": [_lacking(one, language) for one in found.missing],
            "hidden": [_lacking(one, language) for one in found.hidden],
            "holdings": msgspec.to_builtins(found.holdings, enc_hook=str),
        }

    return await _done(request, look)


@get(
    f"{_PATH}/{{number:str}}", opt=dict(needs("supervise")), tags=["inspections"], summary="Minutes"
)
async def one(request: Requested, number: FromPath[str]) -> Minutes:
    """One's own authority's."""
    return await _done(request, lambda parts, by: queries.find(parts.store, by, number))


@post(
    "/api/v1/holds",
    opt=dict(needs("supervise")),
    status_code=200,
    tags=["inspections"],
    summary="Hold goods",
)
async def hold(request: Requested, data: JSONBody[HoldOrder]) -> Hold:
    """On the stop list in the same transaction; `signed` is the order as JWS."""
    return await _done(request, lambda parts, by: holds.place(parts.store, by, data))


@post(
    "/api/v1/holds/{number:str}/release",
    opt=dict(needs("supervise")),
    status_code=200,
    tags=["inspections"],
    summary="Let held goods go",
)
async def release(request: Requested, number: FromPath[str], data: JSONBody[LiftBody]) -> Hold:
    """Off the stop list in the same transaction."""
    return await _done(request, lambda parts, by: holds.lift(parts.store, by, number, data.reason))


@get("/r/minutes/{digest:str}", opt=dict(PUBLIC), include_in_schema=False)
async def proof(request: Requested, digest: FromPath[str]) -> Response[bytes]:
    """That minutes with a printed digest exist, whose and of when; nothing of what they say."""
    parts = services(request.scope)
    found = await asyncio.to_thread(queries.proof, parts.store, digest)
    if found is None:
        raise UnknownInspectionError("inspections.unknown")
    whose = await asyncio.to_thread(
        registry.organisations, parts.store, EVERYBODY, [found.organisation]
    )
    party = whose.get(found.organisation)
    name = "" if party is None else party.name.in_language(negotiate(request.scope))
    return render(request, "inspections/proof.html", minutes=found, authority=name)


async def _done(request: Requested, ask: Callable[[Services, Principal], _Done]) -> _Done:
    return await asyncio.to_thread(ask, services(request.scope), principal_of(request.scope))


def _octets(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        raise DocumentRefusedError("approvals.document-kind") from error


def _lacking(one: Judged, language: Any) -> dict[str, Any]:
    row = one.requirement
    clause = row.clause.in_language(language)
    return {"field": row.field, "instrument": row.instrument, "clause": clause, "by": one.by}


ROUTES = (record, listing, stamp, one, hold, release, proof)
