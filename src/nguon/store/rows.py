# SPDX-License-Identifier: Apache-2.0
"""The rows that one event becomes, in the order of the tables' columns; pure."""

from hashlib import sha256

from nguon.store.values import Derived, EventRecord, Submitter

SAME_NAME = -1
"""Stands for the submitter in the `event_digest` row of the party that used an eventID first."""
_OWN_NAME = -3
SAME_CONTENT = -2
"""Likewise in the row of the first event with a CBV hash."""

EventRow = tuple[
    int, int, int, int, int, int, int, int, bytes, bytes, str, str | None, bytes, bytes
]
ItemRow = tuple[int, int, int, int, int]
TermRow = tuple[int, int, int]
DigestRow = tuple[bytes, int, int]


def name_digest(event_id: str) -> bytes:
    """What an eventID is kept unique by."""
    return sha256(b"eventID\0" + event_id.encode()).digest()


def own_name(organisation: int) -> int:
    """Stands for the submitter in the row that keeps an eventID unique of a party that was not
    the first to use it.
    """
    return _OWN_NAME - organisation


def naming_party(submitter: int) -> int | None:
    """Whose row of the same kind it is; None for every other row."""
    return _OWN_NAME - submitter if submitter <= _OWN_NAME else None


def event_row(
    record: EventRecord,
    derived: Derived,
    event: int,
    submitter: Submitter,
    *,
    possible_duplicate: bool,
) -> EventRow:
    """The row of `event`."""
    return (
        event,
        record.time,
        submitter.organisation,
        record.zone,
        int(record.type),
        int(record.action),
        int(record.correction),
        int(possible_duplicate),
        record.digest,
        record.cbv_hash,
        submitter.key_id,
        record.event_id,
        derived.packed,
        record.body,
    )


def item_rows(record: EventRecord, derived: Derived, event: int) -> list[ItemRow]:
    """The rows of `event_item`: each item once in each of its roles."""
    time = record.time
    return [(item, member, time, event, role) for item, member, role in derived.entries]


def term_rows(record: EventRecord, event: int) -> set[TermRow]:
    """The rows of `event_term`."""
    time = record.time
    return {(term, time, event) for term in record.terms}
