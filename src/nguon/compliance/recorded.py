# SPDX-License-Identifier: Apache-2.0
"""From events as a reader sees them to the steps that requirements speak of; pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from nguon.base.audience import Disclosure
from nguon.base.time import HANOI
from nguon.compliance.facts import Record
from nguon.epcis.items import Role
from nguon.registry.model import LAND, Place
from nguon.store.values import StoredEvent
from nguon.trace.itinerary import Relation

MADE = "made"
HARVESTING = "harvesting"
TRANSFORMING = "transforming"
AREA = "vn-area:"
PACK = "vn-pack:"

_BEGINNINGS = frozenset({"commissioning", "creating_class_instance"})
_GOODS = frozenset(
    {Role.EPC, Role.PARENT, Role.CHILD, Role.INPUT, Role.OUTPUT},
)
_LAST_DAYS = frozenset({"itemExpirationDate", "expirationDate", "bestBeforeDate"})
_PLACES = (Role.BIZ_LOCATION, Role.READ_POINT)


def record_of(relation: Relation, stored: StoredEvent, places: Mapping[str, Place]) -> Record:
    """One event as a step."""
    event = stored.event
    roles = {item.role for item in stored.items}
    place = place_key(stored)
    entry = places.get(place or "")
    ilmd = ilmd_names(event)
    return Record(
        relation=relation,
        steps=_steps(event, ilmd, grown=entry is not None and entry.kind in LAND),
        time=event.event_time,
        full=stored.disclosure is Disclosure.FULL,
        place=place,
        quantity=any(item.quantity is not None for item in stored.items) or _counted(stored),
        sender=Role.SOURCE in roles,
        receiver=Role.DESTINATION in roles,
        document=Role.DOCUMENT in roles,
        about=not roles.isdisjoint(_GOODS),
        ilmd=ilmd,
    )


def place_key(stored: StoredEvent) -> str | None:
    """Where it happened: the business location, else the read point."""
    places = {item.role: item.key for item in stored.items}
    return next((places[role] for role in _PLACES if role in places), None)


def codes_read(stored: StoredEvent) -> Iterable[str]:
    """National codes that were read where it happened."""
    for item in stored.items:
        if item.role in _PLACES and item.key.startswith((AREA, PACK)):
            yield item.key


def places_of(stored: StoredEvent) -> set[str]:
    """Where it happened, and the codes read there."""
    place = place_key(stored)
    return {*codes_read(stored), *([] if place is None else [place])}


def ilmd_names(event: Any) -> frozenset[str]:
    """The names of the lot data, without their vocabulary."""
    found: Mapping[str, Any] = getattr(event, "ilmd", {})
    return frozenset(name.replace("/", ":").rpartition(":")[2] for name in found)


def word(biz_step: str | None) -> str:
    """The word of a business step in any of its forms."""
    tail = (biz_step or "").rstrip("/#").replace(":", "/").replace("#", "/").rpartition("/")[2]
    return tail.removeprefix("BizStep-")


def day_of(stored: Iterable[StoredEvent]) -> date | None:
    """The day, in Viet Nam, of the earliest of these events."""
    first = min((one.event.event_time for one in stored), default=None)
    return None if first is None else first.astimezone(HANOI).date()


def expiry_of(stored: Iterable[StoredEvent]) -> date | None:
    """The earliest day by which these lot data say that the goods should be used."""
    found: set[date] = set()
    for one in stored:
        ilmd: Mapping[str, Any] = getattr(one.event, "ilmd", {})
        for name, value in ilmd.items():
            if name.replace("/", ":").rpartition(":")[2] in _LAST_DAYS:
                found |= _day(value.get("@value") if isinstance(value, dict) else value)
    return min(found, default=None)


def _day(value: Any) -> set[date]:
    try:
        return {date.fromisoformat(str(value)[:10])}
    except ValueError:
        return set()


def _steps(event: Any, ilmd: frozenset[str], *, grown: bool) -> frozenset[str]:
    step = word(getattr(event, "biz_step", None))
    found = {step} if step else set()
    transformation = event.type == "TransformationEvent"
    added = str(getattr(event, "action", "")) == "ADD" and event.type == "ObjectEvent"
    if transformation:
        found.add(TRANSFORMING)
    if transformation or (added and step in {*_BEGINNINGS, ""}):
        found.add(MADE)
    harvest = any(name.startswith("harvest") for name in ilmd)
    if step in _BEGINNINGS and not transformation and (harvest or grown):
        found.add(HARVESTING)
    return frozenset(found)


def _counted(stored: StoredEvent) -> bool:
    """Whether pieces, each one a quantity of one, are what an event is about."""
    if stored.disclosure is not Disclosure.FULL:
        return False
    return any(
        item.role in _GOODS and ("/21/" in item.key or item.key.startswith("00/"))
        for item in stored.items
    )
