# SPDX-License-Identifier: Apache-2.0
"""A document taken apart without touching its events: the envelope and each event's bytes."""

from itertools import pairwise
from typing import NamedTuple

import msgspec

from nguon.epcis.document import DocumentKind

_SPACE = b" \t\n\r"


class _EventList(msgspec.Struct, rename="camel"):
    event_list: list[msgspec.Raw]


class _QueryResults(msgspec.Struct, rename="camel"):
    results_body: _EventList


class _QueryBody(msgspec.Struct, rename="camel"):
    query_results: _QueryResults


class _Outline(msgspec.Struct, rename={"epcis_body": "epcisBody", "context": "@context"}):
    type: str
    context: msgspec.Raw = msgspec.Raw()


class _DocumentOutline(_Outline, rename={"epcis_body": "epcisBody", "context": "@context"}):
    epcis_body: _EventList = msgspec.field(default_factory=lambda: _EventList([]))


class _QueryOutline(_Outline, rename={"epcis_body": "epcisBody", "context": "@context"}):
    epcis_body: _QueryBody = msgspec.field(
        default_factory=lambda: _QueryBody(_QueryResults(_EventList([])))
    )


class Parts(NamedTuple):
    """``spans`` says where each event stands, ``envelope`` is the text with an empty event list.

    When the places cannot be told, ``spans`` is None and the envelope is the whole text.
    """

    kind: str
    context: bytes | None
    envelope: bytes
    events: list[bytes]
    spans: list[tuple[int, int]] | None


_any_outline = msgspec.json.Decoder(_Outline).decode
_document_outline = msgspec.json.Decoder(_DocumentOutline).decode
_query_outline = msgspec.json.Decoder(_QueryOutline).decode


def take_apart(data: bytes) -> Parts:
    """The parts of a document; no events when it is none, or none can be found.

    Raises `msgspec.DecodeError` or `RecursionError` when the text is no JSON that can
    be read, `msgspec.ValidationError` when it is no object with a ``type`` text.
    """
    outline, events = _events(data)
    raws = [bytes(event) for event in events]
    spans = _spans(data, raws)
    envelope = data[: spans[0][0]] + data[spans[-1][1] :] if spans else data
    return Parts(outline.type, bytes(outline.context) or None, envelope, raws, spans)


def _events(data: bytes) -> tuple[_Outline, list[msgspec.Raw]]:
    outline: _Outline
    try:
        document = _document_outline(data)
        if document.type == DocumentKind.DOCUMENT:
            return document, document.epcis_body.event_list
    except msgspec.ValidationError:
        pass
    outline = _any_outline(data)
    try:
        if outline.type == DocumentKind.QUERY_DOCUMENT:
            query = _query_outline(data)
            return query, query.epcis_body.query_results.results_body.event_list
    except msgspec.ValidationError:
        pass
    return outline, []


def _spans(data: bytes, events: list[bytes]) -> list[tuple[int, int]] | None:
    """Where the events stand, or None when a copy of one elsewhere in the text misleads."""
    spans: list[tuple[int, int]] = []
    at = 0
    for event in events:
        start = data.find(event, at)
        at = start + len(event)
        spans.append((start, at))
    if any(data[end:start].strip(_SPACE) != b"," for (_, end), (start, _) in pairwise(spans)):
        return None
    return spans
