# SPDX-License-Identifier: Apache-2.0
"""A document on its way into the store: its events prepared, its faults placed, its notes kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from nguon.base.errors import Fault
from nguon.capture.errors import CaptureLimitError, RefusedEventsError
from nguon.capture.model import MOST_NOTES, Behaviour, Limits, Note, foremost
from nguon.capture.pool import Preparer
from nguon.capture.prepare import Context, Prepared
from nguon.epcis.codec import decode_document, split_document
from nguon.epcis.document import Document
from nguon.epcis.errors import InvalidDocument
from nguon.epcis.event_hash import ignore_fields_of
from nguon.store.values import EventRecord, Outcome, Receipt


@dataclass(frozen=True, slots=True)
class Batch:
    """Some consecutive events of a document, ready to be written."""

    records: list[EventRecord]
    positions: list[int]
    """Which event of the document each record is."""
    notes: list[Note]

    def clashes(self, receipts: Sequence[Receipt], envelope: Document) -> list[Note]:
        """What to say about the records that clash."""
        return [
            Note(
                f"{envelope.event_pointer(position)}/eventID",
                "capture.event-id-clash",
                {"event_id": record.event_id},
            )
            for record, position, receipt in zip(
                self.records, self.positions, receipts, strict=True
            )
            if receipt.outcome is Outcome.CLASHING
        ]


@dataclass(frozen=True, slots=True)
class Submitted:
    """A document taken apart: its envelope and the bytes of each event."""

    envelope: Document
    raws: list[bytes]

    def prepared(
        self, preparer: Preparer, *, strict: bool, start: int = 0, end: int | None = None
    ) -> Batch:
        """Events ``start`` to ``end`` as records and notes."""
        raws = self.raws[start:end]
        context, extensions = self.envelope.context, self.envelope.extensions
        shared = Context(context, strict, ignore_fields_of(extensions, context))
        return self._batch(preparer.prepare(raws, shared), start)

    def _batch(self, prepared: Sequence[Prepared], start: int) -> Batch:
        batch = Batch([], [], [])
        for position, (record, faults) in enumerate(
            ((one.record, one.faults) for one in prepared), start
        ):
            place = self.envelope.event_pointer(position)
            batch.notes.extend(
                Note(place + fault.pointer, fault.code, fault.params, record is not None)
                for fault in faults
            )
            if len(batch.notes) > 2 * MOST_NOTES:
                batch.notes[:] = foremost(batch.notes)
            if record is not None:
                batch.records.append(record)
                batch.positions.append(position)
        return batch


def take_apart(data: bytes, behaviour: Behaviour, limits: Limits) -> Submitted:
    """A document's envelope and events.

    Raises:
        MalformedJson, InvalidDocument: it is no EPCIS document, or its envelope is faulty.
        CaptureLimitError: more events than may be captured, or than may be captured whole.
    """
    envelope, raws = _split(data)
    count = len(raws)
    if count > limits.events:
        raise CaptureLimitError("capture.too-many-events", count=count, limit=limits.events)
    if behaviour is Behaviour.ROLLBACK and count > limits.whole:
        raise CaptureLimitError("capture.needs-proceed", count=count, limit=limits.whole)
    return Submitted(envelope, raws)


def require_all(batch: Batch, data: bytes) -> None:
    """Refuses a document of which any event has a fault, naming every one.

    Raises:
        MalformedJson, InvalidDocument: as `nguon.epcis.codec.decode_document` says it.
        RefusedEventsError: faults that only our own rules know.
    """
    faults: list[Fault] = [note.fault() for note in batch.notes if not note.warning]
    if faults:
        decode_document(data)
        raise RefusedEventsError(faults)


def _split(data: bytes) -> tuple[Document, list[bytes]]:
    """Envelope and events; a faulty envelope is refused with the events' faults besides."""
    try:
        return split_document(data)
    except InvalidDocument:
        decode_document(data)
        raise
