# SPDX-License-Identifier: Apache-2.0
"""What goes into the event store and what comes out."""

from enum import IntEnum, StrEnum
from typing import NamedTuple

import msgspec

from nguon.base.audience import Disclosure
from nguon.epcis.items import ItemRef
from nguon.epcis.model import Event
from nguon.evidence.commitments import NO_SIGNATURE


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


class Derived(msgspec.Struct, frozen=True, array_like=True):
    """What the store works out from a record (`nguon.store.deriving`)."""

    packed: bytes
    """The items, packed."""
    entries: tuple[tuple[int, int, int], ...]
    """Hash, membership and role of each item, distinct."""
    subjects: tuple[str, ...]
    """The marks of its things in the log, distinct and sorted."""


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
    derived: Derived | None = None
    """Filled by `nguon.store.deriving.derive`, here or by the writer."""


class Submitter(msgspec.Struct, frozen=True, array_like=True):
    """Whose key sent a record; ``signature`` is the SHA-256 of the submission's, if it has one."""

    organisation: int
    key_id: str
    signature: bytes = NO_SIGNATURE


class Outcome(StrEnum):
    """What happened to one delivered record."""

    STORED = "stored"
    REPEATED = "repeated"
    CLASHING = "clashing"
    """Another record has this eventID; nothing stored."""
    WITHHELD = "withheld"
    """Could be stored, but its submission was refused as a whole because of a clash."""


class Receipt(msgspec.Struct, frozen=True):
    """The answer for one record; a repeat gets the first one's.

    ``event``, ``seq`` and ``record_time`` are 0 where nothing was stored.
    ``possible_duplicate``: the first record with this CBV hash has another
    eventID or another submitter.
    """

    outcome: Outcome
    event: int
    seq: int
    record_time: int
    digest: bytes
    possible_duplicate: bool = False


class CaptureJob(msgspec.Struct, frozen=True):
    """A submission under way or done; times in microseconds UTC.

    ``document`` is the SHA-256 of what was sent, ``spool`` where it lies until
    the job is finished. ``position`` events are settled: stored, repeated or
    clashing. ``errors`` is JSON, made by capture.
    """

    id: str
    organisation: int
    key_id: str
    document: bytes
    behaviour: str
    created: int
    leased_until: int
    position: int = 0
    stored: int = 0
    repeated: int = 0
    clashing: int = 0
    total: int | None = None
    finished: int | None = None
    success: bool | None = None
    errors: str = "[]"
    spool: str | None = None
    idempotency_key: str | None = None


class JobUpdate(msgspec.Struct, frozen=True):
    """A capture job's progress, written with the records that it is about.

    The records are events ``start`` (inclusive) to ``end`` (exclusive) of the
    document. An update that does not continue at the job's position changes
    nothing, so that a repeated write is counted once. ``finished`` ends the job
    with success. ``new`` is the job itself where it is not stored yet: its row
    goes in with its records. ``errors`` replaces the job's.
    """

    job: str
    start: int
    end: int
    finished: bool = False
    errors: str | None = None
    new: CaptureJob | None = None


class EntryKind(IntEnum):
    """What a log entry is about."""

    EVENT = 1
    ERASURE = 2
    """What an earlier entry was about is erased."""
    STATEMENT = 3
    """A change of something that is no event (`nguon.store.statements`)."""
    MAP = 4
    """The head of the map of all things' entries."""
    LOST = 5
    """A leaf of which this database has nothing else: its content is gone."""


class LogEntry(msgspec.Struct, frozen=True):
    """One entry of the log; ``salt`` only where it was asked for and is not erased.

    ``event`` is 0 where it is about none.
    """

    seq: int
    kind: EntryKind
    event: int
    record_time: int
    leaf: bytes
    salt: bytes | None = None


class Head(NamedTuple):
    """The last entry of the log: its number (0 in an empty one) and record time."""

    seq: int
    record_time: int


class Order(StrEnum):
    """What a stream of events is ordered by."""

    EVENT_TIME = "eventTime"
    RECORD_TIME = "recordTime"


class Cursor(NamedTuple):
    """A place in a stream: event time and event number, or log number and event number."""

    position: int
    event: int


class Window(NamedTuple):
    """Bounds of a read, microseconds UTC, lower inclusive, upper exclusive.

    ``upto_seq``: nothing that was recorded after this log entry.
    """

    time_from: int | None = None
    time_to: int | None = None
    record_from: int | None = None
    record_to: int | None = None
    upto_seq: int | None = None


class StoredEvent(msgspec.Struct, frozen=True):
    """An event as its reader may see it.

    ``event`` is complete where ``disclosure`` is ``FULL``, reduced otherwise;
    ``body`` (the bytes as received) and ``context`` (the document's
    ``@context``, JSON) are there only where it is ``FULL``. ``digest`` and
    ``cbv_hash`` are empty elsewhere: unsalted, they could be guessed against.
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
