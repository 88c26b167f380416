# SPDX-License-Identifier: Apache-2.0
"""JSON-LD bytes to typed events (EPCIS 2.0 section 10).

The fast path accepts what is beyond doubt; anything else goes to the exact
path, which names every fault or, finding none, accepts.
"""

from itertools import chain, islice
from typing import Any, NoReturn

import msgspec

from nguon.base.errors import Fault
from nguon.epcis.document import (
    EVENT_LIST,
    Document,
    DocumentKind,
    EpcisDocument,
    EpcisQueryDocument,
    Received,
)
from nguon.epcis.encode import encode_event, encode_query_document, with_context
from nguon.epcis.errors import InvalidDocument, MalformedJson
from nguon.epcis.faults import faults_of
from nguon.epcis.model import EVENT_TYPES, Event, ExtendedEvent
from nguon.epcis.rules import faults_between
from nguon.epcis.shape import AROUND_EVENT, convert
from nguon.epcis.split import Parts, take_apart
from nguon.epcis.syntax import require_faithful

__all__ = [
    "decode_document",
    "decode_event",
    "decode_raw_event",
    "encode_event",
    "encode_query_document",
    "event_faults",
    "relocate",
    "split_document",
    "with_context",
]

MOST_FAULTS = 1000
"""So many faults of a submission are named: what has more is no slip of the pen, and naming
them all would cost a hundred times its size."""
MOST_FAULTS_OF_EVENT = 100
"""Likewise of one event."""

_read = msgspec.json.Decoder().decode
_write = msgspec.json.Encoder().encode
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_SPACE = b" \t\n\r"


def _beyond_doubt(text: bytes) -> Any:
    """The plain JSON value, or None when it may not hold all that the text says.

    Every member and every colon in a string has one colon in the text, however
    it is spaced, so a repeated member shows as a colon lost on re-encoding; an
    escaped colon, and null, which no known member may hold, are left to the
    exact path.
    """
    try:
        tree = _read(text)
    except _UNREADABLE:
        return None
    again = _write(tree)
    if text.count(b":") != again.count(b":") or b":null" in again:
        return None
    return None if b"\\" in text and b"\\u003" in text else tree


def decode_raw_event(raw: bytes, *, rules: bool = True) -> Event:
    """One event of a document, typed.

    Raises `MalformedJson` with positions in ``raw``, or `InvalidDocument` with
    every fault, its pointers relative to the event. Without ``rules`` an event that
    others accepted is read although members contradict each other.
    """
    event = _fast_event(raw, rules)
    if event is not None:
        return event
    require_faithful(raw, around=AROUND_EVENT)
    tree = _read(raw)
    faults = event_faults(tree, rules=rules)
    if faults:
        _refuse(faults)
    event = convert(tree, EVENT_TYPES.get(tree["type"], ExtendedEvent), AROUND_EVENT)
    assert event is not None
    return event


def _fast_event(raw: bytes, rules: bool) -> Event | None:
    tree = _beyond_doubt(raw)
    if type(tree) is not dict:
        return None
    kind = tree.get("type")
    if type(kind) is not str or (rules and any(True for _ in faults_between(tree))):
        return None
    return convert(tree, EVENT_TYPES.get(kind, ExtendedEvent), AROUND_EVENT)


def event_faults(tree: Any, *, rules: bool = True) -> list[Fault]:
    """What is wrong with a decoded event, as pointers relative to it: everything, up to
    `MOST_FAULTS_OF_EVENT`.
    """
    kind = tree.get("type") if isinstance(tree, dict) else None
    struct = EVENT_TYPES.get(kind, ExtendedEvent) if isinstance(kind, str) else Event
    between = faults_between(tree) if rules and isinstance(tree, dict) else ()
    return list(islice(chain(faults_of(tree, struct), between), MOST_FAULTS_OF_EVENT))


def _refuse(faults: list[Fault]) -> NoReturn:
    del faults[MOST_FAULTS:]
    raise InvalidDocument("epcis.invalid", faults, count=len(faults))


def decode_event(data: bytes) -> Received:
    """A bare event as a whole submission: it must bring its own ``@context``.

    Raises as `decode_raw_event`, with ``epcis.context-missing`` among the faults.
    """
    raw = data.strip(_SPACE)
    missing = [Fault("", "epcis.context-missing")]
    try:
        event = decode_raw_event(raw)
    except InvalidDocument as error:
        tree = _read(raw)
        bare = isinstance(tree, dict) and "@context" not in tree
        _refuse(error.faults + missing if bare else error.faults)
    if event.context is None:
        _refuse(missing)
    return Received(event, raw)


def split_document(data: bytes) -> tuple[Document, list[bytes]]:
    """The checked envelope and the exact bytes of each event, for `decode_raw_event` elsewhere.

    Raises `MalformedJson` or `InvalidDocument` for what is wrong outside the events. A bare
    event comes back as itself, with the kind ``event`` and its own context.
    """
    document, faults, parts = _open(data)
    if faults:
        _refuse(faults)
    assert document is not None
    return document, parts.events


def decode_document(data: bytes) -> Document:
    """An EPCISDocument, EPCISQueryDocument or bare event with all its events, all checked.

    Raises `MalformedJson` at the first place that is no faithful JSON, `InvalidDocument`
    with every fault of envelope and events, pointers relative to the document.
    """
    document, faults, parts = _open(data)
    received = []
    for index, raw in enumerate(parts.events):
        if len(faults) >= MOST_FAULTS:
            break
        try:
            received.append(Received(decode_raw_event(raw), raw))
        except InvalidDocument as error:
            faults.extend(relocate(error.faults, _pointer(parts, index)))
        except MalformedJson:
            if parts.spans is not None:
                start, end = parts.spans[index]
                where = _pointer(parts, index)
                require_faithful(data, start=start, end=end, pointer=where, around=AROUND_EVENT)
            raise
    if faults:
        _refuse(faults)
    assert document is not None
    return msgspec.structs.replace(document, events=tuple(received))


def _pointer(parts: Parts, index: int) -> str:
    return f"{EVENT_LIST[parts.kind]}/{index}" if parts.kind in EVENT_LIST else ""


def relocate(faults: list[Fault], pointer: str) -> list[Fault]:
    """The faults of an event as faults of the document in which it stands at ``pointer``."""
    return [Fault(pointer + fault.pointer, fault.code, fault.params) for fault in faults]


def _open(data: bytes) -> tuple[Document | None, list[Fault], Parts]:
    """The envelope (None when faulty), its faults, and the parts."""
    try:
        parts = take_apart(data)
    except _UNREADABLE:
        require_faithful(data)
        _refuse(list(islice(faults_of(_read(data), _Typed), MOST_FAULTS)))
    if parts.kind not in EVENT_LIST:
        bare = Parts(parts.kind, parts.context, b"", [data.strip(_SPACE)], None)
        missing = [] if parts.context else [Fault("", "epcis.context-missing")]
        return Document(kind=DocumentKind.EVENT, context=parts.context), missing, bare
    struct = _ENVELOPES[parts.kind]
    tree = _beyond_doubt(parts.envelope)
    envelope = None if tree is None else convert(tree, struct, 0)
    if envelope is not None and not (parts.spans and _event_list(envelope)):
        return _document(envelope, parts.context), [], parts
    # In doubt, or a copy of the events elsewhere was cut out: read the whole text exactly.
    require_faithful(data)
    faults = list(islice(faults_of(_read(data), struct), MOST_FAULTS))
    if faults:
        return None, faults, parts
    envelope = convert(_read(data), struct, 0)
    assert envelope is not None
    return _document(envelope, parts.context), [], parts


_ENVELOPES: dict[str, type[EpcisDocument | EpcisQueryDocument]] = {
    DocumentKind.DOCUMENT: EpcisDocument,
    DocumentKind.QUERY_DOCUMENT: EpcisQueryDocument,
}


def _event_list(envelope: EpcisDocument | EpcisQueryDocument) -> list[Any]:
    if isinstance(envelope, EpcisQueryDocument):
        return envelope.epcis_body.query_results.results_body.event_list
    return envelope.epcis_body.event_list


class _Typed(msgspec.Struct):
    """What anything captured must be at least."""

    type: str


def _document(envelope: EpcisDocument | EpcisQueryDocument, context: bytes | None) -> Document:
    if isinstance(envelope, EpcisQueryDocument):
        results = envelope.epcis_body.query_results
        return Document(
            kind=DocumentKind.QUERY_DOCUMENT,
            context=context,
            schema_version=envelope.schema_version,
            creation_date=envelope.creation_date,
            query_name=results.query_name,
            subscription_id=results.subscription_id,
            master_data=results.results_body.vocabulary_list,
            extensions=envelope.extensions,
        )
    header = envelope.epcis_header
    master_data = None if header is None else header.epcis_master_data
    return Document(
        kind=DocumentKind.DOCUMENT,
        context=context,
        schema_version=envelope.schema_version,
        creation_date=envelope.creation_date,
        sender=envelope.sender,
        receiver=envelope.receiver,
        instance_identifier=envelope.instance_identifier,
        header=header,
        master_data=[] if master_data is None else master_data.vocabulary_list,
        extensions=envelope.extensions,
    )
