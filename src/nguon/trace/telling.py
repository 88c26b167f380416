# SPDX-License-Identifier: Apache-2.0
"""The records that tell of one thing, as one reader sees them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from nguon.base.audience import Audience
from nguon.epcis.items import Role
from nguon.epcis.model import Event
from nguon.store import Store
from nguon.store.values import StoredEvent
from nguon.trace.itinerary import Relation, itinerary
from nguon.trace.model import Limits

LIMITS = Limits(nodes=1500, depth=32, records=5000)
"""How far a public page follows an item."""
MOST_RECORDS = 600
"""Records read for one page, the nearest to the item first."""


_NEARNESS = {
    Relation.OWN: 0,
    Relation.CARRIER: 1,
    Relation.SOURCE: 2,
    Relation.PIECE: 3,
}
_PLACES = (Role.BIZ_LOCATION, Role.READ_POINT)


class Told(NamedTuple):
    """An event with its relation to the thing in hand."""

    relation: Relation
    stored: StoredEvent


def ilmd_of(event: Event) -> Mapping[str, Any]:
    """The lot data of an event; empty for events that have none."""
    found: Mapping[str, Any] = getattr(event, "ilmd", {})
    return found


def place_key(stored: StoredEvent) -> str | None:
    """Where it happened: the business location, else the read point."""
    places = {item.role: item.key for item in stored.items}
    return next((places[role] for role in _PLACES if role in places), None)


def of_this_piece(start: str, told: Sequence[Told]) -> list[Told]:
    """The records without those of its lot that happened where the piece was not.

    A lot is in many places at once: from the time that a piece has moved under its own
    number or its carrier's, what is said of its lot counts at the piece's place only.
    """
    ordered = sorted(told, key=lambda one: (one.stored.event.event_time, one.stored.seq))
    if "/21/" not in start:
        return ordered
    kept: list[Told] = []
    places: list[str | None] = []
    for one in ordered:
        place = place_key(one.stored)
        mine = any(item.key == start for item in one.stored.items)
        if mine or one.relation is Relation.CARRIER:
            places.append(place)
        elif one.relation is Relation.OWN and len({*places}) > 1 and place != places[-1]:
            continue
        kept.append(one)
    return kept


def records_of(store: Store, key: str, audience: Audience) -> tuple[list[Told], bool]:
    """The records that a reader's passport is made of, and whether there are more; none where
    nothing names the thing itself.
    """
    way = itinerary(store, key, limits=LIMITS)
    nearest = sorted(way.records, key=lambda number: (_NEARNESS[way.records[number]], number))
    shown = store.events.by_ids(audience, nearest[:MOST_RECORDS])
    told = of_this_piece(key, [Told(way.records[stored.id], stored) for stored in shown])
    if not any(one.relation is Relation.OWN for one in told):
        return [], False
    return told, way.truncated or len(nearest) > MOST_RECORDS
