# SPDX-License-Identifier: Apache-2.0
"""How much of loaded events a reader sees: gathers the facts, asks the audience, reduces."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import Connection, select

from nguon.base.audience import Audience, Disclosure, EventFacts
from nguon.epcis.codec import decode_raw_event
from nguon.epcis.items import ItemRef, Role
from nguon.gs1 import key_hash
from nguon.store.bodies import unpack
from nguon.store.dialects import Dialect
from nguon.store.loading import Loaded
from nguon.store.packing import unpack_items
from nguon.store.schema import event, event_item
from nguon.store.values import StoredEvent

NamedOrganisations = Callable[[Iterable[str]], Mapping[str, int]]
"""The organisations behind party and place keys; keys that nobody holds are left out."""

_PARTIES = frozenset({Role.SOURCE, Role.DESTINATION, Role.READ_POINT, Role.BIZ_LOCATION})
_HANDLED = frozenset({Role.EPC, Role.PARENT, Role.CHILD, Role.INPUT, Role.OUTPUT})


def nobody(_keys: Iterable[str]) -> Mapping[str, int]:
    """No key has a holder: a store without registers."""
    return {}


def disclose(
    connection: Connection,
    dialect: Dialect,
    audience: Audience,
    named: NamedOrganisations,
    loaded: Sequence[Loaded],
) -> list[StoredEvent]:
    """The events as the audience may see them, in the same order, hidden ones left out."""
    levels = [_level(audience, entry) for entry in loaded]
    open_cases = [entry for entry, level in zip(loaded, levels, strict=True) if level is None]
    decided = _decide(connection, dialect, audience, named, open_cases)
    shown = (
        _shown(audience, entry, decided[entry.id] if level is None else level)
        for entry, level in zip(loaded, levels, strict=True)
    )
    return [entry for entry in shown if entry is not None]


def _level(audience: Audience, entry: Loaded) -> Disclosure | None:
    """The decision, where nothing but the submitter matters to it."""
    least = audience.disclosure(EventFacts(entry.submitter))
    named = frozenset() if audience.organisation is None else frozenset({audience.organisation})
    most = audience.disclosure(EventFacts(entry.submitter, named, custody=True))
    return least if least == most else None


def _decide(
    connection: Connection,
    dialect: Dialect,
    audience: Audience,
    named: NamedOrganisations,
    entries: Sequence[Loaded],
) -> dict[int, Disclosure]:
    if not entries:
        return {}
    holders = named({item.key for e in entries for item in e.items if item.role in _PARTIES})
    handled = _handled(connection, dialect, audience.organisation, entries)
    return {
        entry.id: audience.disclosure(
            EventFacts(
                submitter=entry.submitter,
                named=frozenset(
                    holders[item.key]
                    for item in entry.items
                    if item.role in _PARTIES and item.key in holders
                ),
                custody=not handled.isdisjoint(_things(entry.items)),
            )
        )
        for entry in entries
    }


def _things(items: Iterable[ItemRef]) -> set[str]:
    """The pieces and lots that an event is directly about; whole products give nobody custody."""
    return {
        item.key
        for item in items
        if item.role in _HANDLED
        and not (item.key.startswith(("01/", "8010/")) and item.key.count("/") == 1)
    }


def _handled(
    connection: Connection, dialect: Dialect, organisation: int | None, entries: Sequence[Loaded]
) -> set[str]:
    """The things in these events that an organisation itself recorded events about."""
    keys = {key for entry in entries for key in _things(entry.items)}
    if organisation is None or not keys:
        return set()
    hashes = sorted(map(key_hash, keys))
    numbers = connection.scalars(
        select(event_item.c.event).distinct().where(dialect.among(event_item.c.item, hashes))
    ).all()
    own = select(event.c.item_list).where(
        dialect.among(event.c.id, numbers),
        event.c.submitter == organisation,
        event.c.item_list.is_not(None),
    )
    return {item.key for items in connection.scalars(own) for item in unpack_items(items)} & keys


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
