# SPDX-License-Identifier: Apache-2.0
"""Typed events to JSON-LD, and events to query documents (EPCIS 2.0 sections 9 and 10)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from nguon.base.time import rfc3339
from nguon.epcis.document import DocumentKind
from nguon.epcis.grammar import are_distinct
from nguon.epcis.model import EXTENSIONS_MEMBER, Event, ObjectEvent, TransactionEvent
from nguon.epcis.shape import Shape, shape_of

STANDARD_CONTEXT = b'"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"'
"""The JSON text of the context that defines the standard's members."""

_encode = msgspec.json.Encoder().encode


def encode_event(event: Event) -> bytes:
    """The event as JSON-LD, equal in meaning to what it was decoded from.

    Members come in the model's order, times with their own offsets to the
    microsecond, empty lists only where the standard needs one.
    """
    tree = msgspec.to_builtins(event, builtin_types=(datetime,))
    if isinstance(event, ObjectEvent | TransactionEvent) and not event.quantity_list:
        tree.setdefault("epcList", [])
    return _encode(_lifted(tree, shape_of(type(event))))


def _lifted(tree: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """Puts foreign members back beside the standard ones."""
    foreign = tree.pop(EXTENSIONS_MEMBER, None) if shape.free else None
    for name, value in tree.items():
        care = shape.members[name]
        if care is None or care.part is None:
            continue
        if care.listed:
            tree[name] = [_lifted(entry, care.part) for entry in value]
        else:
            tree[name] = _lifted(value, care.part)
    return {**tree, **foreign} if foreign else tree


def with_context(raw: bytes, context: bytes | None) -> bytes:
    """An event's JSON bytes with the context of the document it came in.

    Nothing changes when that is the standard one or none. A context of the
    event's own is kept after the document's, which it refines.
    """
    if context is None or context == STANDARD_CONTEXT or _is_standard(context):
        return raw
    if b'"@context"' in raw or b"\\u" in raw:
        tree = msgspec.json.decode(raw)
        if "@context" in tree:
            tree["@context"] = _joined(msgspec.json.decode(context), tree["@context"])
            return _encode(tree)
    return b'{"@context":' + context + b"," + raw.lstrip(b" \t\n\r")[1:]


def _is_standard(context: bytes) -> bool:
    parts = msgspec.json.decode(context)
    return bool(parts in ([msgspec.json.decode(STANDARD_CONTEXT)], []))


def _joined(outer: Any, inner: Any) -> list[Any]:
    parts: list[Any] = []
    for context in (outer, inner):
        for part in context if isinstance(context, list) else [context]:
            if are_distinct([*parts, part]):
                parts.append(part)
    return parts


def encode_query_document(
    events: Iterable[bytes],
    *,
    created: datetime,
    context: bytes | None = None,
    query_name: str = "SimpleEventQuery",
    subscription_id: str | None = None,
) -> bytes:
    """An EPCISQueryDocument around the JSON bytes of events, which are not looked into.

    ``context`` is the JSON text of the document's context (default: the
    standard's); events that need another must bring it (`with_context`).
    """
    names: dict[str, Any] = {"queryName": query_name}
    if subscription_id is not None:
        names["subscriptionID"] = subscription_id
    head = {
        "type": DocumentKind.QUERY_DOCUMENT,
        "schemaVersion": "2.0",
        "creationDate": rfc3339(created),
    }
    return b"".join(
        (
            b'{"@context":',
            STANDARD_CONTEXT if context is None else context,
            b"," + _encode(head)[1:-1],
            b',"epcisBody":{"queryResults":' + _encode(names)[:-1],
            b',"resultsBody":{"eventList":[' + b",".join(events) + b"]}}}}",
        )
    )
