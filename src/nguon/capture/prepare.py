# SPDX-License-Identifier: Apache-2.0
"""From the bytes of an event to the record that is stored: pure, so that any process can do it."""

import hashlib
from collections.abc import Sequence

import msgspec

from nguon.base.errors import Fault, FaultyInputError, NguonError
from nguon.base.time import to_microseconds
from nguon.capture.rules import doubtful
from nguon.epcis import model
from nguon.epcis.codec import decode_raw_event
from nguon.epcis.digest import record_digest
from nguon.epcis.event_hash import event_hash
from nguon.epcis.items import items_of
from nguon.epcis.terms import terms_of
from nguon.store.bodies import pack
from nguon.store.values import Action, EventRecord, EventType

_TYPES = {
    model.ObjectEvent: EventType.OBJECT,
    model.AggregationEvent: EventType.AGGREGATION,
    model.TransactionEvent: EventType.TRANSACTION,
    model.TransformationEvent: EventType.TRANSFORMATION,
    model.AssociationEvent: EventType.ASSOCIATION,
}
_ACTIONS = {action.name: action for action in Action}


class Prepared(msgspec.Struct, frozen=True, array_like=True):
    """One event of a submission: its record, or why there is none.

    Where there is a record, ``faults`` are warnings. Pointers are relative to
    the event.
    """

    record: EventRecord | None
    faults: list[Fault]


class Context(msgspec.Struct, frozen=True):
    """What the events of one submission share."""

    json: bytes | None = None
    """The document's ``@context``, as JSON."""
    strict: bool = False
    """Malformed GS1 keys are refused."""
    ignored: tuple[str, ...] = ()
    """Fields that the document keeps out of event hashes."""


def prepare_all(raws: Sequence[bytes], context: Context) -> list[Prepared]:
    """The records of some events, or their faults; raises nothing for bad input."""
    return [_one(raw, context) for raw in raws]


def prepare_packed(raws: list[bytes], context: Context) -> bytes:
    """`prepare_all` for a worker process: the answer as MessagePack, cheap to hand over."""
    return msgspec.msgpack.encode(prepare_all(raws, context))


unpack_prepared = msgspec.msgpack.Decoder(list[Prepared]).decode
"""The answer of `prepare_packed`."""


def _one(raw: bytes, context: Context) -> Prepared:
    try:
        event = decode_raw_event(raw)
    except FaultyInputError as error:
        return Prepared(None, error.faults)
    except NguonError as error:
        return Prepared(None, [Fault("", error.code, error.params)])
    return prepare(event, raw, context)


def prepare(event: model.Event, raw: bytes, context: Context) -> Prepared:
    """The record of a decoded event."""
    items = items_of(event)
    faults = doubtful(event, items)
    if faults and context.strict:
        return Prepared(None, faults)
    cbv_hash = event_hash(event, context.json, context.ignored)
    record = EventRecord(
        digest=record_digest(event, context.json),
        cbv_hash=cbv_hash,
        received=hashlib.sha256(raw).digest(),
        event_id=event.event_id,
        type=_TYPES.get(type(event), EventType.EXTENDED),
        action=_ACTIONS[getattr(event, "action", "NONE")],
        time=to_microseconds(event.event_time),
        zone=_minutes(event.event_time_zone_offset),
        correction=event.error_declaration is not None,
        body=pack(raw, context.json),
        items=items,
        terms=terms_of(event, items, cbv_hash),
    )
    return Prepared(record, faults)


def _minutes(offset: str) -> int:
    """``-03:30`` as -210."""
    size = int(offset[1:3]) * 60 + int(offset[4:6])
    return -size if offset[0] == "-" else size
