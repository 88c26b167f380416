# SPDX-License-Identifier: Apache-2.0
"""From recorded events to the steps of a journey, equal ones gathered; pure but for names."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from nguon import gs1
from nguon.base.audience import Disclosure
from nguon.epcis.items import Role
from nguon.epcis.model import Event
from nguon.passport.model import PlaceLine, Step, StepRecord
from nguon.passport.naming import Naming
from nguon.registry.model import LAND
from nguon.store.values import StoredEvent
from nguon.trace import stages
from nguon.trace.itinerary import Relation
from nguon.trace.steps import is_lot, is_product
from nguon.trace.telling import Told, ilmd_of, place_key

FIRST_STEPS, LAST_STEPS = 6, 7
"""Steps that a page shows of a longer journey."""

_THINGS = frozenset({Role.EPC, Role.OUTPUT, Role.CHILD})
_FAR = frozenset({Relation.SOURCE, Relation.PIECE})
_AREA = "vn-area:"


def area_code(stored: StoredEvent) -> str | None:
    """The planting-area code that was read where it happened, as issued."""
    for item in stored.items:
        if item.role is Role.READ_POINT and item.key.startswith(_AREA):
            return item.key.removeprefix(_AREA)
    return None


def lots_inside(told: Iterable[Told], products: Collection[str]) -> tuple[str, ...]:
    """Lot numbers of these products, in the order of their records."""
    found: dict[str, None] = {}
    for one in told:
        for item in one.stored.items:
            if is_lot(item.key) and _product_of(item.key) in products:
                found[gs1.parse(item.key).parts[-1][1]] = None
    return tuple(found)


def about(stored: StoredEvent, products: Collection[str]) -> bool:
    """Whether a record is about one of these products."""
    return any(i.role in _THINGS and _product_of(i.key) in products for i in stored.items)


def steps(start: str, told: Iterable[Told], naming: Naming) -> tuple[Step, ...]:
    """The journey in the order of time.

    Records of what the thing was made of (and of a lot's pieces) are gathered by
    stage and product, those of the thing itself where one follows the other at
    the same place. Pieces of a lot are told once a place and day.
    """
    ordered = sorted(told, key=lambda one: (one.stored.event.event_time, one.stored.seq))
    products = naming.product_names(_product(one.stored) for one in ordered)
    gathered: dict[tuple[Any, ...], list[StepRecord]] = {}
    previous: tuple[Any, ...] = (None, None, None)
    for relation, stored in ordered:
        record = _record(start, relation, stored, naming)
        subject = products.get(_product(stored)) if relation is Relation.SOURCE else None
        group: tuple[Any, ...] = (relation, record.stage, subject)
        if relation not in _FAR:
            follows = previous[1:3] == (record.stage, record.place)
            group = previous if follows else (relation, record.stage, record.place, stored.id)
            previous = group
        records = gathered.setdefault(group, [])
        if relation is not Relation.PIECE or not _told_already(records, record):
            records.append(record)
    found = [_step(group, records) for group, records in gathered.items()]
    return tuple(sorted(found, key=lambda step: step.first))


def shortened(whole: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps that fit a page: the beginnings, and the latest."""
    if len(whole) <= FIRST_STEPS + LAST_STEPS:
        return whole
    return whole[:FIRST_STEPS] + whole[-LAST_STEPS:]


def packed(start: str, told: Iterable[Told]) -> tuple[str, ...]:
    """The products that a container was packed with, in its pallets and cases too."""
    inside: dict[str, dict[str, None]] = {}
    for relation, stored in told:
        if relation in {Relation.OWN, Relation.SOURCE}:
            children = {item.key: None for item in stored.items if item.role is Role.CHILD}
            for item in stored.items:
                if item.role is Role.PARENT:
                    inside.setdefault(item.key, {}).update(children)
    found: dict[str, None] = {}
    opened, ahead = {start}, [start]
    while ahead:
        for key in inside.get(ahead.pop(), ()):
            if key.startswith("01/"):
                found[_product_of(key)] = None
            elif key not in opened:
                opened.add(key)
                ahead.append(key)
    return tuple(found)


def origins(told: Iterable[Told], naming: Naming) -> tuple[PlaceLine, ...]:
    """Where it grew, else where it was made: the places of the earliest stages."""
    grown: dict[str, None] = {}
    made: dict[str, None] = {}
    for relation, stored in told:
        key = place_key(stored)
        if key is None or relation in {Relation.CARRIER, Relation.PIECE}:
            continue
        entry = naming.entry(key)
        stage = stages.chain().stage.get(_stage(stored, naming))
        if entry is not None and entry.kind in LAND:
            grown[key] = None
        elif stage in {"make", "process"}:
            made[key] = None
    found = (naming.place(key) for key in (grown or made))
    return tuple(place for place in found if place is not None)


def _told_already(records: Sequence[StepRecord], record: StepRecord) -> bool:
    return any(
        known.place == record.place and known.time.date() == record.time.date() for known in records
    )


def _step(group: tuple[Any, ...], records: list[StepRecord]) -> Step:
    relation, stage = group[0], group[1]
    subject = group[2] if relation is Relation.SOURCE else None
    times = [record.time for record in records]
    return Step(stage, relation, min(times), max(times), tuple(records), subject)


def _record(start: str, relation: Relation, stored: StoredEvent, naming: Naming) -> StepRecord:
    key = place_key(stored)
    partner = stored.disclosure is Disclosure.FULL
    if relation is Relation.SOURCE and naming.hides(key, stored.submitter, partner=partner):
        place, who = naming.province(key), naming.supplier(key, stored.submitter)
    else:
        place, who = naming.place(key), naming.holder(key) or naming.party(stored.submitter)
    return StepRecord(
        products=_named(start, relation, stored),
        place=place,
        stage=_stage(stored, naming),
        time=_local(stored.event),
        who=who,
        area=area_code(stored),
        entry=stored.seq,
    )


def _named(start: str, relation: Relation, stored: StoredEvent) -> tuple[str, ...]:
    """The things of a record; numbers of carriers and of other pieces, which a forger could
    print, are for those who may see the whole record: others read their lot or product.
    """
    things = [item.key for item in stored.items if item.role in _THINGS]
    if relation is Relation.OWN and start in things:
        return (start,)
    if stored.disclosure is not Disclosure.FULL:
        hidden = relation in {Relation.CARRIER, Relation.PIECE}
        things = [] if hidden else [name for key in things if (name := _public_name(key))]
    return tuple(dict.fromkeys(things)) or (start,)


def _public_name(key: str) -> str | None:
    return key if is_lot(key) or is_product(key) else next(iter(gs1.memberships(key)), None)


def _product(stored: StoredEvent) -> str:
    things = [item.key for item in stored.items if item.role in _THINGS]
    return _product_of(things[0]) if things else ""


def _product_of(key: str) -> str:
    return "/".join(key.split("/")[:2])


def _stage(stored: StoredEvent, naming: Naming) -> str:
    event = stored.event
    entry = naming.entry(place_key(stored))
    grown = entry is not None and entry.kind in LAND
    things = [item.key for item in stored.items if item.role in _THINGS]
    return stages.step_word(
        getattr(event, "biz_step", None),
        harvest=stages.is_harvest(ilmd_of(event)),
        transformation=event.type == "TransformationEvent",
        land=grown,
        lots=bool(things) and all(is_lot(key) for key in things),
    )


def _local(event: Event) -> datetime:
    """The event's time by the clock where it happened."""
    sign = -1 if event.event_time_zone_offset.startswith("-") else 1
    hours, _, minutes = event.event_time_zone_offset.lstrip("+-").partition(":")
    offset = sign * timedelta(hours=int(hours), minutes=int(minutes or 0))
    return event.event_time.astimezone(timezone(offset))
