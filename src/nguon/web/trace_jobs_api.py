# SPDX-License-Identifier: Apache-2.0
"""Big traces over HTTP: begun, looked after, read by pages, ended."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from nguon import gs1
from nguon.base.time import rfc3339
from nguon.trace import jobs
from nguon.trace.jobs import Job, Wanted
from nguon.trace.known import seq_at
from nguon.trace.starting import starts
from nguon.web.auth import needs, principal_of
from nguon.web.services import services
from nguon.web.tracing.asked import Way

PATH = "/api/v1/trace/jobs"
_TRACE = dict(needs("trace"))
_ANY = Request[Any, Any, Any]


class TraceJobSent(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What to trace: any text that a trace can start from, which way, how sure links must be
    (4 exact serial, 3 lot, 2 inferred, 1 ambiguous), within how many hours things met at a place
    (0: not), as known at which moment.
    """

    item: str
    direction: Way = Way.FORWARD
    max_things: Annotated[int, msgspec.Meta(ge=1, le=jobs.MOST)] = jobs.MOST
    least: Annotated[int, msgspec.Meta(ge=1, le=4)] = 3
    hours: Annotated[int, msgspec.Meta(ge=0, le=336)] = 0
    known_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class TraceJobView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A big trace. ``done`` of ``total`` steps; ``things`` found (up to now, while it runs),
    ``deepest`` steps from the start; ``pages`` of a finished answer; ``kinds`` how many of each
    kind; ``limit`` the first that was met (``things``, ``depth`` or ``records``) where it is
    ``truncated``; ``startsTruncated``: there are more goods to start from than were taken;
    ``trouble`` why it failed.
    """

    id: str
    item: str
    state: str
    made: str
    finished: str | None
    kept_until: str
    done: int
    total: int
    things: int
    pages: int
    kinds: dict[str, int]
    deepest: int
    truncated: bool
    limit: str | None
    starts_truncated: bool
    as_of: int
    trouble: str | None


class TraceJobList(msgspec.Struct, frozen=True):
    """The big traces of whoever asks."""

    jobs: list[TraceJobView]


class JobThing(msgspec.Struct, frozen=True):
    """A thing found, as the reader may see it."""

    key: str
    uri: str
    kind: str
    mode: str
    depth: int


class JobThings(msgspec.Struct, frozen=True):
    """A page of an answer; ``withheld`` counts what is on it and not this reader's to see."""

    page: int
    pages: int
    withheld: int
    things: list[JobThing]


def view(job: Job) -> TraceJobView:
    """A big trace as it is answered."""
    return TraceJobView(
        id=job.id,
        item=job.wanted.item,
        state=job.state.value,
        made=rfc3339(job.made),
        finished=None if job.finished is None else rfc3339(job.finished),
        kept_until=rfc3339(job.ends),
        done=job.done,
        total=job.total,
        things=job.things,
        pages=job.pages,
        kinds=job.summary.kinds,
        deepest=job.summary.deepest,
        truncated=job.summary.truncated,
        limit=job.summary.limit,
        starts_truncated=job.wanted.cut,
        as_of=job.summary.as_of,
        trouble=job.summary.trouble or None,
    )


def begun(request: _ANY, sent: TraceJobSent) -> Job:
    """Begin what was sent; raises as `nguon.trace.starting.starts` and `nguon.trace.jobs.ask`."""
    store, audience = services(request.scope).store, principal_of(request.scope).audience
    found = starts(store, audience, sent.item)
    wanted = Wanted(
        item=sent.item[:200],
        keys=found.keys,
        directions=sent.direction.directions,
        things=sent.max_things,
        least=sent.least,
        hours=sent.hours,
        upto_seq=None if sent.known_at is None else seq_at(store, sent.known_at),
        cut=found.truncated,
    )
    return jobs.ask(store, audience, wanted)


@post(PATH, opt=_TRACE, tags=["trace"], summary="Begin a big trace", status_code=202)
async def begin(request: _ANY, data: JSONBody[TraceJobSent]) -> Response[TraceJobView]:
    """Works the trace out behind the request; its address is in `Location`.

    The answer is kept for a day, for whoever asked alone. 409 where the organisation has too
    many under way or kept.
    """
    job = await asyncio.to_thread(begun, request, data)
    return Response(view(job), status_code=202, headers={"location": f"{PATH}/{job.id}"})


@get(PATH, opt=_TRACE, tags=["trace"], summary="Big traces asked for")
async def listing(request: _ANY) -> TraceJobList:
    """Those of the key or person that asks, the latest first."""
    store, audience = services(request.scope).store, principal_of(request.scope).audience
    found = await asyncio.to_thread(jobs.listed, store, audience)
    return TraceJobList([view(job) for job in found])


@get(f"{PATH}/{{job_id:str}}", opt=_TRACE, tags=["trace"], summary="How far a big trace is")
async def one(request: _ANY, job_id: FromPath[str]) -> TraceJobView:
    """State, progress and, when it is done, the answer in figures."""
    store, audience = services(request.scope).store, principal_of(request.scope).audience
    return view(await asyncio.to_thread(jobs.find, store, audience, job_id))


@get(f"{PATH}/{{job_id:str}}/things", opt=_TRACE, tags=["trace"], summary="A page of its answer")
async def things(
    request: _ANY,
    job_id: FromPath[str],
    page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
) -> Response[JobThings]:
    """A thousand things a page, nearest first, as the reader may see them now; `Link` leads on."""
    store, audience = services(request.scope).store, principal_of(request.scope).audience
    part = await asyncio.to_thread(jobs.page, store, audience, job_id, page)
    job = await asyncio.to_thread(jobs.find, store, audience, job_id)
    told = [
        JobThing(seen.key, gs1.digital_link(seen.key), seen.kind, seen.mode.value, seen.depth)
        for seen in part.things
    ]
    onward = f'<{PATH}/{job.id}/things?page={page + 1}>; rel="next"'
    headers = {"link": onward} if page < job.pages else {}
    return Response(JobThings(page, job.pages, part.withheld, told), headers=headers)


@delete(
    f"{PATH}/{{job_id:str}}", opt=_TRACE, tags=["trace"], summary="End a big trace", status_code=200
)
async def end(request: _ANY, job_id: FromPath[str]) -> TraceJobView:
    """Ends it before its time; one that has ended stays as it is."""
    store, audience = services(request.scope).store, principal_of(request.scope).audience
    return view(await asyncio.to_thread(jobs.cancel, store, audience, job_id))


ROUTES = (begin, listing, one, things, end)
