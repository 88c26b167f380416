# SPDX-License-Identifier: Apache-2.0
"""What a reader may be shown of entries: opened where the record may be seen whole."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from nguon.base.audience import Audience, AudienceKind, Disclosure
from nguon.evidence.opening import Opening
from nguon.store import Store
from nguon.store.values import EntryKind, LogEntry, StoredEvent
from nguon.tlog.packages import Open, Part


def parts(store: Store, audience: Audience, seqs: Sequence[int]) -> list[Part]:
    """The entries with these numbers, ascending, those that exist, opened for this reader.

    An event's entry is opened where the reader sees the event whole; that it was shown is
    noted for its owner.
    """
    entries = store.log.at(seqs, salts=True)
    about = [entry.event for entry in entries if entry.kind is EntryKind.EVENT]
    seen = {each.id: each for each in store.events.by_ids(audience, about)} if about else {}
    return [Part(entry, _opened(store, audience, entry, seen)) for entry in entries]


def _opened(
    store: Store, audience: Audience, entry: LogEntry, seen: Mapping[int, StoredEvent]
) -> Open | None:
    if entry.salt is None:
        return None
    if entry.kind is EntryKind.STATEMENT:
        return _statement(store, audience, entry)
    found = seen.get(entry.event)
    whole = found is not None and found.disclosure is Disclosure.FULL
    if entry.kind is not EntryKind.EVENT or found is None or not whole or found.body is None:
        return None
    opening = Opening(entry.salt, found.digest, sha256(found.body).digest())
    return Open(opening, found.body, found.context, record=found.event.event_id)


def _statement(store: Store, audience: Audience, entry: LogEntry) -> Open | None:
    """For the operator, and for the organisation that a statement concerns."""
    if audience.kind is not AudienceKind.OPERATOR:
        own = f"organisation/{audience.organisation}"
        if audience.organisation is None or own not in store.log.about(entry.seq):
            return None
    told = store.log.statement(entry.seq)
    if told is None or told.body is None or entry.salt is None:
        return None
    return Open(Opening(entry.salt, sha256(told.body).digest()), statement=told.body)
