# SPDX-License-Identifier: Apache-2.0
"""How much of loaded events a reader sees: gathers the facts, asks the audience, reduces."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from nguon.base.audience import Audience, AudienceKind, Disclosure, EventFacts
from nguon.epcis.codec import decode_raw_event
from nguon.gs1 import key_hash
from nguon.store.bodies import unpack
from nguon.store.custody import (
    PARTIES,
    Handling,
    containers,
    custodians,
    in_custody,
    party_keys,
    things,
)
from nguon.store.dialects import Dialect
from nguon.store.hooks import Hooks, NamedOrganisations
from nguon.store.jurisdiction import Entry, touched
from nguon.store.loading import Loaded
from nguon.store.log import positions
from nguon.store.packing import unpack_items
from nguon.store.schema import event, event_item
from nguon.store.values import StoredEvent

_CONTAINERS = 3
"""Boxes on pallets in containers."""


def disclose(
    connection: Connection,
    dialect: Dialect,
    audience: Audience,
    hooks: Hooks,
    loaded: Sequence[Loaded],
) -> list[StoredEvent]:
    """The events as the audience may see them, in the same order, hidden ones left out."""
    levels = [_level(audience, entry) for entry in loaded]
    open_cases = [entry for entry, level in zip(loaded, levels, strict=True) if level is None]
    decided = _decide(connection, dialect, audience, hooks, open_cases)
    shown = (
        _shown(audience, entry, decided[entry.id] if level is None else level)
        for entry, level in zip(loaded, levels, strict=True)
    )
    return [entry for entry in shown if entry is not None]


def touched_by(
    connection: Connection,
    dialect: Dialect,
    audience: Audience,
    hooks: Hooks,
    entries: Sequence[Entry],
) -> dict[int, frozenset[str]]:
    """The provinces of a reader's mandate that records touched; nothing for other readers."""
    mandate = audience.mandate
    if audience.kind is not AudienceKind.INSPECTOR or mandate is None or mandate.national:
        return {}
    wanted = mandate.provinces or frozenset()
    return touched(connection, dialect, hooks.located, wanted, entries) if entries else {}


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


def _level(audience: Audience, entry: Loaded) -> Disclosure | None:
    """The decision, where nothing but the submitter matters to it."""
    least = audience.disclosure(EventFacts(entry.submitter))
    named = frozenset() if audience.organisation is None else frozenset({audience.organisation})
    mandate = None if audience.mandate is None else audience.mandate.provinces
    facts = EventFacts(entry.submitter, named, custody=True, provinces=mandate or frozenset())
    return least if least == audience.disclosure(facts) else None


def _decide(
    connection: Connection,
    dialect: Dialect,
    audience: Audience,
    hooks: Hooks,
    entries: Sequence[Loaded],
) -> dict[int, Disclosure]:
    """The decisions that need facts: those by what is cheap to know come first."""
    if not entries:
        return {}
    if audience.kind is AudienceKind.INSPECTOR:
        provinces = touched_by(connection, dialect, audience, hooks, entries)
        return {
            e.id: audience.disclosure(EventFacts(e.submitter, provinces=provinces[e.id]))
            for e in entries
        }
    holders = hooks.named({item.key for e in entries for item in e.items if item.role in PARTIES})
    facts = {
        entry.id: EventFacts(
            entry.submitter,
            frozenset(
                holders[item.key]
                for item in entry.items
                if item.role in PARTIES and item.key in holders
            ),
        )
        for entry in entries
    }
    found = {number: audience.disclosure(known) for number, known in facts.items()}
    left = [entry for entry in entries if found[entry.id] is not Disclosure.FULL]
    handled = _handled(connection, dialect, audience.organisation, hooks.named, left)
    for entry in left:
        if not handled.isdisjoint(things(entry.items)):
            found[entry.id] = audience.disclosure(replace(facts[entry.id], custody=True))
    return found


def _handled(
    connection: Connection,
    dialect: Dialect,
    organisation: int | None,
    named: NamedOrganisations,
    entries: Sequence[Loaded],
) -> set[str]:
    """The things in these events that are in an organisation's chain of custody."""
    keys = {key for entry in entries for key in things(entry.items)}
    if organisation is None or not keys:
        return set()
    own = _records(connection, dialect, keys, organisation)
    claimed = in_custody(organisation, own, {}) & keys
    if not claimed:
        return set()
    records = _records(connection, dialect, claimed)
    return in_custody(organisation, records, named(party_keys(records))) & claimed


def handled(
    connection: Connection,
    dialect: Dialect,
    organisation: int | None,
    named: NamedOrganisations,
    keys: set[str],
    depth: int = _CONTAINERS,
) -> set[str]:
    """Those of the things that an organisation made, or that a custodian named it for; also what
    a custodian put into a container that is so.
    """
    if organisation is None or not keys:
        return set()
    records = _records(connection, dialect, keys)
    found = custodians(records, named(party_keys(records)))
    own = {key for key in keys if organisation in found.get(key, ())}
    inside = [pair for pair in containers(records, found) if pair[0] in keys - own]
    parents = {parent for _, parent in inside}
    if not depth or not parents:
        return own
    outer = handled(connection, dialect, organisation, named, parents, depth - 1)
    return own | {key for key, parent in inside if parent in outer}


def _records(
    connection: Connection, dialect: Dialect, keys: set[str], submitter: int | None = None
) -> list[Handling]:
    """All records about some things or their pieces; those of one submitter in no order."""
    hashes = sorted(map(key_hash, keys))
    numbers = connection.scalars(
        select(event_item.c.event).distinct().where(dialect.among(event_item.c.item, hashes))
    ).all()
    query = select(event.c.id, event.c.submitter, event.c.item_list).where(
        dialect.among(event.c.id, numbers), event.c.item_list.is_not(None)
    )
    if submitter is not None:
        query = query.where(event.c.submitter == submitter)
        rows = connection.execute(query).all()
        return [Handling(0, row.submitter, unpack_items(row.item_list)) for row in rows]
    rows = connection.execute(query).all()
    places = positions(connection, dialect, [row.id for row in rows])
    return [Handling(places[row.id][0], row.submitter, unpack_items(row.item_list)) for row in rows]


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
