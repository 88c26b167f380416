# SPDX-License-Identifier: Apache-2.0
"""The rows that one event becomes, in the order of the tables' columns; pure."""

from hashlib import sha256

from nguon.epcis.items import Role
from nguon.gs1 import key_hash
from nguon.store.packing import pack_items
from nguon.store.values import EventRecord, Submitter

SAME_NAME = -1
"""Stands for the submitter in the `event_digest` row that keeps an eventID unique."""
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


def event_row(
    record: EventRecord, event: int, submitter: Submitter, *, possible_duplicate: bool
) -> EventRow:
    """The row of `event`."""
    return (
        event,
        record.time,
        submitter.organisation,
        record.zone,
        record.type,
        record.action,
        record.correction,
        possible_duplicate,
        record.digest,
        record.cbv_hash,
        submitter.key_id,
        record.event_id,
        pack_items(record.items),
        record.body,
    )


def item_rows(record: EventRecord, event: int) -> set[ItemRow]:
    """The rows of `event_item`: each item once in each of its roles."""
    time = record.time
    return {
        (key_hash(item.key), 1 if item.role == Role.MEMBER else 0, time, event, int(item.role))
        for item in record.items
    }


def term_rows(record: EventRecord, event: int) -> set[TermRow]:
    """The rows of `event_term`."""
    time = record.time
    return {(term, time, event) for term in record.terms}
