# SPDX-License-Identifier: Apache-2.0
"""Disputes in the workspace: those about us, to be answered; those that we reported."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.disputes import queries
from nguon.disputes.model import Origin
from nguon.web import case_words
from nguon.web.auth import needs, principal_of
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work import case_pages
from nguon.web.work.pages import work

PAGE, HERE = "/w/cases", "cases"
Requested = Request[Any, Any, Any]


@get(PAGE, opt=dict(needs("read")), include_in_schema=False)
async def listing(request: Requested) -> Response[bytes]:
    """What is asked of us, and what became of our own reports."""
    store, by = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)

    def read() -> dict[str, Any]:
        about, ours = queries.against(store, by), queries.reported(store, by)
        return {
            "about": case_words.lines(store, by, about, language, PAGE),
            "ours": case_words.lines(store, by, ours, language, PAGE),
        }

    return work(request, "cases/mine.html", here=HERE, **await asyncio.to_thread(read))


@get(f"{PAGE}/new", opt=dict(needs("capture")), include_in_schema=False)
async def form_page(request: Requested) -> Response[bytes]:
    """The form of a partner's report; a page about a thing may fill it in."""
    typed = {name: request.query_params.get(name, "") for name in ("subject", "kind")}
    return await case_pages.new(request, PAGE, HERE, typed, [])


@post(f"{PAGE}/new", opt=dict(needs("capture")), include_in_schema=False)
async def report(request: Requested) -> Response[bytes]:
    """Take a partner's report."""
    return await case_pages.report(request, PAGE, HERE, Origin.PARTNER)


@get(f"{PAGE}/{{number:str}}", opt=dict(needs("read")), include_in_schema=False)
async def one(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """A case as its party or its reporter reads it."""
    return await case_pages.one(request, number, PAGE, HERE)


@post(f"{PAGE}/{{number:str}}", opt=dict(needs("registry")), include_in_schema=False)
async def take(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """Answer or appeal: what a manager says for the organisation."""
    return await case_pages.take(request, number, PAGE, HERE)


ROUTES = (listing, form_page, report, one, take)
