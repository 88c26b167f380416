# SPDX-License-Identifier: Apache-2.0
"""A small history of goods, written by hand: the store's lineage reads without a store."""

from collections.abc import Collection, Iterable, Sequence
from types import SimpleNamespace
from typing import cast

from nguon.epcis.items import ItemRef, Role
from nguon.gs1 import memberships
from nguon.store import Store
from nguon.store.lineage import Found, Span
from nguon.store.values import Action, EventType, LineageEvent

PACKER, OTHER = 1, 2
HOLDERS = {"417/9521000000012": PACKER, "417/9521000000029": OTHER}
"""Parties named in events, and the organisations behind them."""


class StoreDouble(SimpleNamespace):
    """As a store is, known by itself alone."""

    __hash__ = object.__hash__  # type: ignore[assignment]


class History:
    """Events in the order told; times are whole days."""

    def __init__(self) -> None:
        self.events: list[LineageEvent] = []
        self.reads = 0

    def make(
        self,
        day: int,
        inputs: Iterable[str] = (),
        outputs: Iterable[str] = (),
        *,
        process: str | None = None,
        submitter: int = PACKER,
    ) -> LineageEvent:
        parts = [(key, Role.INPUT) for key in inputs] + [(key, Role.OUTPUT) for key in outputs]
        if process is not None:
            parts.append((process, Role.TRANSFORMATION_ID))
        return self._add(day, EventType.TRANSFORMATION, Action.NONE, parts, submitter)

    def pack(self, day: int, parent: str, *children: str, submitter: int = PACKER) -> LineageEvent:
        return self._hold(day, Action.ADD, parent, children, submitter)

    def unpack(
        self, day: int, parent: str, *children: str, submitter: int = PACKER
    ) -> LineageEvent:
        return self._hold(day, Action.DELETE, parent, children, submitter)

    def attach(self, day: int, parent: str, *children: str) -> LineageEvent:
        return self._hold(day, Action.ADD, parent, children, PACKER, EventType.ASSOCIATION)

    def detach(self, day: int, parent: str, *children: str) -> LineageEvent:
        return self._hold(day, Action.DELETE, parent, children, PACKER, EventType.ASSOCIATION)

    def see(
        self,
        day: int,
        *keys: str,
        submitter: int = PACKER,
        sent_to: str | None = None,
        at: str | None = None,
    ) -> LineageEvent:
        parts = [(key, Role.EPC) for key in keys]
        if at is not None:
            parts.append((at, Role.BIZ_LOCATION))
        if sent_to is not None:
            parts.append((sent_to, Role.DESTINATION))
        return self._add(day, EventType.OBJECT, Action.OBSERVE, parts, submitter)

    def void(
        self,
        event: LineageEvent,
        *,
        submitter: int | None = None,
        naming: Iterable[str] | None = None,
    ) -> LineageEvent:
        """An error declaration for an event; it repeats the eventID, and its content unless it
        is ``naming`` other things.
        """
        named = () if naming is None else tuple(ItemRef(key, Role.EPC) for key in naming)
        seq = len(self.events) + 1
        declaration = LineageEvent(
            id=1000 + seq,
            seq=seq,
            time=event.time,
            type=event.type,
            action=event.action,
            submitter=event.submitter if submitter is None else submitter,
            correction=True,
            items=event.items if naming is None else named,
            event_id=event.event_id,
            cbv_hash=event.cbv_hash if naming is None else bytes(32),
        )
        self.events.append(declaration)
        return declaration

    def store(self) -> Store:
        """What `trace` asks of a store."""
        return cast(
            "Store",
            StoreDouble(
                lineage=SimpleNamespace(
                    events_of=self._events_of,
                    events_within=self._events_within,
                    events=self._by_number,
                    with_terms=self._with_terms,
                ),
                events=SimpleNamespace(head=lambda: (len(self.events), 0)),
                erasure=SimpleNamespace(about=lambda _keys: 0),
                named_organisations=lambda keys: {k: v for k, v in HOLDERS.items() if k in keys},
            ),
        )

    def _by_number(
        self, numbers: Collection[int], *, upto_seq: int | None = None
    ) -> dict[int, LineageEvent]:
        self.reads += 1
        return {
            one.id: one
            for one in self.events
            if one.id in numbers and (upto_seq is None or one.seq <= upto_seq)
        }

    def _with_terms(self, terms: Collection[int], numbers: Sequence[int]) -> set[int]:
        """By chance, though always the same."""
        return {number for number in numbers if (number + sum(terms)) % 3 == 0}

    def _events_within(
        self, spans: Iterable[Span], *, upto_seq: int | None = None, most: int
    ) -> Found:
        self.reads += 1
        found = Found()
        for span in spans:
            held = found.setdefault(span.key, [])
            for event in self._events_of([span.key], upto_seq=upto_seq, most=most)[span.key]:
                if span.first <= event.time <= span.last and event not in held:
                    held.append(event)
        return found

    def _hold(
        self,
        day: int,
        action: Action,
        parent: str,
        children: Iterable[str],
        submitter: int,
        kind: EventType = EventType.AGGREGATION,
    ) -> LineageEvent:
        parts = [(parent, Role.PARENT), *((child, Role.CHILD) for child in children)]
        return self._add(day, kind, action, parts, submitter)

    def _add(
        self,
        day: int,
        kind: EventType,
        action: Action,
        parts: list[tuple[str, Role]],
        submitter: int,
    ) -> LineageEvent:
        items = [ItemRef(key, role) for key, role in parts]
        for index, (key, _) in enumerate(parts):
            items += [ItemRef(whole, Role.MEMBER, of=index) for whole in memberships(key)]
        seq = len(self.events) + 1
        event = LineageEvent(
            id=1000 + seq,
            seq=seq,
            time=day,
            type=kind,
            action=action,
            submitter=submitter,
            correction=False,
            items=tuple(items),
            event_id=f"urn:uuid:{seq}",
            cbv_hash=seq.to_bytes(32, "big"),
        )
        self.events.append(event)
        return event

    def _events_of(
        self,
        keys: Collection[str],
        *,
        skip_members: frozenset[str] = frozenset(),
        upto_seq: int | None = None,
        most: int | None = None,
    ) -> Found:
        self.reads += 1
        read = [one for one in self.events[:most] if upto_seq is None or one.seq <= upto_seq]
        found = Found()
        for key in keys:
            own = [one for one in read if _names(one, key, members=key not in skip_members)]
            named = {(one.submitter, one.event_id) for one in own if one.event_id}
            found[key] = [
                one
                for one in read
                if one in own or (one.correction and (one.submitter, one.event_id) in named)
            ]
        found.cut = most is not None and len(self.events) > most
        return found


def _names(event: LineageEvent, key: str, *, members: bool) -> bool:
    return any(
        item.key == key and (members or item.role is not Role.MEMBER) for item in event.items
    )
