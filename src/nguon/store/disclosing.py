# SPDX-License-Identifier: Apache-2.0
"""How much of loaded events a reader sees: gathers the facts, asks the audience, reduces."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Connection

from nguon.base.audience import Audience, AudienceKind, Disclosure, EventFacts
from nguon.epcis.codec import decode_raw_event
from nguon.store.bodies import unpack
from nguon.store.hands import asked_of, custodians_of, hands_of, in_hand
from nguon.store.hooks import Hooks
from nguon.store.jurisdiction import touched
from nguon.store.loading import Loaded
from nguon.store.sight import Sight
from nguon.store.told import Entry
from nguon.store.values import StoredEvent

_CONTAINERS = 3
"""Boxes on pallets in containers."""


def disclose(
    connection: Connection,
    sight: Sight,
    audience: Audience,
    loaded: Sequence[Loaded],
) -> list[StoredEvent]:
    """The events as the audience may see them, in the same order, hidden ones left out."""
    levels = {sender: _level(audience, sender) for sender in {e.submitter for e in loaded}}
    open_cases = [entry for entry in loaded if levels[entry.submitter] is None]
    decided = _decide(connection, sight, audience, open_cases)
    shown = (
        _shown(audience, entry, decided[entry.id] if level is None else level)
        for entry in loaded
        for level in (levels[entry.submitter],)
    )
    return [entry for entry in shown if entry is not None]


def touched_by(
    connection: Connection,
    sight: Sight,
    audience: Audience,
    entries: Sequence[Entry],
    seq: int,
) -> dict[int, frozenset[str]]:
    """The provinces of a reader's mandate that records touched; nothing for other readers.

    ``seq`` is the log's head, read before.
    """
    mandate = audience.mandate
    if audience.kind is not AudienceKind.INSPECTOR or mandate is None or mandate.national:
        return {}
    wanted = mandate.provinces or frozenset()
    return touched(connection, sight, wanted, entries, seq) if entries else {}


def note(hooks: Hooks, audience: Audience, shown: Sequence[StoredEvent]) -> None:
    """Have it recorded what a reader was shown of others' events beyond what is public."""
    if not audience.reader:
        return
    hooks.noted(
        audience,
        "event",
        [
            (entry.submitter, entry.items[0].key if entry.items else "")
            for entry in shown
            if entry.disclosure is Disclosure.FULL and entry.submitter != audience.organisation
        ],
    )


def _level(audience: Audience, submitter: int) -> Disclosure | None:
    """The decision, where nothing but the submitter matters to it."""
    least = audience.disclosure(EventFacts(submitter))
    named = frozenset() if audience.organisation is None else frozenset({audience.organisation})
    mandate = None if audience.mandate is None else audience.mandate.provinces
    facts = EventFacts(submitter, named, custody=True, provinces=mandate or frozenset())
    return least if least == audience.disclosure(facts) else None


def _decide(
    connection: Connection,
    sight: Sight,
    audience: Audience,
    entries: Sequence[Loaded],
) -> dict[int, Disclosure]:
    """The decisions that need facts: those by what is cheap to know come first."""
    if not entries:
        return {}
    seq = min(entry.head for entry in entries)
    judged = cache(lambda *facts: audience.disclosure(EventFacts(*facts)))
    if audience.kind is AudienceKind.INSPECTOR:
        provinces = touched_by(connection, sight, audience, entries, seq)
        none = frozenset[int]()
        return {e.id: judged(e.submitter, none, False, provinces[e.id]) for e in entries}
    told = {entry.id: sight.told.of(entry) for entry in entries}
    parties = {one.parties for one in told.values()}
    holders = sight.hooks.named(set[str]().union(*parties))
    held = {keys: frozenset(map(holders.__getitem__, keys & holders.keys())) for keys in parties}
    named = {number: held[one.parties] for number, one in told.items()}
    found = {entry.id: judged(entry.submitter, named[entry.id]) for entry in entries}
    left = [entry for entry in entries if found[entry.id] is not Disclosure.FULL]
    sought = set[str]().union(*(told[entry.id].things for entry in left))
    reader = audience.organisation
    if reader is None or not sought:
        return found
    find = sight.hooks.named
    own = in_hand(connection, sight.dialect, sight.hands, seq, reader, sought, find)
    for entry in left:
        if not own.isdisjoint(told[entry.id].things):
            found[entry.id] = judged(entry.submitter, named[entry.id], True)
    return found


def handled(
    connection: Connection,
    sight: Sight,
    organisation: int | None,
    keys: set[str],
    depth: int = _CONTAINERS,
) -> set[str]:
    """Those of the things that an organisation made, or that a custodian named it for; also what
    a custodian put into a container that is so.
    """
    if organisation is None or not keys:
        return set()
    hands = hands_of(connection, sight.dialect, sight.hands, keys)
    holders = sight.hooks.named(asked_of(hands))
    found = {key: custodians_of(key, one, holders) for key, one in hands.items()}
    own = {key for key, custodians in found.items() if organisation in custodians}
    inside = [
        (key, parent)
        for key in hands.keys() - own
        for sender, parent in hands[key].packed
        if sender in found[key]
    ]
    parents = {parent for _, parent in inside}
    if not depth or not parents:
        return own
    outer = handled(connection, sight, organisation, parents, depth - 1)
    return own | {key for key, parent in inside if parent in outer}


def _shown(audience: Audience, entry: Loaded, level: Disclosure) -> StoredEvent | None:
    if level is Disclosure.NONE:
        return None
    raw, context = unpack(entry.body)
    event_value = decode_raw_event(raw)
    if level is Disclosure.FULL:
        return StoredEvent(
            id=entry.id,
            seq=entry.seq,
            record_time=entry.record_time,
            submitter=entry.submitter,
            digest=entry.digest,
            cbv_hash=entry.cbv_hash,
            event=event_value,
            items=entry.items,
            disclosure=level,
            body=raw,
            context=context,
        )
    if audience.reduce is None or audience.reduce_items is None:
        return None
    return StoredEvent(
        id=entry.id,
        seq=entry.seq,
        record_time=entry.record_time,
        submitter=entry.submitter,
        digest=b"",
        cbv_hash=b"",
        event=audience.reduce(event_value),
        items=audience.reduce_items(entry.items),
        disclosure=level,
    )
