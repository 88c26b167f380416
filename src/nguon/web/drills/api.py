# SPDX-License-Identifier: Apache-2.0
"""Drills for programs: ``/api/v1/drills``."""

import asyncio
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from nguon.recall.drills import queries, report, service
from nguon.recall.drills.model import Answer, Asked, Drill, Site
from nguon.recall.drills.queries import View
from nguon.recall.report import Signed
from nguon.web.auth import needs, principal_of
from nguon.web.services import services

BASE = "/api/v1/drills"
Requested = Request[Any, Any, Any]


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One's own drills, and those that one is asked in; with ``own_after`` and ``asked_after``
    the next part of each is asked for, None on the last.
    """

    own: list[Drill]
    own_after: str | None
    asked: list[Drill]
    asked_after: str | None


@get(BASE, opt=dict(needs("read")), tags=["drills"], summary="Drills")
async def list_drills(
    request: Requested, own_after: FromQuery[str] = "", asked_after: FromQuery[str] = ""
) -> Listed:
    """A hundred of each at once, the latest first."""
    store, by = services(request.scope).store, principal_of(request.scope)
    own = await asyncio.to_thread(lambda: queries.listed(store, by, after=own_after))
    asked = await asyncio.to_thread(lambda: queries.asked(store, by, after=asked_after))
    return Listed(own=own, own_after=own.after, asked=asked, asked_after=asked.after)


@post(BASE, opt=dict(needs("trace")), tags=["drills"], summary="Begin a drill")
async def start(request: Requested, data: JSONBody[Asked]) -> Drill:
    """Reads the records and starts the clock; `notices` tells the holders that it is a drill."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(service.start, store, by, data)


@get(f"{BASE}/{{number:str}}", opt=dict(needs("read")), tags=["drills"], summary="A drill")
async def drill(request: Requested, number: FromPath[str]) -> View:
    """With its figures, terms and sites."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(queries.view, store, by, number)


@post(
    f"{BASE}/{{number:str}}/answer",
    opt=dict(needs("capture")),
    status_code=200,
    tags=["drills"],
    summary="Answer a drill",
)
async def answer(request: Requested, number: FromPath[str], data: JSONBody[Answer]) -> list[Site]:
    """What your organisation found; its sites come back."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(service.answer, store, by, number, data)


@post(
    f"{BASE}/{{number:str}}/end",
    opt=dict(needs("trace")),
    status_code=200,
    tags=["drills"],
    summary="End a drill",
)
async def end(request: Requested, number: FromPath[str]) -> Drill:
    """No answer counts afterwards."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(service.end, store, by, number)


@post(
    f"{BASE}/{{number:str}}/report",
    opt=dict(needs("trace")),
    tags=["drills"],
    summary="Sign the report of a drill",
)
async def sign(request: Requested, number: FromPath[str]) -> Signed:
    """As it stands now, by the server's own key (JWS); the log has its digest."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(report.signed, store, by, number)


ROUTES = (list_drills, start, drill, answer, end, sign)
