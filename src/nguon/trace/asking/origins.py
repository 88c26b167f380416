# SPDX-License-Identifier: Apache-2.0
"""Where things came from: the goods that nothing was made into, with place, area and party."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from nguon.base.audience import Audience, Disclosure
from nguon.base.time import from_microseconds
from nguon.epcis.items import Role
from nguon.store import Store
from nguon.trace.asking.facts import Deed, Fact, main_place
from nguon.trace.asking.gathering import gather
from nguon.trace.asking.holdings import goods
from nguon.trace.asking.lineages import origins, traced
from nguon.trace.asking.seeing import levels, public_place
from nguon.trace.model import Direction, Limits


class Origin(msgspec.Struct, frozen=True, rename="camel"):
    """Goods at the beginning of a way, and their first record: where, who had the place, when.

    ``area`` is the planting area or pond that the record names beside the place; ``brought``
    says that the first record receives them: where they are from is not recorded.
    """

    key: str
    place: str | None
    area: str | None
    party: str | None
    organisation: int | None
    at: datetime | None
    brought: bool = False


class Origins(msgspec.Struct, frozen=True, rename="camel"):
    """The origins of some things; ``withheld`` counts what is not this reader's to see."""

    origins: tuple[Origin, ...]
    truncated: bool
    withheld: int = 0


def origins_of(
    store: Store,
    audience: Audience,
    keys: Sequence[str],
    *,
    limits: Limits = Limits(),  # noqa: B008 (frozen value)
    upto_seq: int | None = None,
) -> Origins:
    """Where these things came from, as their reader may see it."""
    back = traced(store, audience, keys, Direction.BACK, limits=limits, upto_seq=upto_seq)
    raw = goods(origins(back.lineages))
    gathered = gather(store, raw, upto_seq=upto_seq)
    asked = keys[0] if keys else ""
    disclosed = levels(store, audience, gathered.events, asked, cut=gathered.cut)
    first: dict[str, Fact] = {}
    for one in sorted(gathered.facts, key=lambda one: (one.time, one.number)):
        for key in (*one.shape.handled, *one.shape.taken, *one.shape.wholes):
            first.setdefault(key, one)
    found = list[Origin]()
    for key in raw:
        record = first.get(key)
        if record is None:
            found.append(Origin(key, None, None, None, None, None))
        elif disclosed[record.number] is Disclosure.FULL:
            found.append(_told(key, record, gathered.parties, gathered.organisations))
        else:
            place = public_place(audience, record.place)
            found.append(Origin(key, place, None, None, None, None))
    truncated = back.truncated or gathered.cut
    return Origins(tuple(found), truncated, sum(one.withheld for one in back.lineages))


def _told(key: str, one: Fact, parties: dict[str, str], organisations: Mapping[str, int]) -> Origin:
    """A thing that was received first is from its giver."""
    brought = one.deed is not Deed.MAKE and one.gave.party is not None
    place = one.gave.place if brought else one.place
    here = None if place is None else main_place(place)
    party = one.gave.party or parties.get(here or "")
    points = [item.key for item in one.shape.event.items if item.role is Role.READ_POINT]
    area = next((point for point in points if main_place(point) != here), None)
    return Origin(
        key,
        here,
        None if brought else area,
        party,
        organisations.get(party or "", organisations.get(here or "")),
        from_microseconds(one.time),
        brought=brought,
    )
