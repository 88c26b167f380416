# SPDX-License-Identifier: Apache-2.0
"""Disputes at the desk: what was reported in the officer's charge, looked at, asked, decided."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.disputes import queries
from nguon.disputes.model import UNCLOSED, Origin, State
from nguon.web import case_words
from nguon.web.auth import needs, principal_of
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work import case_pages
from nguon.web.work.pages import work

PAGE, HERE = "/s/cases", "disputes"
_SHOWN = {"": UNCLOSED, **{state.value: frozenset({state}) for state in State}}
Requested = Request[Any, Any, Any]


@get(PAGE, opt=dict(needs("supervise")), include_in_schema=False)
async def listing(request: Requested) -> Response[bytes]:
    """The cases in charge, the first due first; of one state or the late ones, where chosen."""
    store, by = services(request.scope).store, principal_of(request.scope)
    language, late = negotiate(request.scope), request.query_params.get("late") == "1"
    state = request.query_params.get("state", "")
    state = state if state in _SHOWN else ""

    def read() -> list[case_words.Line]:
        found = queries.desk(store, by, states=_SHOWN[state], late=late)
        return case_words.lines(store, by, found, language, PAGE)

    return work(
        request,
        "cases/desk.html",
        here=HERE,
        lines=await asyncio.to_thread(read),
        states=[one.value for one in State],
        state=state,
        late=late,
    )


@get(f"{PAGE}/new", opt=dict(needs("supervise")), include_in_schema=False)
async def form_page(request: Requested) -> Response[bytes]:
    """The form of an officer's report; a page about a thing may fill it in."""
    typed = {name: request.query_params.get(name, "") for name in ("subject", "kind")}
    return await case_pages.new(request, PAGE, HERE, typed, [])


@post(f"{PAGE}/new", opt=dict(needs("supervise")), include_in_schema=False)
async def report(request: Requested) -> Response[bytes]:
    """Take an officer's report."""
    return await case_pages.report(request, PAGE, HERE, Origin.OFFICER)


@get(f"{PAGE}/{{number:str}}", opt=dict(needs("supervise")), include_in_schema=False)
async def one(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """A case with what reporters wrote, and the steps that may be taken."""
    return await case_pages.one(request, number, PAGE, HERE)


@post(f"{PAGE}/{{number:str}}", opt=dict(needs("supervise")), include_in_schema=False)
async def take(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """Open, dismiss, ask, decide, close."""
    return await case_pages.take(request, number, PAGE, HERE)


ROUTES = (listing, form_page, report, one, take)
