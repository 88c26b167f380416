# SPDX-License-Identifier: Apache-2.0
"""Gathers the facts of one lot for one reader: its records, then each register once."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import RowMapping

from nguon import gs1
from nguon.base.audience import Audience, AudienceKind
from nguon.base.time import HANOI
from nguon.compliance import plots, recorded
from nguon.compliance.access import concerned
from nguon.compliance.facts import Facts, Record, Report, Shipment
from nguon.compliance.grouping import goods_of
from nguon.compliance.lookup import Lookup
from nguon.compliance.model import Market
from nguon.registry.model import LAND, Place, PlaceKind
from nguon.store import Store
from nguon.store.values import StoredEvent
from nguon.trace import Limits
from nguon.trace.itinerary import Itinerary, Relation, itineraries
from nguon.trace.steps import is_lot, is_product

LIMITS = Limits(nodes=1500, depth=32, records=5000)
MOST_RECORDS = 400
"""Records read for one lot, the nearest to it first."""

Told = tuple[Relation, StoredEvent]

_NEARNESS = {
    Relation.OWN: 0,
    Relation.SOURCE: 1,
    Relation.CARRIER: 2,
    Relation.PIECE: 3,
}
_PACKING = frozenset({PlaceKind.PACKING_HOUSE, PlaceKind.FACTORY})
_PACKED = frozenset({recorded.MADE, "packing", "repackaging"})
_MADE_AS = frozenset({Relation.OWN, Relation.PIECE})


class Question(NamedTuple):
    """What is asked: for which market, on which day (None: the day the lot was made)."""

    market: Market = Market.VN
    day: date | None = None
    shipment: Shipment | None = None


def gather(store: Store, audience: Audience, key: str, question: Question) -> Facts | None:
    """The facts of a lot; None where no record names it that this reader may see."""
    return gather_all(store, audience, [key], question)[0]


def gather_all(
    store: Store, audience: Audience, keys: Sequence[str], question: Question
) -> list[Facts | None]:
    """The facts of many lots, read together: what they share is read once."""
    ways = itineraries(store, keys, limits=LIMITS)
    nearest = [sorted(way.records, key=_nearness(way)) for way in ways]
    numbers = dict.fromkeys(number for some in nearest for number in some[:MOST_RECORDS])
    shown = {one.id: one for one in store.events.by_ids(audience, list(numbers))}
    lookup = Lookup(store, audience)
    lookup.reports(keys)
    lookup.places({key for one in shown.values() for key in recorded.places_of(one)})
    found: list[Facts | None] = []
    for key, way, near in zip(keys, ways, nearest, strict=True):
        told = [(way.records[n], shown[n]) for n in near[:MOST_RECORDS] if n in shown]
        if not any(relation is Relation.OWN for relation, _ in told):
            found.append(None)
            continue
        truncated = way.truncated or len(near) > MOST_RECORDS
        found.append(
            from_records(store, audience, key, told, question, lookup=lookup, truncated=truncated)
        )
    return found


def _nearness(way: Itinerary) -> Callable[[int], tuple[int, int]]:
    return lambda number: (_NEARNESS[way.records[number]], number)


def from_records(
    store: Store,
    audience: Audience,
    key: str,
    told: Sequence[Told],
    question: Question,
    *,
    lookup: Lookup | None = None,
    truncated: bool = False,
) -> Facts:
    """The facts of a lot whose records are at hand."""
    lookup = lookup or Lookup(store, audience)
    product = next((k for k in (key, *gs1.memberships(key)) if is_product(k)), None)
    lot = next((k for k in (key, *_lots(told, product)) if is_lot(k)), None)
    places = lookup.places({key for _, one in told for key in recorded.places_of(one)})
    records = tuple(recorded.record_of(relation, one, places) for relation, one in told)
    day = question.day or _made_on(told) or datetime.now(HANOI).date()
    found = lookup.products([product]).get(product) if product else None
    areas = _areas(told, records, places)
    packing = _packing(records, places)
    holders = {places[name].holder for name in {*areas, *packing} if name in places}
    holders |= {found.maker} if found else set()
    parties = lookup.organisations(holders)
    cooperatives = {o.id: o.member_of for o in parties.values() if o.member_of is not None}
    holders |= set(cooperatives.values())
    certificates = lookup.certificates(holders, [*areas, *packing], _sources(told, product))
    return Facts(
        key=key,
        lot=None if lot is None else gs1.parse(lot).parts[-1][1],
        day=day,
        market=question.market,
        goods=goods_of(found),
        expiry=recorded.expiry_of(one for relation, one in told if relation is Relation.OWN),
        product=found,
        maker=parties.get(found.maker) if found else None,
        records=records,
        inputs=any(one.relation is Relation.SOURCE for one in records),
        pieces=any(one.relation is Relation.PIECE for one in records),
        places=places,
        areas=areas,
        packing=packing,
        cooperatives=cooperatives,
        papers=lookup.papers(certificates, day),
        plotted=_plotted(store, audience, question.market, areas, places),
        reports=_reports_for(store, audience, lookup, lot or key),
        shipment=question.shipment,
        truncated=truncated,
    )


def _reports_for(
    store: Store, audience: Audience, lookup: Lookup, lot: str
) -> tuple[Report, ...] | None:
    """The laboratory's reports about a lot; None where the reader may not know of them.

    They are for who asked for them, the laboratory, those who handled the lot, and inspectors
    in charge of it.
    """
    found = [row for row in lookup.reports([lot]).get(lot, ()) if row["analyte"] is not None]
    mine = {row[party] for row in found for party in ("requester", "laboratory")}
    known = audience.kind is AudienceKind.OPERATOR or audience.organisation in mine
    if known or concerned(store, audience, [lot]):
        return tuple(_report(row) for row in found)
    return None


def _report(row: RowMapping) -> Report:
    return Report(
        analyte=row["analyte"],
        state=row["state"],
        number=row["report"],
        value=None if row["value"] is None else Decimal(row["value"]),
        unit=row["unit"],
        detected=bool(row["detected"]),
    )


def _lots(told: Iterable[Told], product: str | None) -> list[str]:
    """The lots of this product that the thing's own records name."""
    return [
        item.key
        for relation, stored in told
        if relation is Relation.OWN
        for item in stored.items
        if is_lot(item.key) and item.key.startswith(f"{product}/10/")
    ]


def _made_on(told: Iterable[Told]) -> date | None:
    return recorded.day_of(one for relation, one in told if relation is Relation.OWN)


def _areas(
    told: Sequence[Told], records: Sequence[Record], places: dict[str, Place]
) -> tuple[str, ...]:
    """Where it grew: the land of its records, and codes read at a harvest."""
    found: dict[str, None] = {}
    for (relation, stored), record in zip(told, records, strict=True):
        if relation not in {Relation.OWN, Relation.SOURCE}:
            continue
        entry = places.get(record.place or "")
        codes = [c for c in recorded.codes_read(stored) if c.startswith(recorded.AREA)]
        if codes:
            found.update(dict.fromkeys(codes))
        elif record.place and entry is not None and entry.kind in LAND:
            found[record.place] = None
    return tuple(found)


def _packing(records: Sequence[Record], places: dict[str, Place]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for record in records:
        entry = places.get(record.place or "")
        if entry is None or entry.kind not in _PACKING or record.relation not in _MADE_AS:
            continue
        if not record.steps.isdisjoint(_PACKED):
            found[record.place or ""] = None
    return tuple(found)


def _sources(told: Iterable[Told], product: str | None) -> set[str]:
    """The product and those that it was made of: papers of orchards name the raw fruit."""
    made_of = {
        "/".join(item.key.split("/")[:2])
        for relation, stored in told
        if relation is Relation.SOURCE
        for item in stored.items
        if item.key.startswith("01/")
    }
    return made_of | ({product} if product else set())


def _plotted(
    store: Store,
    audience: Audience,
    market: Market,
    areas: tuple[str, ...],
    places: dict[str, Place],
) -> frozenset[str] | None:
    """Which areas have a boundary: asked for where goods go to the EU only."""
    if market is not Market.EU or not areas:
        return frozenset()
    return plots.plotted(store, audience, areas, places)
