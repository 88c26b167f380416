# SPDX-License-Identifier: Apache-2.0
"""From records to the facts of steps: their goods, and what must have come before; pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from nguon import gs1
from nguon.base.audience import Disclosure
from nguon.base.time import from_microseconds
from nguon.epcis.items import Role
from nguon.epcis.model import Event
from nguon.ladder.model import Earlier, Ended, Part, Step
from nguon.store.values import StoredEvent
from nguon.trace import stages
from nguon.trace.steps import is_lot, is_piece, is_product
from nguon.trace.telling import Told, place_key

_ROLES = {
    Role.EPC: "thing",
    Role.PARENT: "thing",
    Role.CHILD: "thing",
    Role.INPUT: "in",
    Role.OUTPUT: "out",
}
_MOST = 8
"""Causes told of one step: the latest, which bind it most."""
_MOST_PARTS = 50
_SENDING = frozenset({"shipping", "departing", "loading"})
_TAKING = frozenset({"receiving", "arriving", "accepting"})


class _At(NamedTuple):
    at: datetime
    seq: int


class Marks(NamedTuple):
    """When things first came into being, carriers were filled, papers sent, pieces ended."""

    born: dict[str, _At]
    packed: dict[str, _At]
    sent: dict[str, _At]
    ended: dict[str, _At]


def marks_of(told: Iterable[Told]) -> Marks:
    """The earliest of each among records in force; of ends likewise."""
    found = Marks({}, {}, {}, {})
    for _, stored in told:
        event, at = stored.event, _At(stored.event.event_time, stored.seq)
        if event.error_declaration is not None:
            continue
        adds = _adds(event)
        word = process_of(event)
        for item in stored.items:
            if item.role is Role.OUTPUT or (adds and item.role is Role.EPC):
                _earliest(found.born, item.key, at)
            elif adds and item.role is Role.PARENT:
                _earliest(found.packed, item.key, at)
            elif item.role is Role.DOCUMENT and word in _SENDING:
                _earliest(found.sent, item.key, at)
            if _ends(event, item.role) and is_piece(item.key):
                _earliest(found.ended, item.key, at)
    return found


def step_of(start: str, stored: StoredEvent, marks: Marks, receipts: Mapping[int, str]) -> Step:
    """The facts of a record, without what its reader may not know; causes by their receipts."""
    event = stored.event
    full = stored.disclosure is Disclosure.FULL
    parts = [item for item in stored.items if item.role in _ROLES]
    told = {item.key: name_for(start, item.key, full=full) for item in parts}
    place = place_key(stored)
    named = [
        Part(key=told[item.key] or "", role=_role(event, item.role), quantity=item.amount)
        for item in parts
        if told[item.key]
    ]
    return Step(
        happened=event.event_time,
        recorded=from_microseconds(stored.record_time),
        process=process_of(event),
        transforms=event.type == "TransformationEvent",
        whole=full
        and len(parts) <= _MOST_PARTS
        and getattr(event, "transformation_id", None) is None,
        parts=tuple(named[:_MOST_PARTS]),
        places=() if place is None else (place,),
        earlier=tuple(_earlier(stored, marks, told, receipts)),
        ended=tuple(_ended(stored, marks, told, receipts)),
    )


def _role(event: Event, role: Role) -> str:
    """What a step brings into being comes out of it."""
    born = role is Role.EPC and event.type == "ObjectEvent" and _adds(event)
    return "out" if born else _ROLES[role]


def _adds(event: Event) -> bool:
    return str(getattr(event, "action", "")) == "ADD"


def process_of(event: Event) -> str:
    """The word of what was done."""
    return stages.word(getattr(event, "biz_step", None))


def name_for(start: str, key: str, *, full: bool) -> str | None:
    """A thing as its reader may read of it: numbers of other pieces and of carriers, which a
    forger could print, only with the whole record.
    """
    if full or key == start or is_lot(key) or is_product(key):
        return key
    return next(iter(gs1.memberships(key)), None)


def without_supplier(step: Step) -> Step:
    """A step whose place its reader may not know."""
    return msgspec.structs.replace(step, places=())


def _earlier(
    stored: StoredEvent,
    marks: Marks,
    told: Mapping[str, str | None],
    receipts: Mapping[int, str],
) -> list[Earlier]:
    adds = _adds(stored.event)
    taking = process_of(stored.event) in _TAKING
    found: list[tuple[str, str, _At]] = []
    for item in stored.items:
        if item.role in {Role.EPC, Role.CHILD, Role.INPUT}:
            found += _cause("born", item.key, marks.born)
            found += _cause("packed", item.key, marks.packed)
        elif item.role is Role.PARENT and not adds:
            found += _cause("packed", item.key, marks.packed)
        elif item.role is Role.DOCUMENT and taking:
            found += _cause("sent", item.key, marks.sent)
    others = [one for one in found if one[2].seq != stored.seq]
    latest = sorted(others, key=lambda one: one[2], reverse=True)[:_MOST]
    return [
        Earlier(how=how, key=told.get(key) or "", at=mark.at, receipt=receipts.get(mark.seq, ""))
        for how, key, mark in latest
    ]


def _cause(how: str, key: str, marks: Mapping[str, _At]) -> list[tuple[str, str, _At]]:
    mark = marks.get(key)
    return [] if mark is None else [(how, key, mark)]


def _ended(
    stored: StoredEvent,
    marks: Marks,
    told: Mapping[str, str | None],
    receipts: Mapping[int, str],
) -> list[Ended]:
    found = [
        (item.key, marks.ended[item.key])
        for item in stored.items
        if item.role in _ROLES and item.key in marks.ended
    ]
    earliest = sorted((one for one in found if one[1].seq != stored.seq), key=lambda one: one[1])
    return [
        Ended(key=told.get(key) or "", at=mark.at, receipt=receipts.get(mark.seq, ""))
        for key, mark in earliest[:_MOST]
    ]


def _ends(event: Event, role: Role) -> bool:
    """Whether a piece in this role is gone afterwards: used up, or taken out of service."""
    if role is Role.INPUT:
        return True
    return (
        role is Role.EPC
        and event.type == "ObjectEvent"
        and str(getattr(event, "action", "")) == "DELETE"
    )


def _earliest(marks: dict[str, _At], key: str, at: _At) -> None:
    marks[key] = min(marks.get(key, at), at)
