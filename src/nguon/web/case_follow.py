# SPDX-License-Identifier: Apache-2.0
"""What became of a report, for whoever holds its reference; to take it back, to be forgotten."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.disputes import queries, service
from nguon.disputes.errors import UnknownDisputeError
from nguon.store.erasure import held_organisation
from nguon.web.account.visitors import own_form, visited
from nguon.web.auth import PUBLIC
from nguon.web.case_report import FOLLOW
from nguon.web.errors import NotFoundError
from nguon.web.formats import element_string
from nguon.web.services import services
from nguon.web.work.pages import go_to

_HIDDEN = {"referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
_LONGEST = 100
Requested = Request[Any, Any, Any]


@get(f"{FOLLOW}/{{reference:str}}", opt=dict(PUBLIC), include_in_schema=False)
async def follow(request: Requested, reference: FromPath[str]) -> Response[bytes]:
    """Where the case stands; the reference in the address is all that opens it."""
    store = services(request.scope).store
    try:
        found = await asyncio.to_thread(queries.followed, store, reference[:_LONGEST])
    except UnknownDisputeError as error:
        raise NotFoundError(error.code, headers=_HIDDEN) from error
    case = found.case
    item = held_organisation(case.subject) is None and not case.subject.startswith("event:")
    answer = visited(
        request,
        "cases/followed.html",
        found=found,
        case=case,
        reference=reference,
        shown=element_string(case.subject) if item else "",
        passport=f"/p/{case.subject}" if item else "",
    )
    answer.headers.update(_HIDDEN)
    return answer


@post(f"{FOLLOW}/{{reference:str}}", opt=dict(PUBLIC), include_in_schema=False)
async def change(request: Requested, reference: FromPath[str]) -> Response[bytes]:
    """Take the report back, or have one's contact forgotten; either twice changes nothing."""
    form, store = await own_form(request), services(request.scope).store
    call = service.withdraw if form.text("do") == "withdraw" else service.forget
    await asyncio.to_thread(call, store, reference[:_LONGEST])
    return go_to(f"{FOLLOW}/{reference}", **_HIDDEN)


ROUTES = (follow, change)
