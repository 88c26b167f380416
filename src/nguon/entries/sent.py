# SPDX-License-Identifier: Apache-2.0
"""Every event that an organisation's people and systems sent of a time: as rows, and as EPCIS."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import msgspec

from nguon.base.messages import Language
from nguon.base.time import HANOI, from_microseconds, rfc3339, to_microseconds
from nguon.entries.errors import EntryError
from nguon.entries.preview import Names
from nguon.epcis.encode import STANDARD_CONTEXT, with_context
from nguon.epcis.items import ItemRef, Role
from nguon.identity.model import Principal
from nguon.store import Store
from nguon.store.values import StoredEvent

MOST = 50_000
"""Events of one file."""
_PORTION = 500
_GOODS = {
    Role.EPC: "goods",
    Role.INPUT: "in",
    Role.OUTPUT: "out",
    Role.PARENT: "container",
    Role.CHILD: "inside",
}


class Sent(msgspec.Struct, frozen=True):
    """One thing of one event; ``part`` says what it is in it, ``step`` is the standard's word."""

    at: datetime
    step: str
    part: str
    place: str
    giver: str
    receiver: str
    product: str
    code: str
    amount: Decimal | None
    unit: str
    document: str
    correction: bool
    event: str
    recorded: datetime


def numbers(store: Store, principal: Principal, begin: date, end: date) -> list[int]:
    """The events that happened from one day to another, both included, in the order of time.

    Raises:
        EntryError: more than one file takes.
    """
    first = datetime.combine(begin, time(), HANOI)
    after = datetime.combine(end, time(), HANOI) + timedelta(days=1)
    span = to_microseconds(first), to_microseconds(after)
    found = store.events.sent_by(principal.organisation, *span, most=MOST + 1)
    if len(found) > MOST:
        raise EntryError("entries.too-many-events", most=MOST)
    return found


def rows(
    store: Store, principal: Principal, found: Sequence[int], language: Language
) -> Iterator[Sent]:
    """A row for each thing of each event, with names as the organisation may know them."""
    for some in _portions(store, principal, found):
        names = Names(principal.audience, language).near(store, [one.event for one in some])
        for one in some:
            yield from _rows(one, names)


def document(store: Store, principal: Principal, found: Sequence[int]) -> Iterator[bytes]:
    """An EPCIS document with the events as they were sent, in portions."""
    created = rfc3339(datetime.now(UTC)).encode()
    yield (
        b'{"@context":' + STANDARD_CONTEXT + b',"type":"EPCISDocument","schemaVersion":"2.0",'
        b'"creationDate":"' + created + b'","epcisBody":{"eventList":['
    )
    begun = b""
    for some in _portions(store, principal, found):
        told = [with_context(one.body, one.context) for one in some if one.body is not None]
        if told:
            yield begun + b",\n".join(told)
            begun = b",\n"
    yield b"]}}"


def _portions(
    store: Store, principal: Principal, found: Sequence[int]
) -> Iterator[list[StoredEvent]]:
    for start in range(0, len(found), _PORTION):
        yield store.events.by_ids(principal.audience, found[start : start + _PORTION])


def _rows(stored: StoredEvent, names: Names) -> Iterator[Sent]:
    event = stored.event
    step = str(getattr(event, "biz_step", None) or "")
    places = _of(stored.items, (Role.BIZ_LOCATION,)) or _of(stored.items, (Role.READ_POINT,))
    papers = [key.rpartition(":")[2] for key in _of(stored.items, (Role.DOCUMENT,))]
    parties = [
        [key for key in _of(stored.items, (role,)) if not key.startswith("414/")]
        for role in (Role.SOURCE, Role.DESTINATION)
    ]
    for item in stored.items:
        if item.role not in _GOODS:
            continue
        amount = item.amount
        yield Sent(
            at=event.event_time,
            step=step,
            part=_GOODS[item.role],
            place=_each(names, places),
            giver=_each(names, parties[0]),
            receiver=_each(names, parties[1]),
            product=names.of("/".join(item.key.split("/")[:2])) if item.key[:3] == "01/" else "",
            code=item.key,
            amount=None if amount is None else amount.amount,
            unit="" if amount is None else amount.unit,
            document="; ".join(papers),
            correction=event.error_declaration is not None,
            event=event.event_id or "",
            recorded=from_microseconds(stored.record_time),
        )


def _of(items: Iterable[ItemRef], roles: Sequence[Role]) -> list[str]:
    return [item.key for item in items if item.role in roles]


def _each(names: Names, keys: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(names.of(key) for key in keys))
