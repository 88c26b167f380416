# SPDX-License-Identifier: Apache-2.0
"""From the bytes of an event to the record that is stored: pure, so that any process can do it."""

import hashlib
from collections.abc import Mapping, Sequence

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
from nguon.store.deriving import derive
from nguon.store.values import Action, EventRecord, EventType

_TYPES: Mapping[type[model.Event], EventType] = {
    model.ObjectEvent: EventType.OBJECT,
    model.AggregationEvent: EventType.AGGREGATION,
    model.TransactionEvent: EventType.TRANSACTION,
    model.TransformationEvent: EventType.TRANSFORMATION,
    model.AssociationEvent: EventType.ASSOCIATION,
}
_TOGETHER = 50
"""Events that take each step together: the step's code and their data stay in the processor's
caches, which saves a quarter of the time."""
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
    prepared: list[Prepared] = []
    for start in range(0, len(raws), _TOGETHER):
        prepared += _together(raws[start : start + _TOGETHER], context)
    return prepared


def prepare_packed(raws: list[bytes], context: Context, secret: bytes) -> bytes:
    """`prepare_all` for a worker process: the answer as MessagePack, cheap to hand over.

    The records come with what the store derives from them; ``secret`` is the store's.
    """
    return msgspec.msgpack.encode([_derived(one, secret) for one in prepare_all(raws, context)])


def _derived(prepared: Prepared, secret: bytes) -> Prepared:
    if prepared.record is None:
        return prepared
    return Prepared(derive(prepared.record, secret), prepared.faults)


unpack_prepared = msgspec.msgpack.Decoder(list[Prepared]).decode
"""The answer of `prepare_packed`."""


def _together(raws: Sequence[bytes], context: Context) -> list[Prepared]:
    decoded = [_decoded(raw) for raw in raws]
    events = [event for event in decoded if isinstance(event, model.Event)]
    if len(events) < len(raws):
        raws = [raw for raw, event in zip(raws, decoded, strict=True) if type(event) is not list]
    prepared = iter(prepare_events(events, raws, context))
    return [Prepared(None, one) if isinstance(one, list) else next(prepared) for one in decoded]


def _decoded(raw: bytes) -> model.Event | list[Fault]:
    try:
        return decode_raw_event(raw)
    except FaultyInputError as error:
        return error.faults
    except NguonError as error:
        return [Fault("", error.code, error.params)]


def prepare_events(
    events: Sequence[model.Event], raws: Sequence[bytes], context: Context
) -> list[Prepared]:
    """The records of decoded events, which go through each step together."""
    items = [items_of(event) for event in events]
    faults = [doubtful(event, its) for event, its in zip(events, items, strict=True)]
    hashes = [event_hash(event, context.json, context.ignored) for event in events]
    digests = [record_digest(event, context.json) for event in events]
    terms = list(map(terms_of, events, items, hashes))
    bodies = [pack(raw, context.json) for raw in raws]
    return [
        Prepared(
            None
            if found and context.strict
            else EventRecord(
                digest=digest,
                cbv_hash=cbv_hash,
                received=hashlib.sha256(raw).digest(),
                event_id=event.event_id,
                type=_TYPES.get(type(event), EventType.EXTENDED),
                action=_ACTIONS[getattr(event, "action", "NONE")],
                time=to_microseconds(event.event_time),
                zone=_minutes(event.event_time_zone_offset),
                correction=event.error_declaration is not None,
                body=body,
                items=its,
                terms=named,
            ),
            found,
        )
        for event, raw, its, found, cbv_hash, digest, named, body in zip(
            events, raws, items, faults, hashes, digests, terms, bodies, strict=True
        )
    ]


def _minutes(offset: str) -> int:
    """``-03:30`` as -210."""
    size = int(offset[1:3]) * 60 + int(offset[4:6])
    return -size if offset[0] == "-" else size
