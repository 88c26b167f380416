# SPDX-License-Identifier: Apache-2.0
"""Receipts that are owed: goods were sent to somebody at home, who must record their arrival."""

from collections.abc import Iterable
from typing import NamedTuple

from nguon.base.audience import Audience
from nguon.base.time import HANOI, to_microseconds
from nguon.compliance.recorded import word
from nguon.compliance.terms import terms
from nguon.epcis.items import Role
from nguon.registry import queries
from nguon.registry.model import Organisation
from nguon.store import Store
from nguon.store.values import StoredEvent

RECEIVING = "receiving"
_SENT = frozenset({"shipping", "departing"})
_RECEIVED = frozenset({"receiving", "arriving", "accepting", "unloading", "unpacking", "stocking"})
_THINGS = frozenset({Role.EPC, Role.PARENT, Role.CHILD})
_LOOKED_AT = 20


class Owed(NamedTuple):
    """A duty as it is opened; ``done`` where it was met before it was known of."""

    kind: str
    subject: str
    organisation: int
    province: str | None
    ministry: str | None
    begun: int
    due: int
    done: int | None


class Received(NamedTuple):
    """Goods that an organisation recorded as arrived."""

    subjects: tuple[str, ...]
    organisation: int
    time: int


class _Sending(NamedTuple):
    stored: StoredEvent
    subject: str
    keys: tuple[str, ...]


def owed(store: Store, audience: Audience, events: Iterable[StoredEvent]) -> list[Owed]:
    """The receipts owed for what these events sent; who is abroad owes none here."""
    sendings = [_sending(one) for one in events if _step(one) in _SENT]
    known = [one for one in sendings if one is not None and _in_force(one.stored)]
    parties = queries.named_organisations(store, {key for one in known for key in one.keys})
    found = queries.organisations(store, audience, set(parties.values()))
    opened: dict[tuple[str, int], Owed] = {}
    for one in known:
        for number in {parties[key] for key in one.keys if key in parties}:
            organisation = found.get(number)
            if organisation is None or organisation.unit is None or _own(one, number):
                continue
            opened[one.subject, number] = _open(store, audience, one, organisation)
    return list(opened.values())


def received(events: Iterable[StoredEvent]) -> list[Received]:
    """What these events say has arrived."""
    return [
        Received(_things(one), one.submitter, to_microseconds(one.event.event_time))
        for one in events
        if _step(one) in _RECEIVED
    ]


def _open(store: Store, audience: Audience, one: _Sending, organisation: Organisation) -> Owed:
    begun = one.stored.event.event_time
    later = store.events.by_items(audience, [one.subject], limit=_LOOKED_AT)
    arrivals = [
        to_microseconds(event.event.event_time)
        for event in later
        if event.submitter == organisation.id
        and _step(event) in _RECEIVED
        and event.event.event_time >= begun
    ]
    unit = organisation.unit
    return Owed(
        RECEIVING,
        one.subject,
        organisation.id,
        unit.province.code if unit else None,
        organisation.ministry,
        to_microseconds(begun),
        to_microseconds(terms()[RECEIVING].due(begun)),
        min(arrivals, default=None),
    )


def _sending(stored: StoredEvent) -> _Sending | None:
    things = _things(stored)
    keys = tuple(item.key for item in stored.items if item.role is Role.DESTINATION)
    return _Sending(stored, things[0], keys) if things and keys else None


def _own(one: _Sending, number: int) -> bool:
    """Whether somebody moves goods between places of his own."""
    return one.stored.submitter == number


def _in_force(stored: StoredEvent) -> bool:
    return terms()[RECEIVING].in_force(stored.event.event_time.astimezone(HANOI).date())


def _things(stored: StoredEvent) -> tuple[str, ...]:
    return tuple(sorted({item.key for item in stored.items if item.role in _THINGS}))


def _step(stored: StoredEvent) -> str:
    return word(getattr(stored.event, "biz_step", None))
