# SPDX-License-Identifier: Apache-2.0
"""Gathers the facts of one lot for one reader: its records, then each register once."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Connection

from nguon import gs1
from nguon.base.audience import Audience, AudienceKind, Disclosure
from nguon.base.time import HANOI
from nguon.compliance import plots, recorded
from nguon.compliance.facts import Facts, Paper, Record, Report, Shipment
from nguon.compliance.grouping import goods_of
from nguon.compliance.model import Market
from nguon.registry import history, queries
from nguon.registry.model import LAND, Certificate, Place, PlaceKind, Register
from nguon.store import Store
from nguon.store import compliance as rows
from nguon.store.values import StoredEvent
from nguon.trace import Limits
from nguon.trace.itinerary import Relation, itinerary
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
    way = itinerary(store, key, limits=LIMITS)
    nearest = sorted(way.records, key=lambda number: (_NEARNESS[way.records[number]], number))
    shown = store.events.by_ids(audience, nearest[:MOST_RECORDS])
    told = [(way.records[stored.id], stored) for stored in shown]
    if not any(relation is Relation.OWN for relation, _ in told):
        return None
    truncated = way.truncated or len(nearest) > MOST_RECORDS
    return from_records(store, audience, key, told, question, truncated=truncated)


def from_records(
    store: Store,
    audience: Audience,
    key: str,
    told: Sequence[Told],
    question: Question,
    *,
    truncated: bool = False,
) -> Facts:
    """The facts of a lot whose records are at hand."""
    product = next((k for k in (key, *gs1.memberships(key)) if is_product(k)), None)
    lot = next((k for k in (key, *_lots(told, product)) if is_lot(k)), None)
    places = _places(store, audience, told)
    records = tuple(recorded.record_of(relation, one, places) for relation, one in told)
    day = question.day or _made_on(told) or datetime.now(HANOI).date()
    found = queries.products(store, audience, [product]).get(product) if product else None
    areas = _areas(told, records, places)
    packing = _packing(records, places)
    holders = {places[name].holder for name in {*areas, *packing} if name in places}
    holders |= {found.maker} if found else set()
    parties = queries.organisations(store, audience, holders)
    cooperatives = {o.id: o.member_of for o in parties.values() if o.member_of is not None}
    holders |= set(cooperatives.values())
    products = _sources(told, product)
    certificates = queries.certificates(
        store, audience, organisations=holders, places=[*areas, *packing], products=products
    )
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
        papers=_with_standing(store, certificates, day),
        plotted=_plotted(store, audience, question.market, areas, places),
        reports=reports_of(store, audience, lot or key, told),
        shipment=question.shipment,
        truncated=truncated,
    )


def reports_of(
    store: Store, audience: Audience, lot: str, told: Sequence[Told]
) -> tuple[Report, ...] | None:
    """The laboratory's reports about a lot; None where the reader may not know of them.

    They are for who asked for them, the laboratory, and whoever sees a record of the lot whole:
    those who handled it, and inspectors in charge.
    """
    with store.reading() as connection:
        found = _reports(connection, lot)
    mine = {one for row in found for one in (row[1], row[2])}
    handled = any(
        relation is Relation.OWN and stored.disclosure is Disclosure.FULL
        for relation, stored in told
    )
    if audience.kind is AudienceKind.OPERATOR or audience.organisation in mine or handled:
        return tuple(row[0] for row in found)
    return None


def _reports(connection: Connection, lot: str) -> list[tuple[Report, int, int]]:
    return [
        (
            Report(
                analyte=row["analyte"],
                state=row["state"],
                number=row["report"],
                value=None if row["value"] is None else Decimal(row["value"]),
                unit=row["unit"],
                detected=bool(row["detected"]),
            ),
            row["requester"],
            row["laboratory"],
        )
        for row in rows.reports(connection, [lot])
        if row["analyte"] is not None
    ]


def _lots(told: Iterable[Told], product: str | None) -> list[str]:
    """The lots of this product that the thing's own records name."""
    return [
        item.key
        for relation, stored in told
        if relation is Relation.OWN
        for item in stored.items
        if is_lot(item.key) and item.key.startswith(f"{product}/10/")
    ]


def _places(store: Store, audience: Audience, told: Iterable[Told]) -> dict[str, Place]:
    keys = {key for _, one in told if (key := recorded.place_key(one)) is not None}
    keys |= {code for _, one in told for code in recorded.codes_read(one)}
    return queries.places(store, audience, keys)


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


def _with_standing(
    store: Store, certificates: Sequence[Certificate], day: date
) -> tuple[Paper, ...]:
    keys = {history.certificate_key(one.scheme, one.number): one for one in certificates}
    noon = datetime.combine(day, time(12), HANOI)
    standings = history.standing(store, Register.CERTIFICATE, keys, at=noon)
    return tuple(Paper(one, standings[key]) for key, one in keys.items())


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
