# SPDX-License-Identifier: Apache-2.0
"""One event, stored before the answer: a lane of its own, because gates and scales send many.

Decoded and checked on the event loop unless it is long, written with whatever else is waiting
(group commit); the answer goes out when the event is durable and sequenced.
"""

import asyncio
from typing import Any, cast
from urllib.parse import quote

import msgspec
from litestar import Request, Response, post
from litestar.types import Receive, Scope, Send

from nguon.base.messages import Language
from nguon.base.time import from_microseconds, rfc3339
from nguon.capture.service import Capturing
from nguon.store.values import Outcome, Receipt
from nguon.web.auth import authenticated, needs, require
from nguon.web.awaiting import result_of
from nguon.web.bodies import require_json, whole
from nguon.web.epcis_answers import hash_uri
from nguon.web.epcis_described import EventBody
from nguon.web.epcis_headers import check_versions
from nguon.web.gathering import gathering
from nguon.web.guarded import respond
from nguon.web.languages import negotiate
from nguon.web.pages import complete
from nguon.web.problems import fault_entry
from nguon.web.receipt_numbers import event_headers
from nguon.web.services import services
from nguon.web.signatures import presented

_SCOPE = "capture"
_MOST_OCTETS = 1024 * 1024
_LITTLE = 16 * 1024
"""Octets of an event that is prepared on the event loop: others wait while that lasts."""


class EventReceipt(msgspec.Struct, frozen=True, rename="camel"):
    """What the sender of an event gets: it is durable, and here is its place in the log."""

    event_id: str = msgspec.field(name="eventID")
    """As sent; the URI of the CBV event hash where none was sent."""
    record_time: str
    seq: int
    """Number in the log: gap-free, in the order of recording."""
    digest: str
    """Record digest, SHA-256, hexadecimal."""
    repeated: bool
    """You sent this event before; this is its first receipt."""
    possible_duplicate: bool
    """The same was stated before, by another party or under another eventID."""
    warnings: list[dict[str, Any]]


async def post_event(scope: Scope, receive: Receive, send: Send) -> None:
    """The lane of ``POST /epcis/events``."""
    status, headers, body = await _captured(scope, receive)
    await respond(send, status, headers, body)


@post(
    "/events",
    opt=needs(_SCOPE),
    operation_class=EventBody,
    summary="Capture one event",
    response_description="Recorded; the event's address is in Location. 200: it was already.",
)
async def post_event_route(request: Request[Any, Any, Any]) -> Response[EventReceipt]:
    """Takes a bare event with its own `@context` and answers when it is durable.

    `Nguon-Receipt` has the number of its receipt, `Link` (rel `receipt`) its address.
    Sending it again is safe: 200 with the first receipt. The same eventID with
    other content is refused (409), unless it carries an error declaration.

    An event may be signed: by an HTTP message signature over its Content-Digest, which stands
    for the submitter too, or by a detached JWS in `Nguon-Signature`.
    """
    status, headers, body = await _captured(request.scope, request.receive)
    return cast("Response[EventReceipt]", complete(status, headers, body))


async def _captured(scope: Any, receive: Receive) -> tuple[int, dict[str, str], bytes]:
    found = services(scope)
    principal = await authenticated(scope)
    require(principal, _SCOPE)
    require_json(scope)
    check_versions(scope)
    data = await whole(scope, receive, min(found.capture.limits.body, _MOST_OCTETS))
    signature = await presented(scope)
    if signature is not None:
        capturing = await asyncio.to_thread(found.capture.event, principal, data, signature)
    elif len(data) <= _LITTLE:
        capturing = await gathering(found.capture).event(principal, data)
    else:
        capturing = await asyncio.to_thread(found.capture.event, principal, data)
    receipt = capturing.receipt(await result_of(capturing.receipts))
    view = _view(capturing, receipt, negotiate(scope))
    headers = {
        "content-type": "application/json",
        "location": f"{found.base_url}/epcis/events/{quote(view.event_id, safe='')}",
        **event_headers(found, receipt),
    }
    status = 200 if receipt.outcome is Outcome.REPEATED else 201
    return status, headers, msgspec.json.encode(view)


def _view(capturing: Capturing, receipt: Receipt, language: Language) -> EventReceipt:
    record = capturing.record
    return EventReceipt(
        event_id=record.event_id or hash_uri(record.cbv_hash),
        record_time=rfc3339(from_microseconds(receipt.record_time)),
        seq=receipt.seq,
        digest=receipt.digest.hex(),
        repeated=receipt.outcome is Outcome.REPEATED,
        possible_duplicate=receipt.possible_duplicate,
        warnings=[fault_entry(note.fault(), language) for note in capturing.warnings],
    )


ROUTES = (post_event_route,)
EXACT = {("POST", "/epcis/events"): post_event}
