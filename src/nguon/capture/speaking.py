# SPDX-License-Identifier: Apache-2.0
"""Records against what their signer speaks for, or who sent them unsigned, with the place of
each fault.
"""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from nguon.base.errors import Fault
from nguon.capture.document import Batch
from nguon.capture.issued import pointers_of
from nguon.capture.model import Note
from nguon.capture.signed import Signed
from nguon.epcis.document import Document
from nguon.parties.grants.drawing import Drawing, Use
from nguon.parties.speaking import Spoken, spoken
from nguon.store import Store
from nguon.store.deciding import recorded
from nguon.store.values import EventRecord


def speaking_for(
    store: Store, signed: Signed | None, records: Sequence[EventRecord], submitter: int
) -> Spoken:
    """What is not the signer's to say in these records, or the submitter's where nobody signed,
    and what they draw from grants. What was recorded unsigned before, when nobody had the
    number, may be sent again.
    """
    if signed is not None:
        return spoken(store, signed.organisation, signed.scope, records, submitter=submitter)
    found = spoken(store, submitter, None, records)
    if not found.findings:
        return found
    wrong = {records[one.record].digest for one in found.findings}
    with store.reading() as connection:
        before = recorded(connection, submitter, wrong)
    left = [one for one in found.findings if records[one.record].digest not in before]
    return Spoken(left, found.drawing)


def each_alone(store: Store, sent: Sequence[tuple[int, EventRecord]]) -> list[Spoken]:
    """`speaking_for` of unsigned records that each are a submission, with their submitters; of
    one submitter's they are asked about together.
    """
    answers: list[Spoken] = [_NOTHING] * len(sent)
    by_submitter: dict[int, list[int]] = {}
    for at, (submitter, _) in enumerate(sent):
        by_submitter.setdefault(submitter, []).append(at)
    for submitter, places in by_submitter.items():
        found = speaking_for(store, None, [sent[at][1] for at in places], submitter)
        if found.findings or found.drawing:
            for place, at in enumerate(places):
                answers[at] = _alone(found, place)
    return answers


_NOTHING = Spoken([], Drawing(0, (), {}))


def _alone(found: Spoken, place: int) -> Spoken:
    """What was found of one record, as if it had been asked about by itself."""
    drawing = found.drawing
    return Spoken(
        [replace(one, record=0) for one in found.findings if one.record == place],
        Drawing(
            drawing.organisation,
            [replace(use, record=0) for use in drawing.uses if use.record == place],
            {0: drawing.erroneous[place]} if place in drawing.erroneous else {},
        ),
    )


def faults_of(found: Spoken, records: Sequence[EventRecord]) -> Iterator[tuple[int, Fault]]:
    """Each finding as a fault, its pointer relative to the event, with its record's place."""
    pointers: dict[int, dict[str, str]] = {}
    for one in found.findings:
        if one.record not in pointers:
            pointers[one.record] = pointers_of(records[one.record])
        yield one.record, Fault(_pointer(pointers[one.record], one.key), one.code, one.params)


def only_own(
    store: Store, signed: Signed | None, batch: Batch, envelope: Document, submitter: int
) -> tuple[Batch, Drawing]:
    """The batch without records that are not theirs to say (`speaking_for`); a note says why of
    each.
    """
    found = speaking_for(store, signed, batch.records, submitter)
    if not found.findings:
        return batch, found.drawing
    refused = {one.record for one in found.findings}
    notes = [
        Note(envelope.event_pointer(batch.positions[at]) + fault.pointer, fault.code, fault.params)
        for at, fault in faults_of(found, batch.records)
    ]
    left = [at for at in range(len(batch.records)) if at not in refused]
    places = {at: place for place, at in enumerate(left)}
    drawing = Drawing(
        found.drawing.organisation,
        [_moved(use, places) for use in found.drawing.uses],
        {places[at]: name for at, name in found.drawing.erroneous.items() if at in places},
    )
    kept = Batch(
        [batch.records[at] for at in left],
        [batch.positions[at] for at in left],
        [*batch.notes, *notes],
    )
    return kept, drawing


def _moved(use: Use, places: dict[int, int]) -> Use:
    return replace(use, record=places[use.record])


def _pointer(pointers: dict[str, str], key: str) -> str:
    """That of the key itself, or of the first thing that has it as its product."""
    if key in pointers:
        return pointers[key]
    return next((at for name, at in pointers.items() if name.startswith(f"{key}/")), "")
