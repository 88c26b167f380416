# SPDX-License-Identifier: Apache-2.0
"""Big traces as pages: begun with a button, told how far they are, read by pages."""

import asyncio
from typing import Any

from litestar import Response
from litestar.params import FromPath

from nguon.trace import jobs
from nguon.trace.jobs import Job, JobState, Part
from nguon.trace.known import seq_at
from nguon.trace.starting import starts
from nguon.web.auth import principal_of
from nguon.web.forms import submitted
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.tracing.asked import Asked, read
from nguon.web.tracing.desk import Requested
from nguon.web.tracing.words import Words
from nguon.web.work.pages import go_to, work

PAGE = "/w/trace/jobs"


async def listing(request: Requested) -> Response[bytes]:
    """The big traces of whoever asks."""
    store, audience = services(request.scope).store, principal_of(request.scope).audience
    found = await asyncio.to_thread(jobs.listed, store, audience)
    return work(request, "trace/jobs.html", here="trace", jobs=found)


async def begin(request: Requested) -> Response[bytes]:
    """Begin the trace that the desk shows, with a limit of its own."""
    form = await submitted(request)
    asked = read("/w/trace", {name: form.text(name) for name in _SENT})
    job = await asyncio.to_thread(_begun, request, asked)
    return go_to(f"{PAGE}/{job.id}")


_SENT = ("item", "direction", "at", "least", "hours")


def _begun(request: Requested, asked: Asked) -> Job:
    store, audience = services(request.scope).store, principal_of(request.scope).audience
    moment = asked.moment
    found = starts(store, audience, asked.item)
    wanted = jobs.Wanted(
        item=asked.item[:200],
        keys=found.keys,
        directions=asked.direction.directions,
        least=asked.least,
        hours=asked.hours,
        upto_seq=None if moment is None else seq_at(store, moment),
        cut=found.truncated,
    )
    return jobs.ask(store, audience, wanted)


async def one(request: Requested, job_id: FromPath[str]) -> Response[bytes]:
    """How far a big trace is; when it is done, its figures and a page of its things."""
    typed = str(request.query_params.get("page", "1"))
    wanted = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1
    shown = await asyncio.to_thread(_shown, request, job_id, max(wanted, 1))
    return work(request, "trace/job.html", here="trace", **shown)


def _shown(request: Requested, number: str, wanted: int) -> dict[str, Any]:
    store, audience = services(request.scope).store, principal_of(request.scope).audience
    job = jobs.find(store, audience, number)
    words, part, at = Words(store, audience, negotiate(request.scope)), None, 1
    if job.state is JobState.DONE and job.pages:
        at = min(wanted, job.pages)
        part = jobs.page(store, audience, number, at)
        words.learn([one.key for one in part.things])
    return {
        "job": job,
        "counts": [words.counted(kind, n) for kind, n in _kinds(job)],
        "rows": [] if part is None else _rows(part, words),
        "withheld": 0 if part is None else part.withheld,
        "at": at,
        "waits": job.state in (JobState.WAITING, JobState.RUNNING),
    }


def _kinds(job: Job) -> list[tuple[Any, int]]:
    return sorted(job.summary.kinds.items(), key=lambda entry: -entry[1])


def _rows(part: Part, words: Words) -> list[tuple[str, str, str | None, str, int]]:
    return [
        (one.key, words.name(one.key), words.product(one.key), one.mode.value, one.depth)
        for one in part.things
    ]


async def cancel(request: Requested, job_id: FromPath[str]) -> Response[bytes]:
    """End a big trace."""
    await submitted(request)
    store, audience = services(request.scope).store, principal_of(request.scope).audience
    await asyncio.to_thread(jobs.cancel, store, audience, job_id)
    return go_to(f"{PAGE}/{job_id}")
