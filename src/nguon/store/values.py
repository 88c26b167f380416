# SPDX-License-Identifier: Apache-2.0
"""What goes into the event store and what comes out."""

from enum import IntEnum, StrEnum

import msgspec

from nguon.base.audience import Disclosure
from nguon.epcis.items import ItemRef
from nguon.epcis.model import Event


class EventType(IntEnum):
    """The stored code of an event's type."""

    EXTENDED = 0
    OBJECT = 1
    AGGREGATION = 2
    TRANSACTION = 3
    TRANSFORMATION = 4
    ASSOCIATION = 5


class Action(IntEnum):
    """The stored code of an event's action (``NONE``: transformation and extended events)."""

    NONE = 0
    ADD = 1
    OBSERVE = 2
    DELETE = 3


class EventRecord(msgspec.Struct, frozen=True, array_like=True):
    """An event ready to be stored: made outside any transaction, also in worker processes."""

    digest: bytes
    """Record digest: 32 bytes."""
    cbv_hash: bytes
    """CBV 2.0 event hash: 32 bytes."""
    received: bytes
    """SHA-256 of the event's bytes as received."""
    event_id: str | None
    type: EventType
    action: Action
    time: int
    """Event time, microseconds UTC."""
    zone: int
    """Event time zone offset, minutes."""
    correction: bool
    """Carries an error declaration."""
    body: bytes
    """The event as received, packed by `nguon.store.bodies`."""
    items: tuple[ItemRef, ...]
    terms: tuple[int, ...]
    """Index terms (`nguon.epcis.terms`)."""


class Submitter(msgspec.Struct, frozen=True, array_like=True):
    """Whose key sent a record."""

    organisation: int
    key_id: str


class Outcome(StrEnum):
    """What happened to one delivered record."""

    STORED = "stored"
    REPEATED = "repeated"
    CLASHING = "clashing"


class Receipt(msgspec.Struct, frozen=True):
    """The answer for one record; a repeat gets the first one's."""

    outcome: Outcome
    event: int
    seq: int
    record_time: int
    digest: bytes
    possible_duplicate: bool = False


class StoredEvent(msgspec.Struct, frozen=True):
    """An event as its reader may see it.

    ``event`` is complete where ``disclosure`` is ``FULL``, reduced otherwise;
    ``body`` (the bytes as received) and ``context`` (the document's
    ``@context``, JSON) are there only where it is ``FULL``.
    """

    id: int
    seq: int
    record_time: int
    submitter: int
    digest: bytes
    cbv_hash: bytes
    event: Event
    items: tuple[ItemRef, ...]
    disclosure: Disclosure
    body: bytes | None = None
    context: bytes | None = None


class LineageEvent(msgspec.Struct, frozen=True):
    """The part of an event that lineage needs; no body is read for it."""

    id: int
    seq: int
    time: int
    type: EventType
    action: Action
    submitter: int
    correction: bool
    items: tuple[ItemRef, ...]
    event_id: str | None = None
    cbv_hash: bytes = b""
