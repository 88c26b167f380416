# SPDX-License-Identifier: Apache-2.0
"""Reading events over HTTP (EPCIS 2.0 section 12): queries, and events by their ID."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, unquote

from litestar import Request, Response, get

from nguon.capture import queries
from nguon.epcis.query import EventQuery
from nguon.store.values import Cursor as Place
from nguon.store.values import StoredEvent
from nguon.web.auth import needs, principal_of
from nguon.web.epcis_answers import hash_of, query_document
from nguon.web.epcis_described import EventByIdAnswer, EventQueryAnswer
from nguon.web.epcis_headers import EpcFormat, answer_type, check_versions, epc_format
from nguon.web.errors import NotFoundError, RequestError
from nguon.web.paging import MOST, next_link
from nguon.web.services import Services, services
from nguon.web.tokens import Cursor, unseal

_TRANSPORT = frozenset({"perPage", "nextPageToken", "lang"})
_MOST_QUERY_OCTETS = 32 * 1024


@get(
    "/events",
    opt=needs("read"),
    operation_class=EventQueryAnswer,
    summary="Find events",
    response_description="An EPCISQueryDocument; the Link header leads to the next page.",
)
async def find_events(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Takes the parameters of the SimpleEventQuery; lists have | between values.

    Every page of one query shows the state at its first page. Events come as
    they were captured, with `eventID` and `recordTime`; only those that your
    key sees whole: your own, those naming you, those of goods in your custody.
    """
    scope = request.scope
    media_type, form = _negotiated(scope)
    sent = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    query = EventQuery.parse({name: sent[name] for name in sent if name != "lang"})
    found, audience = services(scope), principal_of(scope).audience
    binding = _binding(sent, audience.organisation)
    start = None
    if query.next_page_token is not None:
        cursor = unseal(query.next_page_token, binding, found.store.secret)
        start = queries.Start(cursor.upto, Place(*map(int, cursor.position)), cursor.given)
    page = await asyncio.to_thread(
        queries.page, found.store, audience, query, min(query.per_page, MOST), start
    )
    headers = {}
    if page.following is not None:
        headers["link"] = _following(page.following, scope, binding, found)
    return _document(page.events, media_type, form, headers)


@get(
    "/events/{event_id:path}",
    opt=needs("read"),
    operation_class=EventByIdAnswer,
    summary="One event by its ID",
    response_description="An EPCISQueryDocument: the event, and error declarations about it.",
)
async def event_by_id(request: Request[Any, Any, Any]) -> Response[bytes]:
    """An error declaration shares the ID of the event it declares wrong, so several may come.

    An event that was captured without an ID has the URI of its CBV hash
    (`ni:///sha-256;…?ver=CBV2.0`).
    """
    scope = request.scope
    media_type, form = _negotiated(scope)
    wanted = _after(scope, "/epcis/events/")
    found = await asyncio.to_thread(
        queries.by_event_id,
        services(scope).store,
        principal_of(scope).audience,
        wanted,
        hash_of(wanted),
    )
    if not found:
        raise NotFoundError("web.no-event", event_id=wanted)
    return _document(found, media_type, form, {})


def _after(scope: Any, prefix: str) -> str:
    """The rest of the address as it was sent, decoded: an ID may hold slashes."""
    raw: bytes = scope["raw_path"]
    return unquote(raw.decode("ascii")[len(prefix) :])


def _negotiated(scope: Any) -> tuple[str, EpcFormat]:
    if len(scope["query_string"]) > _MOST_QUERY_OCTETS:
        raise RequestError("web.query-too-long", limit=_MOST_QUERY_OCTETS)
    check_versions(scope)
    return answer_type(scope), epc_format(scope)


def _document(
    events: list[StoredEvent], media_type: str, form: EpcFormat, headers: dict[str, str]
) -> Response[bytes]:
    answered = {**headers, "GS1-EPC-Format": form.value, "cache-control": "private, no-cache"}
    return Response(query_document(events, form), media_type=media_type, headers=answered)


def _following(start: queries.Start, scope: Any, binding: bytes, found: Services) -> str:
    assert start.after is not None
    return next_link(scope, Cursor(start.upto, [*start.after], start.given), binding, found)


def _binding(sent: dict[str, list[str]], organisation: int | None) -> bytes:
    """What a page token belongs to: the conditions and order, and who asks."""
    conditions = sorted((name, sent[name]) for name in sent if name not in _TRANSPORT)
    return repr((organisation, conditions)).encode()


ROUTES = (find_events, event_by_id)
