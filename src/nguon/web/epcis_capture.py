# SPDX-License-Identifier: Apache-2.0
"""Capture of documents over HTTP (EPCIS 2.0 section 12): each becomes a job."""

import asyncio
from typing import Annotated, Any, cast

from litestar import Request, Response, get, post
from litestar.params import PathParameter
from litestar.types import Receive

from nguon.capture.model import Behaviour
from nguon.capture.service import CaptureService
from nguon.capture.writing import Origin
from nguon.store.job_entries import Span
from nguon.store.values import CaptureJob
from nguon.web.auth import needs, principal_of
from nguon.web.awaiting import result_of
from nguon.web.bodies import chunks, require_json
from nguon.web.epcis_described import DocumentBody
from nguon.web.epcis_headers import behaviour, check_versions
from nguon.web.epcis_jobs import Job, job_view
from nguon.web.languages import header, negotiate
from nguon.web.paging import PageSize, PageToken, next_link, page_size
from nguon.web.receipt_numbers import job_headers, spans_of
from nguon.web.services import Services, services
from nguon.web.signatures import presented
from nguon.web.tokens import Cursor, unseal

_LISTING = b"capture jobs"
_LITTLE = 16 * 1024
"""Octets of a document that is prepared on the event loop: a few milliseconds."""


@post(
    "/capture",
    opt=needs("capture"),
    status_code=202,
    operation_class=DocumentBody,
    summary="Capture a document of events",
    response_description="Taken over; the job's address is in Location.",
)
async def capture(request: Request[Any, Any, Any]) -> Response[Job]:
    """Takes an EPCISDocument or EPCISQueryDocument.

    A document up to 1 MiB is recorded before the answer and its job is
    finished; a larger one is recorded afterwards: ask for its job. Without
    `GS1-Capture-Error-Behaviour: proceed` a document is recorded whole or not
    at all. Sending a document again is safe: events already recorded are
    recognised. With an `Idempotency-Key` the first job is answered again.

    A document may be signed: by an HTTP message signature over its Content-Digest, or by a
    detached JWS in `Nguon-Signature`, over the document or over the root of its events.
    """
    scope = request.scope
    require_json(scope)
    check_versions(scope)
    found = services(scope)
    origin = Origin(
        principal_of(scope),
        behaviour(scope),
        header(scope, b"idempotency-key"),
        await presented(cast("dict[str, Any]", scope)),
    )
    job, entries = await _received(found, request.receive, scope, origin)
    headers = {
        "location": f"{found.base_url}/epcis/capture/{job.id}",
        "GS1-Capture-Error-Behaviour": Behaviour(job.behaviour).value,
        **job_headers(found, job.id, entries),
        **_CACHE,
    }
    return Response(job_view(job, negotiate(scope)), status_code=202, headers=headers)


async def _received(
    found: Services, receive: Receive, scope: Any, origin: Origin
) -> tuple[CaptureJob, list[Span]]:
    """Reads the body and captures it: at once, or spooled once it is large. The job, and its
    entries where they are written.
    """
    limits = found.capture.limits
    pieces = chunks(scope, receive, limits.body)
    small: list[bytes] = []
    size = 0
    async for piece in pieces:
        small.append(piece)
        size += len(piece)
        if size > limits.synchronous:
            break
    else:
        return await _written(found.capture, b"".join(small), origin)
    with found.capture.arrival() as arrival:
        await asyncio.to_thread(arrival.write, b"".join(small))
        async for piece in pieces:
            await asyncio.to_thread(arrival.write, piece)
        return await asyncio.to_thread(found.capture.spooled, arrival, origin), []


async def _written(
    capture: CaptureService, data: bytes, origin: Origin
) -> tuple[CaptureJob, list[Span]]:
    """A little is prepared right here: the way to another thread would cost more."""
    if len(data) <= _LITTLE and origin.idempotency_key is None and origin.presented is None:
        begun = capture.begin(data, origin)
    else:
        begun = await asyncio.to_thread(capture.begin, data, origin)
    if isinstance(begun, CaptureJob):
        return begun, await asyncio.to_thread(capture.entries, begun.id)
    receipts = await result_of(begun.receipts)
    settled = begun.settled(receipts)
    if settled is not None:
        return settled, spans_of(receipts)
    job = await asyncio.to_thread(begun.finish, receipts)
    return job, await asyncio.to_thread(capture.entries, job.id)


@get("/capture", opt=needs("capture"), summary="Your capture jobs, newest first")
async def jobs(
    request: Request[Any, Any, Any],
    per_page: PageSize = None,
    next_page_token: PageToken = None,
) -> Response[list[Job]]:
    """The jobs of your organisation, paged: the Link header leads on."""
    scope = request.scope
    found, principal = services(scope), principal_of(scope)
    query = _LISTING + principal.organisation.to_bytes(8, "big", signed=True)
    size = page_size(per_page)
    before = None
    if next_page_token is not None:
        cursor = unseal(next_page_token, query, found.store.secret)
        before = await asyncio.to_thread(found.capture.job, principal, str(cursor.position[0]))
    rows = await asyncio.to_thread(
        lambda: found.capture.jobs(principal, limit=size + 1, before=before)
    )
    headers = dict(_CACHE)
    if len(rows) > size:
        rows = rows[:size]
        headers["link"] = next_link(scope, Cursor(0, [rows[-1].id]), query, found)
    language = negotiate(scope)
    return Response([job_view(job, language) for job in rows], headers=headers)


@get("/capture/{job:str}", opt=needs("capture"), summary="What became of a capture job")
async def job(
    request: Request[Any, Any, Any],
    job: Annotated[str, PathParameter(description="The captureID.")],
) -> Response[Job]:
    """Its state, every error with its place in the document, and warnings.

    `Nguon-Receipt` has the numbers of its receipts so far, `Link` (rel `receipt`) their address.
    """
    scope = request.scope
    found = services(scope)
    own = await asyncio.to_thread(found.capture.job, principal_of(scope), job)
    entries = await asyncio.to_thread(found.capture.entries, own.id)
    headers = job_headers(found, own.id, entries) | _CACHE
    return Response(job_view(own, negotiate(scope)), headers=headers)


_CACHE = {"cache-control": "no-store"}

ROUTES = (capture, jobs, job)
