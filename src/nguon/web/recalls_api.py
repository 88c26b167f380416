# SPDX-License-Identifier: Apache-2.0
"""Recalls for programs: the cases of one's organisation or charge, from opening to the end."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody
from litestar.types import Empty

from nguon.identity.model import Principal
from nguon.recall import queries, report, service
from nguon.recall.inputs import Closing, Decision, Finding, Opening, Release, ScopeChoice
from nguon.recall.model import Recall
from nguon.recall.preview import Preview
from nguon.recall.queries import View
from nguon.recall.report import Effectiveness, Signed
from nguon.registry.documents import MOST_OCTETS, Folder
from nguon.web.auth import needs, principal_of
from nguon.web.services import Services, services

BASE = "/api/v1/recalls"
MOST_JSON = 2 * MOST_OCTETS
Requested = Request[Any, Any, Any]
Decorator = Callable[[Callable[..., Any]], HTTPRouteHandler]
_T = TypeVar("_T")


class ScopeSent(msgspec.Struct, frozen=True, kw_only=True):
    """A scope to be kept; ``seen`` is `seen` of the case as you read it."""

    choice: ScopeChoice
    seen: int


class DecisionSent(msgspec.Struct, frozen=True, kw_only=True):
    """A decision; ``seen`` is `seen` of the case as you read it: sent twice it is refused."""

    decision: Decision
    seen: int


def getting(path: str, summary: str) -> Decorator:
    """A route that reads; who may read what is for `nguon.recall` to say."""
    return get(path, opt=dict(needs("read")), tags=["recalls"], summary=summary)


def posting(path: str, summary: str, *, status_code: int = 201, files: bool = False) -> Decorator:
    """A route that takes a step; ``files``: with files in base64."""
    size = MOST_JSON if files else Empty
    return post(
        path,
        opt=dict(needs("read")),
        tags=["recalls"],
        summary=summary,
        status_code=status_code,
        request_max_body_size=size,
    )


async def call(request: Requested, work: Callable[[Services, Principal], _T]) -> _T:
    """Work for whoever asks, off the event loop."""
    parts, by = services(request.scope), principal_of(request.scope)
    return await asyncio.to_thread(work, parts, by)


@posting(BASE, "Open a case", files=True)
async def open_recall(request: Requested, data: JSONBody[Opening]) -> Recall:
    """As an officer in charge (`supervise`), or about your own goods (`registry`). Sent again with
    the same `reference` it is the same case.
    """
    return await call(
        request,
        lambda parts, by: service.open_case(parts.store, by, data, Folder(parts.documents)),
    )


@getting(f"{BASE}/{{recall_id:str}}", "A recall")
async def show_recall(request: Requested, recall_id: FromPath[str]) -> View:
    """The case, what happened in it and what you may do now; 404 for whoever has no part in it."""
    return await call(request, lambda parts, by: queries.view(parts.store, by, recall_id))


@posting(
    f"{BASE}/{{recall_id:str}}/findings",
    "Note, find, add suspected things, ask a party",
    files=True,
)
async def add_finding(
    request: Requested, recall_id: FromPath[str], data: JSONBody[Finding]
) -> Recall:
    """`note`, `finding`, `add`, `ask`, or `determine`: that goods have to be recalled, from which
    moment the legal time to decide runs.
    """
    return await call(
        request,
        lambda parts, by: service.investigate(
            parts.store, by, recall_id, data, Folder(parts.documents)
        ),
    )


@posting(f"{BASE}/{{recall_id:str}}/preview", "The numbers of a scope", status_code=200)
async def preview_scope(
    request: Requested, recall_id: FromPath[str], data: JSONBody[ScopeChoice]
) -> Preview:
    """Things, lots, sites, parties, quantities and gaps; nothing is kept and nobody is told."""
    return await call(request, lambda parts, by: service.preview(parts.store, by, recall_id, data))


@posting(f"{BASE}/{{recall_id:str}}/scope", "Settle the scope, or widen it")
async def settle_scope(
    request: Requested, recall_id: FromPath[str], data: JSONBody[ScopeSent]
) -> Recall:
    """While the recall runs, whoever the scope adds is told at once and nothing is forgotten."""
    return await call(
        request,
        lambda parts, by: service.settle_scope(
            parts.store, by, recall_id, data.choice, seen=data.seen
        ),
    )


@posting(f"{BASE}/{{recall_id:str}}/decision", "Decide")
async def decide(
    request: Requested, recall_id: FromPath[str], data: JSONBody[DecisionSent]
) -> Recall:
    """Every holder is told and every thing stopped, in one step or not at all."""
    return await call(
        request,
        lambda parts, by: service.decide(parts.store, by, recall_id, data.decision, seen=data.seen),
    )


@posting(f"{BASE}/{{recall_id:str}}/find-again", "Look where the goods are now")
async def find_again(request: Requested, recall_id: FromPath[str]) -> Recall:
    """Whoever has some and was not told is told; the server does the same by itself."""
    return await call(request, lambda parts, by: service.find_again(parts.store, by, recall_id))


@getting(f"{BASE}/{{recall_id:str}}/report", "How well it works")
async def show_report(request: Requested, recall_id: FromPath[str]) -> Effectiveness:
    """Times, shares, quantities, missing answers, and every site."""
    return await call(request, lambda parts, by: report.effectiveness(parts.store, by, recall_id))


@posting(f"{BASE}/{{recall_id:str}}/report", "The report, signed")
async def sign_report(request: Requested, recall_id: FromPath[str]) -> Signed:
    """A compact JWS by the platform's key; its digest is an entry of the log."""
    return await call(request, lambda parts, by: report.signed(parts.store, by, recall_id))


@posting(f"{BASE}/{{recall_id:str}}/release", "Release lots")
async def release(request: Requested, recall_id: FromPath[str], data: JSONBody[Release]) -> Recall:
    """Lots or things with what hangs on them alone; `keys` null: everything."""
    return await call(request, lambda parts, by: service.release(parts.store, by, recall_id, data))


@posting(f"{BASE}/{{recall_id:str}}/close", "Close")
async def close(request: Requested, recall_id: FromPath[str], data: JSONBody[Closing]) -> Recall:
    """Once all sites have finished; with `missing`, why it ends without them."""
    return await call(request, lambda parts, by: service.close(parts.store, by, recall_id, data))


@posting(f"{BASE}/{{recall_id:str}}/dismiss", "Dismiss")
async def dismiss(request: Requested, recall_id: FromPath[str], data: JSONBody[Closing]) -> Recall:
    """A case in which nothing has to be recalled."""
    return await call(request, lambda parts, by: service.dismiss(parts.store, by, recall_id, data))


ROUTES = (
    open_recall,
    show_recall,
    add_finding,
    preview_scope,
    settle_scope,
    decide,
    find_again,
    show_report,
    sign_report,
    release,
    close,
    dismiss,
)
