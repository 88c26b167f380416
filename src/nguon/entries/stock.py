# SPDX-License-Identifier: Apache-2.0
"""What an organisation has in hand, read from the store: a few statements, however many lots."""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from nguon.base.audience import Audience
from nguon.base.quantity import PIECE, Quantity
from nguon.entries.ledger import Amounts, Known, in_hand
from nguon.entries.model import Line
from nguon.entries.pieces import Pieces, pieces_of
from nguon.epcis.items import Role
from nguon.gs1 import memberships
from nguon.store import Store
from nguon.store.values import Action, EventType, LineageEvent
from nguon.trace.shapes import Shape, in_force

_TAKING = frozenset({"retail_selling", "dispensing", "destroying", "decommissioning", "consuming"})
_DEEPEST = 4
_NEWEST = 120
_HANDLED = frozenset({Role.EPC, Role.PARENT, Role.OUTPUT})


class Held(dict[str, Amounts]):
    """Amounts by item; ``seen`` are the eventIDs that they were reckoned from, ``pieces`` tells
    the lots of single pieces.
    """

    seen: frozenset[str] = frozenset()
    pieces: Pieces = Pieces()

    def of(self, item: str, unit: str = PIECE) -> Decimal:
        """How much of an item there is, in this unit."""
        return self.get(item, {}).get(unit, Decimal(0))

    def quantity(self, item: str) -> Quantity | None:
        """What there is of a lot, where it is there in one unit."""
        there = {unit: amount for unit, amount in self.get(item, {}).items() if amount > 0}
        if len(there) != 1:
            return None
        [(unit, amount)] = there.items()
        return Quantity(amount, unit)


def held(store: Store, audience: Audience, owner: int, items: Iterable[str]) -> Held:
    """What the organisation has of these items, and of the lots of the pieces among them."""
    asked = {key for item in items for key in (item, *memberships(item)) if _is_goods(key)}
    pieces = pieces_of(store, audience, asked)
    asked |= {pieces.lots[key] for key in asked if key in pieces.lots}
    events = _known_to(store, owner, _events(store, asked | pieces.lots.keys()))
    keys = {
        item.key
        for event in events
        for item in event.items
        if item.role in (Role.SOURCE, Role.DESTINATION, Role.READ_POINT, Role.BIZ_LOCATION)
    }
    organisations = store.named_organisations(keys)
    doubtful = [event.id for event in events if _may_take(event)]
    taken = {
        entry.id
        for entry in store.events.by_ids(audience, doubtful)
        if getattr(entry.event, "biz_step", None) in _TAKING
    }
    shapes = [Shape(event) for event in events]
    found = Held(in_hand(owner, asked, Known(shapes, organisations, taken, pieces)))
    found.pieces = pieces
    found.seen = frozenset(event.event_id for event in events if event.event_id)
    return found


def _is_goods(key: str) -> bool:
    return not (key.startswith("01/") and key.count("/") == 1)


def _events(store: Store, items: Collection[str]) -> list[LineageEvent]:
    """The events of the items and of whatever they were inside of, in the order of time."""
    found: dict[int, LineageEvent] = {}
    asked: set[str] = set()
    wanted = set(items)
    for _ in range(_DEEPEST):
        if not wanted:
            break
        asked |= wanted
        by_key = store.lineage.events_of(sorted(wanted), skip_members=frozenset(wanted))
        new = {event.id: event for events in by_key.values() for event in events}
        found |= new
        wanted = {key for event in new.values() for key in _containers(event, asked)} - asked
    return sorted(in_force(found.values()), key=lambda event: (event.time, event.seq))


def _known_to(store: Store, owner: int, events: Sequence[LineageEvent]) -> list[LineageEvent]:
    """Without what others put into containers that never came into the organisation's hands: to
    say that one received such a container is not to learn what is inside.
    """
    parents = {event.id: _parent(event) for event in events if event.submitter != owner}
    handled = store.events.handled(owner, {key for key in parents.values() if key})
    return [event for event in events if (parents.get(event.id) or None) in (None, *handled)]


def _parent(event: LineageEvent) -> str:
    if event.type is not EventType.AGGREGATION:
        return ""
    return next((item.key for item in event.items if item.role is Role.PARENT), "")


def _containers(event: LineageEvent, inside: Collection[str]) -> set[str]:
    if event.type is not EventType.AGGREGATION:
        return set()
    if not any(item.role is Role.CHILD and item.key in inside for item in event.items):
        return set()
    return {item.key for item in event.items if item.role is Role.PARENT}


def _may_take(event: LineageEvent) -> bool:
    parties = any(item.role in (Role.SOURCE, Role.DESTINATION) for item in event.items)
    return event.type is EventType.OBJECT and event.action is Action.OBSERVE and not parties


def recent(store: Store, audience: Audience, places: Sequence[str]) -> list[str]:
    """The lots and pallets of the newest events at these places, newest first."""
    found = store.events.by_items(audience, places, limit=_NEWEST)
    keys = (item.key for entry in found for item in entry.items if item.role in _HANDLED)
    return list(dict.fromkeys(key for key in keys if "/10/" in key or key.startswith("00/")))


def contents(store: Store, pallets: Iterable[str], *parties: int) -> dict[str, tuple[Line, ...]]:
    """What was put on each pallet that one of the parties had in its hands, by its packing."""
    asked = set(pallets)
    keys = sorted({key for party in parties for key in store.events.handled(party, asked)})
    by_key = store.lineage.events_of(keys) if keys else {}
    found: dict[str, tuple[Line, ...]] = {}
    for pallet, events in by_key.items():
        shapes = [Shape(event) for event in in_force(events)]
        found[pallet] = tuple(
            Line(item.key, item.amount)
            for shape in shapes
            if shape.parent == pallet and shape.event.action is Action.ADD
            for item in shape.event.items
            if item.role is Role.CHILD
        )
    return found
