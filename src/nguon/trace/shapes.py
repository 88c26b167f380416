# SPDX-License-Identifier: Apache-2.0
"""What an event says about how things hang together, read once from its item list."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from nguon.epcis.items import ItemRef, Role
from nguon.store.values import Action, EventType, LineageEvent

_CONTAINING = (EventType.AGGREGATION, EventType.ASSOCIATION)
_HANDLED = frozenset({Role.EPC, Role.CHILD, Role.OUTPUT})
_GOODS = _HANDLED | {Role.PARENT, Role.INPUT}
_EMPTY = "uri:"
"""The key of an identifier that is an empty text."""
_PLACES = frozenset({Role.READ_POINT, Role.BIZ_LOCATION})


class Shape:
    """One event by the roles of its items."""

    def __init__(self, event: LineageEvent) -> None:
        self.event = event

    def _with(self, role: Role) -> tuple[ItemRef, ...]:
        return tuple(item for item in self.event.items if item.role is role)

    @cached_property
    def inputs(self) -> tuple[ItemRef, ...]:
        return self._with(Role.INPUT)

    @cached_property
    def taken(self) -> dict[str, ItemRef]:
        """The inputs by key."""
        return {item.key: item for item in self.inputs}

    @cached_property
    def outputs(self) -> tuple[ItemRef, ...]:
        return self._with(Role.OUTPUT)

    @cached_property
    def processes(self) -> tuple[str, ...]:
        """What joins it with other transformations; an empty ID joins nothing."""
        numbers = (item.key for item in self._with(Role.TRANSFORMATION_ID))
        return tuple(number for number in numbers if number != _EMPTY)

    @cached_property
    def parent(self) -> str | None:
        if self.event.type not in _CONTAINING:
            return None
        return next((item.key for item in self._with(Role.PARENT)), None)

    @cached_property
    def children(self) -> frozenset[str]:
        if self.event.type not in _CONTAINING:
            return frozenset()
        return frozenset(item.key for item in self._with(Role.CHILD))

    @cached_property
    def made(self) -> frozenset[str]:
        """The keys of the outputs."""
        return frozenset(item.key for item in self.outputs)

    @cached_property
    def handled(self) -> frozenset[str]:
        """What the event is about itself, not what else was put into something."""
        return frozenset(item.key for item in self.event.items if item.role in _HANDLED)

    @cached_property
    def goods(self) -> frozenset[str]:
        """All things that the event is about, whatever their part in it."""
        return frozenset(item.key for item in self.event.items if item.role in _GOODS)

    @cached_property
    def places(self) -> frozenset[str]:
        """Where it happened."""
        return frozenset(item.key for item in self.event.items if item.role in _PLACES)

    @cached_property
    def destinations(self) -> frozenset[str]:
        """Where or to whom it was bound."""
        return frozenset(item.key for item in self._with(Role.DESTINATION))

    @cached_property
    def pieces(self) -> Mapping[str, set[str]]:
        """By lot or product: the pieces and lots of it."""
        found: dict[str, set[str]] = {}
        for member, whole in self._members:
            found.setdefault(whole, set()).add(member)
        return found

    @cached_property
    def wholes(self) -> Mapping[str, set[str]]:
        """By piece or lot: what it belongs to."""
        found: dict[str, set[str]] = {}
        for member, whole in self._members:
            found.setdefault(member, set()).add(whole)
        return found

    @property
    def _members(self) -> Iterator[tuple[str, str]]:
        items = self.event.items
        for item in items:
            if item.role is Role.MEMBER and item.of is not None:
                yield items[item.of].key, item.key

    @property
    def empties(self) -> bool:
        """Unpacks a parent without naming the children: all of them (EPCIS 2.0 section 7.4.3)."""
        return self.event.action is Action.DELETE and self.parent is not None and not self.children


def in_force(events: Iterable[LineageEvent]) -> list[LineageEvent]:
    """Without events declared in error by the party that sent them, and the declarations.

    A declaration corrects the event with its eventID and, where it has none, the
    one with its CBV hash (EPCIS 2.0 section 7.4.1.4); nobody can void another
    submitter's record.
    """
    events = list(events)
    by_id = {(e.submitter, e.event_id) for e in events if e.correction and e.event_id}
    by_hash = {(e.submitter, e.cbv_hash) for e in events if e.correction and not e.event_id}
    return [
        event
        for event in events
        if not event.correction
        and (event.submitter, event.event_id) not in by_id
        and (event.submitter, event.cbv_hash) not in by_hash
    ]
